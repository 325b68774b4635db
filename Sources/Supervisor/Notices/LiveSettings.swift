import Synchronization

/// The settings of the supervisor's file that may change while it runs.
package struct ReloadableSettings: Sendable, Hashable {
    package var notify: NotifySettings
    package var owners: [Owner]
    package var billing: BillingSettings

    package init(notify: NotifySettings = NotifySettings(), owners: [Owner] = [], billing: BillingSettings = BillingSettings()) {
        self.notify = notify
        self.owners = owners
        self.billing = billing
    }
}

/// The settings as they are at the moment, for all who go by them.
package final class LiveSettings: Sendable {
    private struct State {
        var settings: ReloadableSettings
        var next: UInt64 = 0
        var listeners: [UInt64: AsyncStream<ReloadableSettings>.Continuation] = [:]
    }

    private let state: Mutex<State>

    package init(_ settings: ReloadableSettings = ReloadableSettings()) {
        state = Mutex(State(settings: settings))
    }

    package var current: ReloadableSettings { state.withLock { $0.settings } }

    package func replace(with settings: ReloadableSettings) {
        state.withLock { state in
            state.settings = settings
            // Within the lock, so that nobody is told of two changes in the wrong order.
            for listener in state.listeners.values { listener.yield(settings) }
        }
    }

    /// The present settings at once, then each later ones. Whoever is slow gets only the newest.
    package func changes() -> AsyncStream<ReloadableSettings> {
        let (stream, continuation) = AsyncStream<ReloadableSettings>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            continuation.yield(state.settings)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in state.listeners[id] = nil }
        }
        return stream
    }
}
