import Synchronization

/// Where the time of a run goes.
final class GeneratedClock: Sendable {
    private let spent = Mutex<[String: Duration]>([:])

    func measure<T: Sendable>(_ what: String, _ body: () async throws -> T) async rethrows -> T {
        let begin = ContinuousClock.now
        let result = try await body()
        let took = ContinuousClock.now - begin
        spent.withLock { $0[what, default: .zero] += took }
        return result
    }

    var summary: String {
        spent.withLock { $0.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value.components.seconds) s" }.joined(separator: ", ") }
    }
}
