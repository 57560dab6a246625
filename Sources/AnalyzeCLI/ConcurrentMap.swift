extension Array where Element: Sendable {
  /// What an operation makes of each element, in the order of the elements; some run at a time.
  ///
  /// - Parameters:
  ///   - limit: How many run at a time; at least 1.
  ///   - operation: Makes something of an element.
  /// - Returns: A value for each element.
  func concurrentMap<Value: Sendable>(
    atATime limit: Int, _ operation: @escaping @Sendable (Element) async -> Value
  ) async -> [Value] {
    await withTaskGroup(of: (index: Int, value: Value).self) { group in
      var results: [(index: Int, value: Value)] = []
      for (index, element) in enumerated() {
        if index >= limit, let result = await group.next() { results.append(result) }
        group.addTask { (index, await operation(element)) }
      }
      for await result in group { results.append(result) }
      return results.sorted { $0.index < $1.index }.map(\.value)
    }
  }
}
