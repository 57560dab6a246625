import Rollouts
import Store
import TestSupport
import Testing

@Suite struct TargetErrorTests {
  private func message(named name: String?, in database: Database) -> String {
    do throws(StoreError) {
      return try database.read(to: "look") { "found \(try $0.target(named: name).target.name)" }
    } catch {
      return error.description
    }
  }

  private func target(_ name: String) -> Target {
    Target(
      name: name, virtualService: ObjectName(namespace: "istio", name: name), host: name)
  }

  @Test func `an empty database has no target`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("analyze.db")
    let database = try Database(path: path, mode: .create)
    #expect(
      message(named: nil, in: database)
        == "\(path) holds no target yet; run \"analyze collect\" first")
    #expect(
      message(named: "web", in: database)
        == "no target \"web\" in \(path); it holds none; name one with --target")
  }

  @Test func `a single target need not be named`() throws {
    let store = try SampleStore()
    #expect(message(named: nil, in: store.database) == "found app-backend")
    #expect(message(named: "app-backend", in: store.database) == "found app-backend")
    #expect(
      message(named: "web", in: store.database)
        == "no target \"web\" in \(store.path); it holds app-backend; name one with --target")
  }

  @Test func `one of several targets must be named`() throws {
    let store = try SampleStore()
    _ = try store.database.write(to: "add a target") { try $0.upsert(target("web")) }
    #expect(
      message(named: nil, in: store.database) == """
        \(store.path) holds several targets: app-backend, web; name one with --target
        """)
    #expect(message(named: "web", in: store.database) == "found web")
  }

  @Test func `a target is stored once, and follows its host`() throws {
    let store = try SampleStore()
    let moved = Target(
      name: "app-backend", virtualService: SampleStore.target.virtualService, host: "app-2")
    #expect(
      try store.database.write(to: "update the target") { try $0.upsert(moved) } == store.targetID)
    #expect(try store.database.read(to: "look") { try $0.targets() }.map(\.target) == [moved])
  }

  @Test func `a name does not pass from one VirtualService to another`() throws {
    let store = try SampleStore()
    let other = Target(
      name: "app-backend", virtualService: ObjectName(namespace: "prod", name: "app-backend"),
      host: "app-backend")
    #expect(
      throws: StoreError.contradiction(
        """
        target app-backend in \(store.path) stands for VirtualService istio/app-backend, not for \
        prod/app-backend; give the new one another name with --target
        """)
    ) { try store.database.write(to: "add a target") { _ = try $0.upsert(other) } }
  }
}
