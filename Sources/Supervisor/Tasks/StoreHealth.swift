package import SyncModel
import Synchronization

/// Whether the store takes what it is given. A full disk does not stop the tasks; it shows here until it heals.
package final class StoreHealth: Sendable {
    /// A failure of the store, and since when it has not worked.
    package struct Trouble: Sendable, Hashable {
        package var failure: Failure
        /// Microseconds since 1970 UTC.
        package var since: UInt64
    }

    private let current = Mutex<Trouble?>(nil)
    private let past = Mutex<Trouble?>(nil)
    private let now: @Sendable () -> UInt64

    /// - Parameter now: microseconds since 1970 UTC.
    package init(now: @escaping @Sendable () -> UInt64) {
        self.now = now
    }

    /// The last failure, if the store has not worked since.
    package var trouble: Trouble? { current.withLock { $0 } }

    /// - Returns: whether that is news.
    @discardableResult
    package func failed(_ failure: Failure) -> Bool {
        let moment = now()
        return current.withLock { current in
            let isNews = current == nil
            current = Trouble(failure: failure, since: current?.since ?? moment)
            return isNews
        }
    }

    package func worked() {
        let ended = current.withLock { current in
            defer { current = nil }
            return current
        }
        if let ended { past.withLock { $0 = ended } }
    }

    /// A time in which the store did not work and that is over, once.
    package func takePastTrouble() -> Trouble? {
        past.withLock { past in
            defer { past = nil }
            return past
        }
    }
}
