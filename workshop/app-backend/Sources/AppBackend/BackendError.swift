/// Why the backend could not start.
public enum BackendError: Error, Equatable, CustomStringConvertible {
  /// An environment variable holds a value that is not valid.
  case setting(name: String, value: String, expectation: String)

  /// The backend could not listen, or no longer accept connections.
  case listening(endpoint: String, cause: String)

  /// The error as one line: what could not be done, because of what, and what to do.
  public var description: String {
    switch self {
    case .setting(let name, let value, let expectation):
      "cannot start: \(name) is \"\(value)\"; give \(expectation)"
    case .listening(let endpoint, let cause):
      "cannot listen on \(endpoint): \(cause); see LISTEN_ADDRESS, PORT and the limit of open files"
    }
  }
}
