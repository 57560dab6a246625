import Rollouts
import Testing

@testable import Collecting

struct CountQueriesTests {
  private func queries(
    _ profile: MetricsProfile, hosts: [(host: String, subset: String?)], stepSeconds: Int = 15
  ) -> CountQueries {
    let weights = Weights(
      hosts.map {
        VersionWeight(
          version: $0.subset ?? $0.host, weight: 50,
          destination: Destination(host: $0.host, subset: $0.subset))
      })
    let labels = VersionLabels(profile: profile, weights: weights, namespace: "istio")
    return CountQueries(profile, labels: labels, stepSeconds: stepSeconds)
  }

  @Test func `Istio's metrics are asked for by service and namespace`() {
    let queries = queries(
      .istio, hosts: [("app-backend", "v1"), ("app-backend.istio.svc.cluster.local", "v2")])
    #expect(
      queries.requests == """
        sum by (reporter, destination_service_name, destination_service_namespace, \
        destination_version, response_code, grpc_response_status) (increase(istio_requests_total{\
        destination_service_name=~"app-backend",destination_service_namespace=~"istio"}[15s]))
        """)
    #expect(
      queries.durations == """
        sum by (reporter, destination_service_name, destination_service_namespace, \
        destination_version, le) (increase(istio_request_duration_milliseconds_bucket{\
        destination_service_name=~"app-backend",destination_service_namespace=~"istio"}[15s]))
        """)
  }

  @Test func `several services are asked for at once`() {
    let queries = queries(.istio, hosts: [("app-v2.other", nil), ("app-v1", nil)], stepSeconds: 60)
    #expect(queries.requests.contains(#"destination_service_name=~"app-v1|app-v2""#))
    #expect(queries.requests.contains(#"destination_service_namespace=~"istio|other"}[60s]"#))
  }

  @Test func `an external host is asked for as it stands, in any namespace`() {
    let queries = queries(.istio, hosts: [("api.example.com", nil), ("app.istio.svc", nil)])
    #expect(queries.requests.contains(#"destination_service_name=~"api\\.example\\.com|app","#))
    #expect(queries.requests.contains(#"destination_service_namespace=~".*"}"#))
  }

  @Test(arguments: ["shop", "istio", "unknown"])
  func `requests to an external host are told by its name alone`(namespace: String) {
    let weights = Weights(
      ["api.example.com", "api"].map {
        VersionWeight(version: $0, weight: 50, destination: Destination(host: $0, subset: nil))
      })
    let labels = VersionLabels(profile: .istio, weights: weights, namespace: "istio")
    func version(_ name: String) -> String? {
      labels.version(
        of: series(
          ["destination_service_name": name, "destination_service_namespace": namespace], []))
    }
    #expect(version("api.example.com") == "api.example.com")
    #expect(version("api") == (namespace == "istio" ? "api" : nil))
    #expect(version("api.example.org") == nil)
  }

  @Test func `Envoy's clusters are asked for by host and subset`() {
    let queries = queries(.envoy, hosts: [("app-backend", "v1"), ("app-backend", "v2")])
    #expect(
      queries.requests == """
        sum by (envoy_cluster_name, envoy_response_code) (increase(envoy_cluster_upstream_rq{\
        envoy_cluster_name=~"app-backend-v1|app-backend-v2"}[15s]))
        """)
  }

  @Test func `a profile of the user's own is filled in, and may do without durations`() {
    let profile = MetricsProfile(
      name: "custom", requests: "sum by (v, code) (increase(hits{v=~{{versions}}}[{{step}}]))",
      durations: nil, labels: MetricsProfile.Labels(version: "v", responseCode: "code"),
      versionLabelValue: "{{name}}.{{namespace}}/{{version}}")
    let queries = queries(profile, hosts: [("app.shop", "v1"), ("app.shop", "v2")])
    #expect(
      queries.requests
        == #"sum by (v, code) (increase(hits{v=~"app\\.shop/v1|app\\.shop/v2"}[15s]))"#)
    #expect(queries.durations == nil)
  }

  @Test func `a host cannot end its quotes`() {
    let queries = queries(.istio, hosts: [("a\"} or up{x=\"", nil)])
    #expect(queries.requests.contains(#"{destination_service_name=~"a\"\\} or up\\{x=\"","#))
  }
}
