import AnalyzeCLI

@main
struct Entry {
  static func main() async {
    await Program.main()
  }
}
