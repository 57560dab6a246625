import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

struct ConnectionTests {
  private let folder: TemporaryFolder
  private let clock = TestClock()

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: ".kube"), withIntermediateDirectories: true)
    try folder.write(kubeconfig(server: "https://home.example"), to: ".kube/config")
    try folder.write(kubeconfig(server: "https://listed.example"), to: "listed")
    try folder.write(kubeconfig(server: "https://option.example"), to: "option")
    for (name, text) in [("token", "hidden\n"), ("ca.crt", "PEM"), ("namespace", "istio\n")] {
      try folder.write(text, to: name)
    }
  }

  private var home: [String: String] { ["HOME": folder.url.path] }
  private var pod: [String: String] {
    home.merging(
      ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]) { _, new in new }
  }

  private func automatic(
    _ environment: [String: String], option: String? = nil, context: String? = nil
  ) throws(KubernetesError) -> KubernetesConnection {
    try .automatic(
      kubeconfigOption: option, contextOption: context, environment: environment,
      serviceAccountFolder: folder.url.path, now: clock.now)
  }

  @Test func `the option counts before KUBECONFIG, that before the pod, that before home`() throws {
    let listed = ["KUBECONFIG": folder.path("listed")]
    let all = pod.merging(listed) { $1 }
    let option = folder.path("option")
    #expect(try automatic(all, option: option).baseURL == "https://option.example")
    #expect(try automatic(all).baseURL == "https://listed.example")
    #expect(try automatic(pod).baseURL == "https://10.0.0.1:443")
    #expect(try automatic(home).baseURL == "https://home.example")
  }

  @Test func `asking for a context passes over the service account`() throws {
    #expect(try automatic(pod, context: "dev").baseURL == "https://home.example")
  }

  @Test func `nothing to go by is an error`() throws {
    let nobody = try #require(throws: KubernetesError.self) { try automatic([:]) }
    #expect(
      nobody.description
        == "cannot find a Kubernetes cluster: HOME is not set and this is no pod of a cluster; "
        + "give --kubeconfig FILE")
    let nothing = try #require(throws: KubernetesError.self) { try automatic(["HOME": "/nowhere"]) }
    #expect(
      nothing.description
        == "cannot find a Kubernetes cluster: /nowhere/.kube/config does not exist and this is no "
        + "pod of a cluster; give --kubeconfig FILE")
    #expect(nothing.isConfigurationMistake)
    let unnamed = try #require(throws: KubernetesError.self) {
      try KubernetesConnection.kubeconfig(environment: [:], now: clock.now)
    }
    #expect(
      unnamed.description
        == "cannot find a Kubernetes cluster: neither KUBECONFIG nor HOME is set; give "
        + "--kubeconfig FILE")
  }

  @Test func `a pod's service account gives address, authority and namespace`() throws {
    let connection = try KubernetesConnection.inCluster(
      environment: pod.merging(["KUBERNETES_SERVICE_HOST": "fd00::1"]) { $1 },
      folder: folder.url.path)
    #expect(connection.baseURL == "https://[fd00::1]:443")
    #expect(connection.namespace == "istio")
    #expect(connection.security.certificateAuthorities == .file(folder.path("ca.crt")))
    #expect(connection.credentials.method == .tokenFile(folder.path("token")))
  }

  @Test func `a pod without service account is an error`() throws {
    for name in ["ca.crt", "token"] {
      try FileManager.default.removeItem(atPath: folder.path(name))
      let error = try #require(throws: KubernetesError.self) { try automatic(pod) }
      #expect(
        error.description
          == "cannot use the service account of this pod: \(folder.path(name)): it cannot be read; "
          + "give the pod a serviceAccountName and leave automountServiceAccountToken on")
    }
    let error = try #require(throws: KubernetesError.self) {
      try KubernetesConnection.inCluster(environment: [:], folder: "/nowhere")
    }
    #expect(
      error.description
        == "cannot use the service account of this pod: /nowhere: KUBERNETES_SERVICE_HOST and "
        + "KUBERNETES_SERVICE_PORT are not set; give --kubeconfig FILE outside a cluster")
  }

  @Test func `a base URL needs nothing else`() async throws {
    let steps = try Recording("get-v1-before").steps
    try await withAPIServer({ _ in steps }) { server in
      var connection = try KubernetesConnection.baseURL(server.url + "/")
      connection.proxy = Secret("")
      let object = try await connection.readVirtualService()
      #expect(object.metadata.generation == 1)
      #expect(server.requests.map { $0.headers["authorization"] } == [nil])
    }
  }
}
