import Hummingbird
import ServiceLifecycle
import SyncModel

/// Ends operations that may last for ever. Each ends them by cancelling their task.
enum LongCall {
    /// - Throws: ``Failure/stopping`` when the daemon stopped first.
    static func untilShutdown<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await cancelWhenGracefulShutdown {
            do {
                return try await operation()
            } catch is CancellationError where Task.isShuttingDownGracefully {
                throw Failure.stopping
            }
        }
    }

    /// Ends when the connection is closed; nobody is there to get the answer then.
    @concurrent static func untilReaderLeaves<Value: Sendable>(
        _ request: Request, _ operation: @concurrent () async throws -> Value
    ) async throws -> Value {
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            try await operation()
        }
    }

    /// - Returns: nil when the time was up first; a time limit of nil is none.
    static func within<Value: Sendable>(
        _ limit: Duration?, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        guard let limit else { return try await operation() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
