@preconcurrency import Dispatch

/// Runs blocking work on a thread that is not one of the cooperative pool.
package enum BlockingThread {
    /// A serial queue of its own for each piece of work: Dispatch gives such a queue a further thread at once. A
    /// concurrent queue would share the few threads of the cooperative pool, and get another only after a second.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "dts.curl").async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
