import Testing

@testable import VictoriaMetrics

struct SeriesLabelsTests {
  @Test func `labels are the same in whatever order they come`() {
    var labels = SeriesLabels()
    for (name, value) in [("version", "v2"), ("reporter", "source"), ("code", "200")] {
      let isNew = labels.add(value, named: name)
      #expect(isNew)
    }
    let same: SeriesLabels = ["code": "200", "reporter": "source", "version": "v2"]
    #expect(labels == same)
    #expect(labels.hashValue == same.hashValue)
    #expect(labels.count == 3)
    #expect(labels["reporter"] == "source")
    #expect(labels["le"] == nil)
  }

  @Test(arguments: ["a", "b", "c"])
  func `a name that is there already is refused wherever it stands`(name: String) {
    var labels: SeriesLabels = ["a": "1", "b": "2", "c": "3"]
    let isNew = labels.add("4", named: name)
    #expect(!isNew)
    #expect(labels == ["a": "1", "b": "2", "c": "3"])
  }

  @Test func `labels with the same values and other names differ`() {
    let first: SeriesLabels = ["a": "1"]
    #expect(first != ["b": "1"])
    #expect(Set([first, ["b": "1"]]).count == 2)
  }

  @Test(arguments: [256, 257])
  func `an answer whose series have more labels than any server keeps is refused`(
    count: Int
  ) throws {
    let labels = (1...count).reversed().map { "\"label\($0)\":\"value\"" }.joined(separator: ",")
    let answer = """
      {"status":"success","data":{"resultType":"matrix",
      "result":[{"metric":{\(labels)},"values":[[1,"1"]]}]}}
      """
    var reader = QueryAnswerReader(forms: [.values], maximumSeries: 1) { _ in }
    guard count > 256 else { return try reader.read(Array(answer.utf8)) }
    #expect(throws: AnswerProblem.malformed("a series has more than 256 labels")) {
      try reader.read(Array(answer.utf8))
    }
  }
}
