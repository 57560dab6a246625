import Foundation
import TestSupport
import Testing

@testable import Kubernetes

struct KubeconfigMistakeTests {
  private static let server = "https://a.example"
  private static let plugin = """
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: plugin
    """

  private func mistake(_ text: String, context: String? = nil) throws -> String {
    let error = try #require(throws: KubernetesError.self) {
      try Kubeconfig(parsing: text, file: "/k").connection(
        context: context, environment: [:], now: TestClock().now)
    }
    #expect(error.isConfigurationMistake)
    #expect(!error.description.contains("hidden"))
    return error.description
  }

  @Test(
    arguments: [
      ("", "current-context: it is not set; choose a context with --context (it has no contexts)"),
      ("clusters: {a: b}", "clusters is not a list; correct it"),
      ("clusters: [{cluster: {}}]", "clusters[0].name is missing; correct it"),
      (
        "users: [{name: a, user: {token: {hidden: 1}}}]",
        "users[0].user.token is not a single value; correct it"
      ),
      ("a: [hidden", "line 2, column 1: did not find expected ',' or ']'; correct it"),
      ("hidden", "the document is not a mapping; correct it"),
      ("a: 1\n---\nb: 2", "it has several documents; leave one of them"),
      ("users: [{name: a}, {name: a}]", "user \"a\": it stands twice; remove one"),
      (
        "current-context: a\ncontexts: [{name: c}, {name: b}]",
        "current-context: the context \"a\" does not exist; choose another with --context "
          + "(it has b, c)"
      ),
      (
        "current-context: a\ncontexts: [{name: a}]",
        "context \"a\": cluster: it is missing; name one"
      ),
      (
        "current-context: a\ncontexts: [{name: a, context: {cluster: b}}]",
        "context \"a\": cluster: the cluster \"b\" does not exist; add it or name another"
      ),
      (
        "current-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]\n"
          + "clusters: [{name: b}]",
        "context \"a\": user: the user \"c\" does not exist; add it or name another"
      ),
      (
        "current-context: a\ncontexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b}]",
        "cluster \"b\": server: it is missing; give the address of the API server"
      ),
    ])
  func `a file that does not lead to a cluster says why`(text: String, reason: String) throws {
    #expect(try mistake(text) == "cannot use kubeconfig /k: " + reason)
  }

  @Test func `a context that was asked for has to exist`() throws {
    #expect(
      try mistake(kubeconfig(server: Self.server), context: "prod")
        == "cannot use kubeconfig /k: --context: the context \"prod\" does not exist; choose "
        + "another with --context (it has dev)")
  }

  @Test(
    arguments: [
      ("a.example:6443", "", "server: it has to begin with https:// or http://"),
      (
        "https://me:hidden@a.example", "",
        "server: it must not hold a user name or password; remove them"
      ),
      (
        server, "proxy-url: ftp://me:hidden@proxy",
        "proxy-url: it has to begin with http://, https:// or socks5://"
      ),
      (
        server, "certificate-authority: ca.pem",
        "certificate-authority: /ca.pem cannot be read; correct the path"
      ),
      (
        server, "certificate-authority-data: hidden!",
        "certificate-authority-data: it is not base64; write the PEM file with \"base64 -w0\""
      ),
      (
        server, "certificate-authority-data: Q0E=\ninsecure-skip-tls-verify: true",
        "insecure-skip-tls-verify: it contradicts the certificate authority that is given too; "
          + "remove one of them"
      ),
    ])
  func `a cluster that cannot be used says why`(
    server: String, lines: String, reason: String
  ) throws {
    #expect(
      try mistake(kubeconfig(server: server, cluster: lines))
        == "cannot use kubeconfig /k: cluster \"loop\": " + reason)
  }

  @Test(
    arguments: [
      (
        "client-certificate-data: Q0E=",
        "client-key-data: it is missing; a client certificate needs its key"
      ),
      (
        "client-key-data: Q0E=",
        "client-certificate-data: it is missing; a key needs its certificate"
      ),
      (
        "client-certificate-data: Q0E=\nclient-key-data: hidden!",
        "client-key-data: it is not base64; write the PEM file with \"base64 -w0\""
      ),
      (
        "client-certificate: /nowhere/c\nclient-key: /nowhere/k",
        "client-certificate: /nowhere/c cannot be read; correct the path"
      ),
      ("tokenFile: /nowhere/t", "tokenFile: /nowhere/t cannot be read; correct the path"),
      (
        "username: a\npassword: hidden\ntoken: hidden",
        "username: there is a token too; remove one of them"
      ),
      ("username: \"a:b\"", "username: it must not have a colon"),
      (
        "auth-provider: {name: gcp}",
        "auth-provider: it is no longer supported by Kubernetes; use an exec plugin instead"
      ),
      ("as: admin", "as: acting as somebody else is not supported; name the user itself"),
      ("exec: {}", "exec.command: it is missing; name the program"),
      (
        plugin.replacing("k8s.io/v1", with: "k8s.io/v1alpha1"),
        "exec.apiVersion: it has to be client.authentication.k8s.io/v1 or "
          + "client.authentication.k8s.io/v1beta1"
      ),
      (
        plugin.replacing("Never", with: "Always"),
        "exec.interactiveMode: it is Always, but \"plugin\" is run without a terminal here; set it "
          + "to IfAvailable, or use a token"
      ),
      (
        plugin.replacing("interactiveMode: Never", with: "args: []"),
        "exec.interactiveMode: it has to be Never or IfAvailable"
      ),
    ])
  func `a user that cannot be used says why`(lines: String, reason: String) throws {
    #expect(
      try mistake(kubeconfig(server: Self.server, user: lines))
        == "cannot use kubeconfig /k: user \"tester\": " + reason)
  }

  @Test func `files that do not exist are named`() throws {
    let error = try #require(throws: KubernetesError.self) {
      try Kubeconfig(paths: ["/nowhere/a", "/nowhere/b"])
    }
    #expect(
      error.description
        == "cannot use kubeconfig /nowhere/a:/nowhere/b: no such file; check --kubeconfig and "
        + "KUBECONFIG")
  }

  @Test func `a folder is no kubeconfig`() throws {
    let error = try #require(throws: KubernetesError.self) { try Kubeconfig(paths: ["/tmp"]) }
    #expect(
      error.description
        == "cannot use kubeconfig /tmp: it cannot be read; check its permissions")
  }
}
