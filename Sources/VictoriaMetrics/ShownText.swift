extension String {
  /// Whether it has a character that could end or change the line that it is put into.
  var hasControlCharacter: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
