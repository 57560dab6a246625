internal import CCurl

extension Transfer {
  /// Tells libcurl what to do, and what never to do.
  func setOptions() throws(HTTPError) {
    try setCallbacks()
    try setConnection()
    try setTrust()
    try setIdentity()
    try setRequest()
  }

  private func setCallbacks() throws(HTTPError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
    try check(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context))
    try check(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
    try check(
      ccurl_set_receive(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { bytes in
          transfer.receiveHeader(UnsafeBufferPointer(start: bytes, count: size * count))
            ? size * count : Int(CURL_WRITEFUNC_ERROR)
        }
      })
    try check(
      ccurl_set_receive(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        guard !transfer.plan.sink.hasToPause() else { return Int(CURL_WRITEFUNC_PAUSE) }
        return bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { bytes in
          transfer.receiveBody(UnsafeBufferPointer(start: bytes, count: size * count))
            ? size * count : Int(CURL_WRITEFUNC_ERROR)
        }
      })
  }

  private func setConnection() throws(HTTPError) {
    let configuration = plan.configuration
    try set(CURLOPT_NOSIGNAL, 1)
    // Without it, giving up a name look-up would hold up all other exchanges until it is over.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    // Requests that begin together wait for the handshake that tells whether they can share one
    // connection. Without TLS there is none, and they would wait for a whole answer.
    try set(CURLOPT_PIPEWAIT, plan.url.isSecure ? 1 : 0)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
    try set(CURLOPT_USERAGENT, configuration.userAgent)
    if let proxy = configuration.proxyURL {
      try set(CURLOPT_PROXY, proxy.revealed)
      // A proxy that was given is used even for hosts that the environment exempts.
      try set(CURLOPT_NOPROXY, "")
    }
    guard let name = overridingServerName else {
      return try set(CURLOPT_URL, plan.url.text)
    }
    // The name goes into the address, for the certificate; the connection still goes to the host.
    let named = try plan.url.replacingHost(with: name)
    try set(CURLOPT_URL, named.text)
    try set(
      CURLOPT_CONNECT_TO, ["\(named.host):\(named.port):\(plan.url.host):\(plan.url.port)"])
  }

  private func setTrust() throws(HTTPError) {
    let security = plan.configuration.security
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    try set(CURLOPT_SSL_VERIFYPEER, security.skipsVerification ? 0 : 1)
    try set(CURLOPT_SSL_VERIFYHOST, security.skipsVerification ? 0 : 2)
    guard let authorities = security.certificateAuthorities else { return }
    // The system's authorities would count beside the given ones.
    try check(ccurl_set_string(handle, CURLOPT_CAPATH, nil))
    // libcurl would keep an authority's file in memory for a day, rotated or not.
    try set(CURLOPT_CA_CACHE_TIMEOUT, 0)
    switch authorities {
    case .file(let path): try set(CURLOPT_CAINFO, path)
    case .bytes(let bytes): try set(CURLOPT_CAINFO_BLOB, bytes)
    }
  }

  private func setIdentity() throws(HTTPError) {
    guard let pair = plan.configuration.security.clientCertificate else { return }
    switch pair.certificate {
    case .file(let path): try set(CURLOPT_SSLCERT, path)
    case .bytes(let bytes): try set(CURLOPT_SSLCERT_BLOB, bytes)
    }
    switch pair.key {
    case .file(let path): try set(CURLOPT_SSLKEY, path)
    case .bytes(let bytes): try set(CURLOPT_SSLKEY_BLOB, bytes)
    }
  }

  private func setRequest() throws(HTTPError) {
    let request = plan.request
    try set(CURLOPT_HTTPHEADER, try headerLines())
    if request.method == "HEAD" {
      return try set(CURLOPT_NOBODY, 1)
    }
    let needsBody = ["POST", "PUT", "PATCH"].contains(request.method)
    if let body = request.body ?? (needsBody ? [] : nil) {
      try set(CURLOPT_POST, 1)
      try check(ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      // One byte more, since an empty array may have no address and libcurl would read stdin.
      let code = (body + [0]).withUnsafeBytes { bytes in
        ccurl_set_pointer(
          handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      }
      try check(code)
    }
    try set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func headerLines() throws(HTTPError) -> [String] {
    var headers = plan.request.headers
    if headers["Accept-Encoding"] == nil { headers.add("Accept-Encoding", "gzip") }
    if let authorization = plan.request.authorization {
      headers["Authorization"] = authorization.headerValue
    }
    if overridingServerName != nil, headers["Host"] == nil {
      headers.add("Host", plan.url.authority)
    }
    // A name with nothing after the colon is how libcurl is told to leave a field of its own out.
    var lines = ["Expect", "Content-Type"].filter { headers[$0] == nil }.map { $0 + ":" }
    for field in headers.fields {
      guard HTTPHeaders.isToken(field.name) else {
        throw invalidRequest("a header name has characters that are not allowed")
      }
      guard !field.value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
        throw invalidRequest("the value of the header \(field.name) has a line end")
      }
      lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    guard HTTPHeaders.isToken(plan.request.method) else {
      throw invalidRequest("the method has characters that are not allowed")
    }
    return lines
  }

  private var overridingServerName: String? {
    plan.url.isSecure ? plan.configuration.security.serverName : nil
  }

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
    try check(ccurl_set_long(handle, option, value))
  }

  private func set(_ option: CURLoption, _ text: String) throws(HTTPError) {
    guard !text.utf8.contains(0) else { throw invalidRequest("a setting has a zero byte") }
    try check(ccurl_set_string(handle, option, text))
  }

  private func set(_ option: CURLoption, _ bytes: [UInt8]) throws(HTTPError) {
    try check(ccurl_set_blob(handle, option, bytes, bytes.count))
  }

  private func set(_ option: CURLoption, _ lines: [String]) throws(HTTPError) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) }
    guard let list else { return }
    lists.append(list)
    try check(ccurl_set_list(handle, option, list))
  }

  private func check(_ code: CURLcode) throws(HTTPError) {
    guard code == CURLE_OK else {
      throw invalidRequest("libcurl refuses: \(String(cString: curl_easy_strerror(code)))")
    }
  }

  private func invalidRequest(_ reason: String) -> HTTPError {
    .invalidRequest(url: plan.url.shown, reason: reason)
  }
}
