import Rollouts

/// A table of a page, as the template `html/table` wants it.
struct HTMLTable {
  enum Kind: String {
    case text = ""
    case number, bounds, time
  }

  /// A cell, and the class that its words get.
  struct Cell: ExpressibleByStringInterpolation {
    let text: String
    let mark: String?

    init(_ text: String, mark: String? = nil) {
      self.text = text
      self.mark = mark
    }

    init(stringLiteral text: String) {
      self.init(text)
    }
  }

  /// On a phone a row of more is shown as a list.
  private static let mostColumnsOfPhone = 3

  let label: String
  let columns: [(title: String, kind: Kind)]
  let rows: [[Cell]]

  /// The values for the template; none where there is no row.
  var values: [[String: Any]] {
    guard !rows.isEmpty else { return [] }
    let kinds = columns.map { $0.kind == .text ? [] : [$0.kind.rawValue] }
    return [
      [
        "label": label, "isMany": columns.count > Self.mostColumnsOfPhone,
        "columns": zip(columns, kinds).map { column, kind in
          ["title": column.title, "kind": kind.map { ["kind": $0] }] as [String: Any]
        },
        "rows": rows.map { row in
          [
            "cells": zip(row, zip(columns, kinds)).map { cell, place in
              let (column, kind) = place
              return [
                "title": column.title, "text": cell.text, "kind": kind.map { ["kind": $0] },
                "mark": (cell.mark.map { [$0] } ?? []).map { ["mark": $0] },
              ] as [String: Any]
            }
          ]
        },
      ]
    ]
  }
}

extension String {
  /// A sentence with words from outside, of which very long ones are cut.
  var shownSentence: String {
    split(separator: " ", omittingEmptySubsequences: false).map { String($0).elided(to: 60) }
      .joined(separator: " ")
  }
}
