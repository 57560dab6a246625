import TestSupport
import Testing

@testable import VictoriaMetrics

struct ReaderTests {
  private static let series = #"[{"metric":{"a":"b"},"values":[[1,"2"],[2.5,"NaN"]]}]"#

  private func text(result: String, type: String = "matrix") -> String {
    #"{"status":"success","data":{"resultType":"\#(type)","result":\#(result)}}"#
  }

  @Test func `recorded answers mean the same to Foundation, in whichever chunks they come`() throws
  {
    let recordings = try RecordedBodies.all()
    #expect(recordings.count > 150)
    for (path, body) in recordings {
      let expected = try FoundationAnswer.read(body)
      #expect(WholeAnswer.read([body]) == .success(expected), "\(path)")
      #expect(WholeAnswer.read(body.map { [$0] }) == .success(expected), "\(path)")
      var generator = SplitMix64(seed: UInt64(body.count))
      let chunks = body.split(maximumBytes: 40, using: &generator)
      #expect(WholeAnswer.read(chunks) == .success(expected), "\(path)")
    }
  }

  @Test func `keys may come in any order, and unknown ones are passed over`() throws {
    let parts = [
      #""status":"success""#, #""isPartial":true"#, #""warnings":["one","two"]"#,
      #""data":{"x":[{}],"result":\#(Self.series),"y":{"result":[1]},"resultType":"matrix"}"#,
      #""stats":{"seriesFetched":"1"}"#, #""trace":{"children":[{"message":"a","children":null}]}"#,
      #""infos":[1,2.5e-3,true,false,null]"#,
    ]
    let texts = (0..<parts.count).map { start in
      "{" + (parts[start...] + parts[..<start]).joined(separator: " , ") + "}\r\n"
    }
    for text in texts + texts.map({ $0.replacing(",", with: "\t,\n ") }) {
      let whole = try WholeAnswer.read(text).get()
      #expect(whole.answer.isPartial)
      #expect(whole.answer.warnings == ["one", "two"])
      #expect(
        whole.series == [
          RangeSeries(
            labels: ["a": "b"],
            samples: [
              RangeSample(millisecondsSince1970: 1000, value: "2"),
              RangeSample(millisecondsSince1970: 2500, value: "NaN"),
            ])
        ])
    }
  }

  @Test(
    arguments: [
      (#"{"status":"success","status":"success"}"#, "a key occurs twice"),
      (#"{"status":"success","x":1,"\u0078":1}"#, "a key occurs twice"),
      (#"{"status":"success","data":{"result":[],"result":[]}}"#, "a key occurs twice"),
      (#"{"status":1}"#, "status has another shape"),
      (#"{"status":"success","isPartial":"true"}"#, "isPartial has another shape"),
      (#"{"status":"success","warnings":"none"}"#, "warnings has another shape"),
      (#"{"status":"success","warnings":[1]}"#, "warnings has another shape"),
      (#"{"error":"no status"}"#, "it has no status"),
      (#"{"status":"success"} {}"#, "a character that is out of place"),
      (#"{"status":"success"}x"#, "a character that is out of place"),
      (#"{"status":"success""#, "it ends early"),
      ("", "it ends early"),
      ("[]", "the answer has another shape"),
      ("17", "the answer has another shape"),
      ("\u{FEFF}{}", "a value that JSON does not know"),
    ])
  func `an answer of another shape is refused`(text: String, problem: String) {
    #expect(WholeAnswer.read(text) == .failure(.malformed(problem)))
  }

  @Test(
    arguments: [
      (#"[{"metric":{},"values":[]},{"metric":{},"values":[]}]"#, "a series occurs twice"),
      (#"[{"metric":{"a":"1","a":"2"},"values":[]}]"#, "a key occurs twice"),
      (#"[{"metric":{},"metric":{},"values":[]}]"#, "a key occurs twice"),
      (#"[{"metric":{},"values":[[2,"1"],[2,"1"]]}]"#, "the times of a series do not rise"),
      (#"[{"metric":{},"values":[[2,"1"],[1,"1"]]}]"#, "the times of a series do not rise"),
      (#"[{"metric":{},"values":[[1e99,"1"]]}]"#, "there is no such time"),
      (#"[{"metric":{},"values":[],"value":[1,"1"]}]"#, "a series has another shape"),
      (#"[{"metric":{},"values":null}]"#, "a series has another shape"),
      (#"[{"metric":{}}]"#, "a series has another shape"),
      (#"[{"values":[]}]"#, "a series has another shape"),
      (#"[{"metric":{},"value":[1,"1"]}]"#, "the result is not of its type"),
      (#"[{"metric":{"a":1},"values":[]}]"#, "a label has another shape"),
      (#"[{"metric":{},"values":[1]}]"#, "a sample has another shape"),
      (#"[{"metric":{},"values":[[]]}]"#, "a sample has another shape"),
      (#"[{"metric":{},"values":[[1,1]]}]"#, "a sample has another shape"),
      (#"[{"metric":{},"values":[["1","1"]]}]"#, "a sample has another shape"),
      (#"[{"metric":{},"values":[[1,"1",1]]}]"#, "a sample has another shape"),
      (#"[[1,"1"]]"#, "the result has another shape"),
      (#"[1,"1"]"#, "the result is not of its type"),
      (#"{}"#, "result has another shape"),
      ("null", "result has another shape"),
    ])
  func `a result that could count wrongly is refused`(result: String, problem: String) {
    #expect(WholeAnswer.read(text(result: result)) == .failure(.malformed(problem)))
  }

  @Test func `a scalar is a sample without labels`() throws {
    let whole = try WholeAnswer.read(text(result: #"[1.5,"+Inf"]"#, type: "scalar")).get()
    let sample = RangeSample(millisecondsSince1970: 1500, value: "+Inf")
    #expect(whole.series == [RangeSeries(labels: [:], samples: [sample])])
    #expect(
      WholeAnswer.read(text(result: "[]", type: "scalar"))
        == .failure(.malformed("the result is not of its type")))
  }

  @Test func `as many series as allowed are read, and one more is refused`() throws {
    let series = (0..<3).map { #"{"metric":{"n":"\#($0)"},"values":[]}"# }
    let body = Array(text(result: "[\(series.joined(separator: ","))]").utf8)
    #expect(try WholeAnswer.read([body], maximumSeries: 3).get().series.count == 3)
    #expect(WholeAnswer.read([body], maximumSeries: 2) == .failure(.tooManySeries))
  }

  @Test func `what would fill memory is refused`() {
    let deep = #"{"status":"success","x":"# + String(repeating: "[", count: 64)
    #expect(WholeAnswer.read(deep) == .failure(.malformed("more than 64 levels")))
    let long = #"{"status":""# + String(repeating: "x", count: 1024 * 1024)
    #expect(WholeAnswer.read(long) == .failure(.malformed("it ends early")))
    #expect(
      WholeAnswer.read(long + "x") == .failure(.malformed("a text of more than 1048576 bytes")))
    let keys = (0...100).map { #""k\#($0)":1"# }.joined(separator: ",")
    #expect(
      WholeAnswer.read("{\(keys)}")
        == .failure(.malformed("an object has more than 100 keys")))
  }
}
