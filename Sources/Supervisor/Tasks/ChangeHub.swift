import Synchronization

/// Tells whoever waits that something changed; what, they look up themselves. Changes that come while a waiter is
/// looking are one change, so a slow waiter costs nothing.
package final class ChangeHub: Sendable {
    private struct State {
        var next: UInt64 = 0
        var waiters: [UInt64: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The first element comes at once, so that a waiter need not look before it listens.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.waiters[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in state.waiters[id] = nil }
        }
        continuation.yield()
        return stream
    }

    package func notify() {
        let waiters = state.withLock { state in state.waiters.isEmpty ? [] : Array(state.waiters.values) }
        for waiter in waiters { waiter.yield() }
    }

    /// All that have ever listened: whoever asks in a circle is many.
    package var waitersSoFar: UInt64 { state.withLock { $0.next } }

    package var hasWaiters: Bool {
        state.withLock { state in !state.waiters.isEmpty }
    }
}
