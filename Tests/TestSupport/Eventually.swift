/// Asks again and again until there is an answer.
///
/// - Throws: what `body` threw last, or a ``Trouble`` that says what was waited for, when the time is up.
package func eventually<T: Sendable>(
    within limit: Duration = .seconds(120), _ what: String, _ body: () async throws -> T?
) async throws -> T {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        do {
            if let found = try await body() { return found }
            if clock.now >= deadline { throw Trouble("after \(limit) still not: \(what)") }
        } catch {
            if clock.now >= deadline { throw error }
        }
        try await clock.sleep(for: .milliseconds(50))
    }
}

/// Asks again and again until it is so.
package func eventually(
    within limit: Duration = .seconds(120), _ what: String, isTrue body: () async throws -> Bool
) async throws {
    _ = try await eventually(within: limit, what) { try await body() ? true : nil }
}
