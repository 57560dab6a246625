extension String {
  /// This text with one space in place of every run of spaces and line ends, wherever it is wrapped.
  var flat: String {
    split { $0 == " " || $0 == "\n" }.joined(separator: " ")
  }
}
