/// The version of the program, kept with everything that it stores.
enum ToolVersion {
  static let current = "0.1.0"
}
