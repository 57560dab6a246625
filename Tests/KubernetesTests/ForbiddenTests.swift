import Kubernetes
import Testing

struct ForbiddenTests {
  private func message(_ text: String) -> String {
    KubernetesError.refused(
      subject: "VirtualService istio/app-backend", status: 403, message: text
    ).description
  }

  private static let who = "virtualservices.networking.istio.io \"app-backend\" is forbidden: User "
  private static let what =
    " cannot get resource \"virtualservices\" in API group \"networking.istio.io\" in the namespace "
    + "\"istio\""

  @Test(
    arguments: [
      ("\"system:serviceaccount:watch:analyze\"", "service account \"watch/analyze\""),
      ("\"system:anonymous\"", "user \"system:anonymous\""), ("\"nobody\"", "user \"nobody\""),
    ])
  func `a 403 says who may not do what, and what to do`(user: String, shown: String) {
    #expect(
      message(Self.who + user + Self.what)
        == "cannot read VirtualService istio/app-backend: 403 Forbidden (\(shown) cannot get "
        + "resource \"virtualservices\" in the namespace \"istio\"); grant it with "
        + "deploy/rbac.yaml")
  }

  @Test func `words of another server are shown as they are`() {
    #expect(
      message("RBAC: access denied")
        == "cannot read VirtualService istio/app-backend: 403 Forbidden (RBAC: access denied); "
        + "grant it with deploy/rbac.yaml")
  }
}
