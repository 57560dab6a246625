import Mustache
import Reports

/// The mustache templates of `reports/`, in which every value is escaped by our own rules.
enum MarkupTemplates {
  /// Escapes by scalars: the library's own way leaves a quotation mark as it is that a combining
  /// mark follows.
  private struct MarkupContentType: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForMarkup }
  }

  private static let library: MustacheLibrary = {
    // Registered before the first template is read, which names it.
    MustacheContentTypes.register(MarkupContentType(), named: "MARKUP")
    let templates = Reports.templates.mapValues { text in
      do {
        return try MustacheTemplate(string: text)
      } catch {
        preconditionFailure("a template of reports/ cannot be read: \(error)")
      }
    }
    return MustacheLibrary(templates: templates)
  }()

  /// Fills a template.
  static func render(_ name: String, _ values: [String: Any]) -> String {
    guard let text = library.render(values, withTemplate: name) else {
      preconditionFailure("reports/ has no \(name).mustache")
    }
    return text
  }
}
