import Testing

@testable import HTTP

struct ProxyNameTests {
  @Test(
    arguments: [
      ("http://proxy:3128", "http://proxy:3128"), ("proxy:3128/", "proxy:3128"),
      ("http://user:hidden@proxy:3128/hidden", "http://proxy:3128"),
      ("user:hidden@proxy", "proxy"), ("socks5://user:hid@den@proxy:1080", "socks5://proxy:1080"),
      ("http://user:hid/den@proxy:3128", "http://proxy:3128"),
      ("http://user:hidden@[::1]:3128?hidden", "http://[::1]:3128"), ("", nil), ("http://", nil),
    ])
  func `a proxy is named without its password`(address: String, shown: String?) {
    #expect(ProxyName.shown(address) == shown)
  }
}
