internal import CCurl
import Glibc

extension Transfer {
  /// What libcurl's code and text mean for the caller.
  func failure(of code: CURLcode) -> HTTPError {
    let url = plan.url
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      return .cannotResolve(origin: url.origin, host: url.host)
    case CURLE_COULDNT_RESOLVE_PROXY:
      return .cannotReachProxy(
        origin: url.origin, proxy: proxy ?? "of the environment",
        reason: "no address is known for its host")
    case CURLE_COULDNT_CONNECT, CURLE_PROXY:
      return cannotConnect(systemReason ?? reason(of: code), code)
    case CURLE_OPERATION_TIMEDOUT:
      let timeout = plan.configuration.connectTimeout.inSeconds
      return .cannotConnect(origin: url.origin, reason: "no connection within \(timeout)")
    case CURLE_PARTIAL_FILE:
      return .truncated(url: url.shown, reason: reason(of: code))
    case CURLE_GOT_NOTHING:
      return .connectionLost(url: url.shown, reason: "closed without an answer")
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM:
      return connectionFailure(reason(of: code))
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      return .protocolError(url: url.shown, reason: "the answer is not HTTP")
    default:
      if let problem = tlsProblem(of: code) { return .tls(origin: url.origin, problem: problem) }
      return .protocolError(url: url.shown, reason: reason(of: code))
    }
  }

  private var proxy: String? {
    ProxyName.of(plan.url, configured: plan.configuration.proxyURL)
  }

  /// libcurl's text names the host that it tried, which tells whether it is the proxy's.
  private func cannotConnect(_ reason: String, _ code: CURLcode) -> HTTPError {
    let text = String(cString: errorText)
    let host = plan.url.host.trimmingPrefix("[").prefix { $0 != "]" }
    let isProxyMeant =
      code == CURLE_PROXY
      || text.hasPrefix("Failed to connect to ")
        && !text.hasPrefix("Failed to connect to \(host) port \(plan.url.port) ")
    guard isProxyMeant, let proxy else {
      return .cannotConnect(origin: plan.url.origin, reason: reason)
    }
    return .cannotReachProxy(origin: plan.url.origin, proxy: proxy, reason: reason)
  }

  /// What an answer that only a proxy gives means; `nil` for any other.
  func refusalByProxy(status: Int) -> HTTPError? {
    guard status == 407, let proxy else { return nil }
    return .refusedByProxy(origin: plan.url.origin, proxy: proxy, status: status)
  }

  private func connectionFailure(_ reason: String) -> HTTPError {
    var proxyStatus = 0
    ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &proxyStatus)
    if proxyStatus >= 300 {
      return .refusedByProxy(
        origin: plan.url.origin, proxy: proxy ?? "of the environment", status: proxyStatus)
    }
    if reason.contains("in chunked-encoding") || reason.contains("response headers") {
      return .protocolError(url: plan.url.shown, reason: reason)
    }
    // With TLS 1.3 the server's objection to our certificate comes only after the handshake.
    if reason.contains("alert") {
      return .tls(origin: plan.url.origin, problem: handshakeProblem(reason))
    }
    return .connectionLost(url: plan.url.shown, reason: reason)
  }

  private func tlsProblem(of code: CURLcode) -> TLSProblem? {
    let reason = reason(of: code)
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION:
      guard reason.contains("target host name") else {
        let detail = reason.split(separator: ": ", maxSplits: 1).last.map(String.init)
        return .untrustedCertificate(reason: detail ?? reason)
      }
      return .wrongHostName(plan.configuration.security.serverName ?? plan.url.host)
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      return .unusableCertificate(reason: reason)
    case CURLE_SSL_CONNECT_ERROR:
      return handshakeProblem(reason)
    case CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED:
      return .handshake(reason: reason)
    default:
      return nil
    }
  }

  private func handshakeProblem(_ reason: String) -> TLSProblem {
    if reason.contains("alert") && reason.contains("certificate") {
      return .clientCertificateRefused(reason: reason)
    }
    // Before TLS 1.3 this is all that a server says that misses a certificate, among other things.
    guard plan.configuration.security.clientCertificate == nil,
      reason.contains("alert handshake failure")
    else { return .handshake(reason: reason) }
    return .handshake(reason: reason + "; the server may want a client certificate")
  }

  private var systemReason: String? {
    var number = 0
    ccurl_get_long(handle, CURLINFO_OS_ERRNO, &number)
    return number == 0 ? nil : String(cString: strerror(Int32(number))).withLowercaseStart
  }

  /// libcurl's own text, for OpenSSL's errors only the part that tells something.
  private func reason(of code: CURLcode) -> String {
    let text = String(cString: errorText)
    // libcurl notes a failure of getpeername although it then goes on.
    guard !text.isEmpty, !text.hasPrefix("getpeername") else {
      return String(cString: curl_easy_strerror(code)).withLowercaseStart
    }
    guard let marker = text.firstRange(of: "SSL routines:") else { return text.withLowercaseStart }
    let detail = text[marker.upperBound...].drop { $0 == ":" }
    return String(detail.prefix { $0 != "," }).withLowercaseStart
  }
}
