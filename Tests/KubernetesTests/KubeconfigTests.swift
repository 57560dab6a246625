import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

struct KubeconfigTests {
  private let folder: TemporaryFolder
  private let clock = TestClock()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func connection(
    _ paths: [String], context: String? = nil, environment: [String: String] = [:]
  ) throws(KubernetesError) -> KubernetesConnection {
    try .kubeconfig(paths: paths, context: context, environment: environment, now: clock.now)
  }

  @Test func `the current context leads to server, namespace and token`() throws {
    let path = try folder.write(
      kubeconfig(server: "https://cluster.example:6443", user: "token: hidden"), to: "config")
    let connection = try connection([path])
    #expect(connection.baseURL == "https://cluster.example:6443")
    #expect(connection.namespace == "istio")
    #expect(connection.name == "context \"dev\" of \(path)")
    #expect(connection.warnings == [])
    #expect(connection.proxy == nil)
    #expect(connection.credentials.method == .token(Secret("hidden")))
    #expect(connection.credentials.description == "the token of user \"tester\" of \(path)")
  }

  @Test func `a kubeconfig in JSON is read as well`() throws {
    let path = try folder.write(
      """
      {"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c"}}],
       "clusters": [{"name": "c", "cluster": {"server": "https://a.example"}}], "users": null}
      """, to: "config")
    let connection = try connection([path])
    #expect(connection.baseURL == "https://a.example")
    #expect(connection.namespace == nil)
    #expect(connection.credentials.method == .none)
  }

  @Test func `of several files the first that names something decides about all of it`() throws {
    let first = try folder.write(
      """
      contexts:
      - {name: a, context: {cluster: c, user: u}}
      clusters:
      - {name: c, cluster: {server: "https://first.example"}}
      """, to: "first")
    let second = try folder.write(
      """
      current-context: b
      contexts:
      - {name: a, context: {cluster: d, user: u}}
      - {name: b, context: {cluster: c, user: u, namespace: n}}
      clusters:
      - {name: c, cluster: {server: "https://second.example", tls-server-name: other}}
      users:
      - {name: u, user: {token: hidden}}
      """, to: "second")
    let missing = folder.path("missing")
    let environment = ["KUBECONFIG": "\(first)::\(missing):\(second)"]
    let connection = try connection([], environment: environment)
    #expect(connection.name == "context \"b\" of \(second)")
    #expect(connection.baseURL == "https://first.example")
    #expect(connection.security.serverName == nil)
    #expect(connection.namespace == "n")
    #expect(connection.credentials.description == "the token of user \"u\" of \(second)")
    #expect(
      connection.warnings == ["\(missing) does not exist and is passed over; check KUBECONFIG"])
    let other = try self.connection([], context: "a", environment: environment)
    #expect(other.name == "context \"a\" of \(first)")
    #expect(try Kubeconfig(paths: [first, second]).contextNames == ["a", "b"])
  }

  @Test func `without KUBECONFIG the file in the home folder is read`() throws {
    let home = folder.url.appending(path: ".kube")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    let path = try folder.write(kubeconfig(server: "https://home.example"), to: ".kube/config")
    let connection = try connection([], environment: ["HOME": folder.url.path])
    #expect(connection.name == "context \"dev\" of \(path)")
  }

  @Test func `relative paths are relative to the file`() throws {
    let other = folder.url.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    for name in ["ca.pem", "client.pem", "token", "other/client.key"] {
      try folder.write("x", to: name)
    }
    let path = try folder.write(
      kubeconfig(
        server: "https://a.example", cluster: "certificate-authority: ../ca.pem",
        user: """
          client-certificate: ../client.pem
          client-key: client.key
          tokenFile: ./../token
          """), to: "other/config")
    let connection = try connection([path])
    #expect(connection.security.certificateAuthorities == .file(folder.path("ca.pem")))
    #expect(
      connection.security.clientCertificate
        == ClientCertificate(
          certificate: .file(folder.path("client.pem")), key: .file(folder.path("other/client.key"))
        ))
    #expect(connection.credentials.method == .tokenFile(folder.path("token")))
  }

  @Test func `data counts before files`() throws {
    let path = try folder.write(
      kubeconfig(
        server: "https://a.example",
        cluster: "certificate-authority: /nowhere\ncertificate-authority-data: Q0E=",
        user: """
          client-certificate: /nowhere
          client-certificate-data: |
            Q0VS
            VA==
          client-key: /nowhere
          client-key-data: S0VZ
          """), to: "config")
    let connection = try connection([path])
    #expect(connection.security.certificateAuthorities == .bytes(Array("CA".utf8)))
    #expect(
      connection.security.clientCertificate
        == ClientCertificate(
          certificate: .bytes(Array("CERT".utf8)), key: .bytes(Array("KEY".utf8))))
    #expect(
      connection.credentials.description == "the client certificate of user \"tester\" of \(path)")
  }

  @Test func `skipping verification is warned about`() throws {
    let path = try folder.write(
      kubeconfig(server: "https://a.example", cluster: "insecure-skip-tls-verify: true"),
      to: "config")
    let connection = try connection([path])
    #expect(connection.security.skipsVerification)
    #expect(
      connection.warnings == [
        "\(path): cluster \"loop\": insecure-skip-tls-verify is set, so anybody on the way can "
          + "read the credentials and answer in place of the cluster; give "
          + "certificate-authority-data instead"
      ])
  }

  @Test func `credentials do not go over a connection in the clear`() throws {
    let path = try folder.write(
      kubeconfig(server: "http://a.example", user: "token: hidden"), to: "config")
    let connection = try connection([path])
    #expect(connection.credentials.method == .none)
    #expect(
      connection.warnings == [
        "\(path): cluster \"loop\": server begins with http://, so the credentials of user "
          + "\"tester\" are not sent"
      ])
  }

  @Test func `nothing that Swift makes of a connection shows a secret`() throws {
    let hidden = "aGlkZGVu"
    let path = try folder.write(
      kubeconfig(
        server: "https://a.example", cluster: "proxy-url: http://me:\(hidden)@proxy.example",
        user: """
          client-certificate-data: \(hidden)
          client-key-data: \(hidden)
          exec:
            apiVersion: client.authentication.k8s.io/v1
            interactiveMode: Never
            command: plugin
            args: ["--password", \(hidden)]
            env: [{name: PASSWORD, value: \(hidden)}]
            provideClusterInfo: true
          """), to: "config")
    let connection = try connection([path], environment: ["OTHER": hidden])
    #expect(connection.proxy?.revealed.contains(hidden) == true)
    for shown in [texts(of: connection), texts(of: try Kubeconfig(paths: [path]))] {
      #expect(!shown.contains(hidden))
      #expect(!shown.contains("hidden"))
      // These are the bytes of "hid".
      #expect(!shown.contains("104, 105, 100"))
    }
  }
}
