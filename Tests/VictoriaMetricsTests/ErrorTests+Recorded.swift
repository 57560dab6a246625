extension ErrorTests {
  /// What 1.79.5 answers.
  static let oldRefusals = [
    Refusal(
      file: "1.79.5/err_parse.json", status: 422,
      message: #"""
        422: error when executing query="sum(rate(foo[5m])" for (time=1795484350000, \#
        step=300000): argList: unexpected token ""; want ",", ")"; unparsed data: ""
        """#),
    Refusal(
      file: "1.79.5/err_func.json", status: 422,
      message: #"""
        422: error when executing query="nosuchfunc(foo)" for (time=1795484350000, step=300000): \#
        unknown func "nosuchfunc"
        """#),
    Refusal(
      file: "1.79.5/err_step.json", status: 422,
      message: #"422: cannot parse "step"="-1x": cannot parse duration "-1x""#),
    Refusal(
      file: "1.79.5/err_noquery.json", status: 422, message: "422: missing `query` arg"),
    Refusal(
      file: "1.79.5/err_range_points.json", status: 422,
      message: #"""
        422: error when executing query="1" on the time range (start=1794484350000, \#
        end=1795484350000, step=1000): too many points for the given step=1000, \#
        start=1794484350000 and end=1795484350000: 1000001; cannot exceed \#
        -search.maxPointsPerTimeseries=30000
        """#),
    Refusal(
      file: "1.79.5/err_longquery.json", status: 422,
      message: "422: too long query; got 20001 bytes; mustn't exceed `-search.maxQueryLen=16384` "
        + "bytes"),
    Refusal(
      file: "1.79.5/err_path.txt", status: 400,
      message: "400: remoteAddr: \"127.0.0.1:52972\"; requestURI: /api/v1/nosuch; unsupported path "
        + "requested: \"/api/v1/nosuch\""),
    Refusal(
      file: "1.79.5/err_concurrency.http",
      message: "503: remoteAddr: \"127.0.0.1:50440\"; requestURI: /api/v1/query_range?query=sum("
        + "rate(heavy_total%5B1m%5D))&start=1795483750&end=1795484350&step=5&nocache=1; cannot "
        + "handle more than 1 concurrent search reque…"),
    Refusal(
      file: "1.79.5/err_maxsamples.http",
      message: #"""
        422: error when executing query="sum(rate(heavy_total[30m]))" for (time=1795484350000, \#
        step=300000): cannot select more than -search.maxSamplesPerQuery=1000000 samples; possible \#
        solutions: to increase the -search.maxSamplesPerQuery; to reduce time range for the query; \#
        to use more specific label filters in order to select lower number of series
        """#),
    Refusal(
      file: "1.79.5/err_maxseries.http",
      message: #"""
        422: error when executing query="istio_request_duration_milliseconds_bucket" for \#
        (time=1795484350000, step=300000): cannot evaluate \#
        "istio_request_duration_milliseconds_bucket": search error after reading 0 data blocks: \#
        error when searching for \#
        tagFilters=[{__name__="istio_request_duration_milliseconds_bucket"}] on the time range \#
        [2026-11-24T01:29:10Z..2026-11-24T01:39:10Z]: error when searching tsids: the number of \#
        matching timeseries exceeds 10; either narrow down the search or increase -search.max* \#
        command-line flag values at vmselect; see \#
        https://docs.victoriametrics.com/#resource-usage-limits
        """#),
    Refusal(
      file: "1.79.5/err_timeout_1s.http",
      message: #"""
        422: error when executing query="sum(rate(heavy_total[1m]))+sum(rate(heavy_total[2m]))\#
        +sum(rate(heavy_total[3m]))+sum(rate(heavy_total[4m]))+sum(increase(heavy_total[5m]))\#
        +sum(quantile_over_time(0.9,heavy_total[10m]))" on the time range (start=1795482850000, \#
        end=1795484350000, step=1000): cannot execute query: cannot execute \#
        "((((sum(rate(heavy_total[1m])) + sum(rate(heavy_total[2m]))) + \#
        sum(rate(heavy_total[3m]))) + sum(rate(heavy_total[4m]))) + \#
        sum(increase(heavy_total[5m]))) + sum(quantile_over_time(0.9, heavy_total[10m]))": timeout \#
        exceeded during query execution: 1.000 seconds (elapsed 2.612 seconds); the timeout can be \#
        adjusted with `-search.maxQueryDuration` command-line flag
        """#),
    Refusal(file: "1.79.5/auth_none.http", message: "401: nothing" + credentialsHint),
  ]

  /// What is added where credentials are missing or do not suffice.
  static let credentialsHint =
    "; check the user (ANALYZE_VICTORIA_METRICS_USERNAME and ANALYZE_VICTORIA_METRICS_PASSWORD_FILE) "
    + "or the token (ANALYZE_VICTORIA_METRICS_TOKEN_FILE), or the same under victoriaMetrics in "
    + "analyze.yaml"

  /// What a snapshot of August 2026 answers.
  static let newRefusals = [
    Refusal(
      file: "master-2026-08/err_parse.json", status: 400,
      message: #"""
        400: error when executing query="sum(rate(foo[5m])" for (time=1795484350000, \#
        step=300000): argList: unexpected token ""; want ",", ")"; unparsed data: ""
        """#),
    Refusal(
      file: "master-2026-08/err_func.json", status: 400,
      message: #"""
        400: error when executing query="nosuchfunc(foo)" for (time=1795484350000, step=300000): \#
        unsupported function "nosuchfunc"
        """#),
    Refusal(
      file: "master-2026-08/err_step.json", status: 400,
      message: #"400: cannot parse "step"="-1x": cannot parse duration "-1x""#),
    Refusal(
      file: "master-2026-08/err_noquery.json", status: 400, message: "400: missing `query` arg"),
    Refusal(
      file: "master-2026-08/err_range_points.json", status: 422,
      message: #"""
        422: error when executing query="1" on the time range (start=1794484350000, \#
        end=1795484350000, step=1000): too many points for the given start=1794484350000, \#
        end=1795484350000 and step=1000: 1000001; the maximum number of points is 30000; (see \#
        -search.maxPointsPerTimeseries command-line flag)
        """#),
    Refusal(
      file: "master-2026-08/err_longquery.json", status: 400,
      message: "400: too long query; got 20001 bytes; mustn't exceed `-search.maxQueryLen=16384` "
        + "bytes"),
    Refusal(
      file: "master-2026-08/err_path.txt", status: 400,
      message: "400: unsupported path requested: \"/api/v1/nosuch\""),
    Refusal(
      file: "master-2026-08/err_concurrency.http",
      message: "429: couldn't start executing the request in 0.001 seconds, since "
        + "-search.maxConcurrentRequests=1 concurrent requests are executed. Possible solutions: to "
        + "reduce query load; to add more compute resources …"),
    Refusal(
      file: "master-2026-08/err_maxsamples.http",
      message: "422: cannot select more than -search.maxSamplesPerQuery=1000000 samples; possible "
        + "solutions: increase the -search.maxSamplesPerQuery; reduce time range for the query; use "
        + "more specific label filters in order to select fewer series"),
    Refusal(
      file: "master-2026-08/err_timeout_1s.http",
      message: "422: timeout exceeded during query execution: 1.000 seconds (elapsed 2.821 "
        + "seconds); the timeout can be adjusted with `-search.maxQueryDuration` command-line flag"),
    Refusal(file: "master-2026-08/auth_none.http", message: "401: nothing" + credentialsHint),
  ]
}
