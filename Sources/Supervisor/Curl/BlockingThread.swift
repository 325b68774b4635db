@preconcurrency import Dispatch

/// Runs blocking work on a thread that is not one of the cooperative pool.
enum BlockingThread {
    private static let queue = DispatchQueue(label: "dts.curl", attributes: .concurrent)

    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
