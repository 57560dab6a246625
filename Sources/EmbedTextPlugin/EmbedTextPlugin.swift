import Foundation
import PackagePlugin

/// Puts the `.sql` and `.mustache` files of a target into its code.
@main
struct EmbedTextPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let texts = module.sourceFiles.map(\.url)
      .filter { ["sql", "mustache"].contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedText.swift")
    return [
      .buildCommand(
        displayName: "Embedding \(texts.count) texts of \(target.name)",
        executable: try context.tool(named: "embed-text").url,
        arguments: [output.path, module.directoryURL.path] + texts.map(\.path),
        inputFiles: texts, outputFiles: [output])
    ]
  }
}
