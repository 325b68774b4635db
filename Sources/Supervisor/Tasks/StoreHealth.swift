package import SyncModel
import Synchronization

/// Whether the store takes what it is given. A full disk does not stop the tasks; it shows here until it heals.
package final class StoreHealth: Sendable {
    private let current = Mutex<Failure?>(nil)

    package init() {}

    /// The last failure, if the store has not worked since.
    package var failure: Failure? { current.withLock { $0 } }

    /// - Returns: whether that is news.
    @discardableResult
    package func failed(_ failure: Failure) -> Bool {
        current.withLock { current in
            let isNews = current == nil
            current = failure
            return isNews
        }
    }

    /// - Returns: whether that is news.
    @discardableResult
    package func worked() -> Bool {
        current.withLock { current in
            let isNews = current != nil
            current = nil
            return isNews
        }
    }
}
