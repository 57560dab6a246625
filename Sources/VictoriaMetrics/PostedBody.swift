/// What is posted, and what it is.
struct PostedBody {
  let contentType: String
  let bytes: [UInt8]

  /// The parameters of a question.
  init(_ form: QueryForm) {
    contentType = "application/x-www-form-urlencoded"
    bytes = Array(form.text.utf8)
  }

  /// Samples in Prometheus' text format.
  init(samples: String) {
    contentType = "text/plain"
    bytes = Array(samples.utf8)
  }
}
