import Reporting

extension ReportFormat {
  /// What the canary report shows in this form beside the rest.
  var details: ReportMaterial.Details {
    switch self {
    case .text, .markdown: []
    case .html, .csv: .evidenceHistories
    case .json: [.steps, .evidenceHistories]
    }
  }
}

extension ReportOptions {
  /// The canary report in the form that was asked for.
  func text(_ report: CanaryReport) throws(CommandFailure) -> String {
    switch format {
    case .text: TextReport.text(report, style: Terminal.style(for: output))
    case .json: JSONReport.value(report).text(indented: true) + "\n"
    case .markdown: MarkdownReport.text(report)
    case .html: HTMLReport.text(report)
    case .csv: try csv(report.tables)
    }
  }

  /// A report of tables in the form that was asked for.
  func text(_ report: TableReport) throws(CommandFailure) -> String {
    switch format {
    case .text: TextReport.text(report, style: Terminal.style(for: output))
    case .json: JSONReport.value(report).text(indented: true) + "\n"
    case .markdown: MarkdownReport.text(report)
    case .html: HTMLReport.text(report)
    case .csv: try csv(report.sections)
    }
  }

  /// The overview in the form that was asked for: for people in few columns, for programs in all.
  func text(_ report: OverviewReport) throws(CommandFailure) -> String {
    switch format {
    case .text, .markdown, .html: try text(report.shown)
    case .json, .csv: try text(report.table)
    }
  }

  private func csv(_ sections: [ReportSection]) throws(CommandFailure) -> String {
    guard let section else {
      return sections.count == 1 ? CSVReport.text(sections[0]) : CSVReport.text(sections)
    }
    guard let found = sections.first(where: { $0.name == section }) else {
      throw CommandFailure(
        .usage,
        "there is no section \"\(section)\"; there is "
          + sections.map(\.name).joined(separator: ", "))
    }
    return CSVReport.text(found)
  }
}
