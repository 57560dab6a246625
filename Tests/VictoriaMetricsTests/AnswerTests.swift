import TestSupport
import Testing
import VictoriaMetrics

struct AnswerTests {
  private static let ends = stride(from: Int64(1_795_484_050), through: 1_795_484_350, by: 60)

  @Test(arguments: ["1.79.5", "master-2026-08"])
  func `a recorded answer is read to the last sample`(version: String) async throws {
    let series = try await ask(Recording("\(version)/query_range.json").steps).answer.get()
    let expected = [("v1", "541"), ("v2", "72")].map { version, value in
      RangeSeries(
        labels: ["destination_version": version],
        samples: Self.ends.map {
          RangeSample(millisecondsSince1970: $0 * 1000, value: value)
        })
    }
    #expect(series == expected)
  }

  @Test(arguments: ["1.79.5", "master-2026-08"])
  func `a recorded answer without series is none`(version: String) async throws {
    let answer = try await ask(Recording("\(version)/query_range_empty.json").steps).answer
    #expect(answer == .success([]))
  }

  @Test func `values scraped from Envoy keep every digit`() async throws {
    let series = try await ask(Recording("envoy-live/query_range_split.json").steps).answer.get()
    #expect(series.map(\.labels) == [["destination_version": "v1"], ["destination_version": "v2"]])
    let times = stride(from: Int64(1_795_485_591), through: 1_795_485_726, by: 5).map { $0 * 1000 }
    #expect(series.map { $0.samples.map(\.millisecondsSince1970) } == [times, times])
    #expect(
      series[0].samples.map(\.value) == [
        "177.2", "177.3", "178.53333333333333", "180.66666666666666", "182.26666666666668",
        "164.86666666666667", "137.66666666666666", "110", "100.06666666666666",
        "101.93333333333334", "102.93333333333334", "83.13333333333334", "47.266666666666666",
        "13.2", "0", "0", "0", "32.4", "65", "99.93333333333334", "100.6", "101.8", "101.8",
        "101.8", "101.8", "101.8", "101.8", "101.8",
      ])
    #expect(
      series[1].samples.map(\.value) == [
        "19.8", "21", "19.733333333333334", "18.666666666666668", "17.266666666666666", "34.8",
        "62.266666666666666", "89.86666666666666", "100.2", "98.2", "97.2", "75.86666666666666",
        "44.86666666666667", "12.266666666666667", "0", "0", "0", "24.666666666666668",
        "73.66666666666666", "97.60000000000001", "98.13333333333333", "95.93333333333332",
        "95.93333333333332", "95.93333333333332", "95.93333333333332", "95.93333333333332",
        "95.93333333333332", "95.93333333333332",
      ])
  }

  @Test func `fractions of a second, infinities and labels of any script are kept`() async throws {
    let text = """
      {"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[
      {"metric":{"le":"+Inf","größe":"\\"\\u00e9\\"\\n"},
      "values":[[1795484050.123,"+Inf"],[1795484051,"-Inf"],[1795484052,"NaN"]]},
      {"metric":{},"values":[]}]}}
      """
    let series = try await ask([.respond(text: text)]).answer.get()
    #expect(
      series == [
        RangeSeries(
          labels: ["le": "+Inf", "größe": "\"é\"\n"],
          samples: [
            RangeSample(millisecondsSince1970: 1_795_484_050_123, value: "+Inf"),
            RangeSample(millisecondsSince1970: 1_795_484_051_000, value: "-Inf"),
            RangeSample(millisecondsSince1970: 1_795_484_052_000, value: "NaN"),
          ]),
        RangeSeries(labels: [:], samples: []),
      ])
  }

  @Test func `an answer in gzip is read`() async throws {
    let body = try await gzip(try Recording("1.79.5/query_range.json").body)
    let answer = try await ask([.respond(headers: [("Content-Encoding", "gzip")], body: body)])
    #expect(try answer.answer.get().map { $0.samples.count } == [6, 6])
  }
}
