import Testing

@testable import HTTP

struct CheckedURLTests {
  @Test(
    arguments: [
      ("http://vm:8428", "http://vm:8428"),
      ("HTTP://vm/", "http://vm"),
      ("https://user:password@vm:8428/api/v1?token=1#part", "https://vm:8428/api/v1"),
      ("http://[::1]:80/x", "http://[::1]:80/x"),
    ])
  func `user info and query are not shown`(text: String, shown: String) throws {
    #expect(try CheckedURL(text).shown == shown)
  }

  @Test(
    arguments: [
      ("vm:8428", "\"vm:8428\""), ("", "\"\""), ("ftp://vm/x?token", "\"ftp://vm/x\""),
      ("file:///etc/passwd", "\"file:///etc/passwd\""), ("http://", "\"http://\""),
      ("http://user:pa/ss@vm/", "<redacted>"), ("http://vm/a b", "\"http://vm/a b\""),
      ("http://vm/\nx", "\"http://vm/ x\""), ("http://vm:99999/", "\"http://vm:99999/\""),
    ])
  func `what is no http address is refused without showing secrets`(text: String, shown: String) {
    let error = #expect(throws: HTTPError.self) { try CheckedURL(text) }
    guard case .invalidURL(let url, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(url == shown)
    #expect(!reason.isEmpty)
  }

  @Test(
    arguments: [
      ("/login?next=1", "http://vm:1/login"), ("//other/x", "http://other/x"),
      ("https://a:b@other:2/", "https://other:2"),
    ])
  func `a redirect's target is absolute`(location: String, target: String) throws {
    #expect(try CheckedURL("http://user:password@vm:1/path?q").resolving(location) == target)
  }

  @Test func `another host keeps the rest`() throws {
    let url = try CheckedURL("https://127.0.0.1:6443/api?watch=1").replacingHost(with: "api.test")
    #expect(url.text == "https://api.test:6443/api?watch=1")
    #expect(throws: HTTPError.self) { try url.replacingHost(with: "not a name") }
  }
}
