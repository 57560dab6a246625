import Foundation
import TestSupport
import Testing
import YAML

/// What `deploy/rbac.yaml` grants.
struct AccessRulesTests {
  private struct Document: Decodable {
    struct Rule: Decodable, Equatable {
      let apiGroups: [String]
      let resources: [String]
      let verbs: [String]
    }

    struct Subject: Decodable {
      let kind: String
      let name: String
    }

    struct Metadata: Decodable {
      let name: String
    }

    let kind: String
    let metadata: Metadata
    let rules: [Rule]?
    let roleRef: Subject?
    let subjects: [Subject]?
  }

  @Test func `the service account may read the two kinds and nothing else`() throws {
    let file = Checkout.root.appending(path: "deploy/rbac.yaml")
    let documents = try YAML.documents(
      Document.self, from: try String(contentsOf: file, encoding: .utf8))
    #expect(documents.map(\.kind) == ["ServiceAccount", "Role", "RoleBinding"])
    #expect(documents.allSatisfy { $0.metadata.name == "analyze" })
    #expect(
      documents.compactMap(\.rules) == [
        [
          Document.Rule(
            apiGroups: ["networking.istio.io"], resources: ["virtualservices", "destinationrules"],
            verbs: ["get", "list", "watch"])
        ]
      ])
    #expect(documents.last?.roleRef.map { "\($0.kind) \($0.name)" } == "Role analyze")
    #expect(
      documents.last?.subjects?.map { "\($0.kind) \($0.name)" } == ["ServiceAccount analyze"])
  }

  @Test func `the client names no method that writes`() throws {
    let folder = Checkout.root.appending(path: "Sources/Kubernetes")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!files.isEmpty)
    for file in files {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for word in ["\"POST\"", "\"PUT\"", "\"PATCH\"", "\"DELETE\""] {
        #expect(!text.contains(word), "\(file): \(word)")
      }
    }
  }
}
