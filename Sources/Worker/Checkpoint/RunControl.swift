import Glibc
package import SyncMySQL
package import SyncModel
import Synchronization

/// Thrown at a commit boundary when the task was asked to stop. Not a failure.
package struct Stopped: Error, Sendable {
    package init() {}
}

/// How the engine reaches the threads of a run: stop them, slow them down, cut off their sessions.
package final class RunControl: Sendable {
    private struct State {
        var stopping = false
        var failure: Failure?
        var limits: Limits
        var nextInterruption = 0
        var interruptions: [Int: (session: Interruption, waitsForSource: Bool)] = [:]
        /// When all rows that were let pass are paid for, on the monotonic clock.
        var paid: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    /// What the run has read of the source: rows that were copied, and its log.
    package let bytesRead = ByteCount()

    package init(limits: Limits) { state = Mutex(State(limits: limits)) }

    package var isStopping: Bool { state.withLock { $0.stopping } }

    package func checkStop() throws(Stopped) {
        if isStopping { throw Stopped() }
    }

    /// Asks everybody to stop at the next commit boundary and cuts off those who only wait for the source.
    package func stop() { end { $0.waitsForSource } }

    /// Ends the run with a failure that was found beside it. Nothing that is under way is committed any more.
    package func fail(_ failure: Failure) {
        state.withLock { $0.failure = $0.failure ?? failure }
        interruptAll()
    }

    /// What ``fail(_:)`` was called with.
    package var failure: Failure? { state.withLock { $0.failure } }

    /// Cuts off every registered session: for an end that cannot wait for a boundary.
    package func interruptAll() { end { _ in true } }

    private func end(_ cutOff: (_ watched: (session: Interruption, waitsForSource: Bool)) -> Bool) {
        let watched = state.withLock { state in
            state.stopping = true
            return Array(state.interruptions.values)
        }
        for one in watched where cutOff(one) { one.session.interrupt() }
    }

    /// Keeps a session in reach of ``stop()`` or ``interruptAll()`` while `body` runs.
    ///
    /// - Parameter waitsForSource: nothing is lost when this session is cut off at any moment.
    package func watching<T>(_ session: Session, _ body: () throws -> T) rethrows -> T {
        try watching(session.interruption, body)
    }

    package func watching<T>(_ session: Interruption, waitsForSource: Bool = false, _ body: () throws -> T) rethrows -> T {
        let token = state.withLock { state in
            state.nextInterruption += 1
            state.interruptions[state.nextInterruption] = (session, waitsForSource)
            return state.nextInterruption
        }
        defer { state.withLock { $0.interruptions[token] = nil } }
        return try body()
    }

    package var limits: Limits {
        get { state.withLock { $0.limits } }
        set {
            state.withLock { state in
                // What was overdrawn under another ceiling is forgiven.
                if newValue.rowsPerSecond != state.limits.rowsPerSecond { state.paid = nil }
                state.limits = newValue
            }
        }
    }

    /// What may pass at once of a budget that was not used, in seconds of the ceiling.
    private static let allowance = Duration.seconds(1)

    /// Accounts for rows that are about to be written and says how long to wait first.
    ///
    /// The budget is shared by all threads. Rows are paid for before they pass, so that also a single large batch keeps
    /// the ceiling: after t seconds under it, no more than t + 1 seconds' worth of rows have passed.
    package func delay(rows: Int, now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { state in
            guard state.limits.rowsPerSecond > 0 else {
                state.paid = nil
                return .zero
            }
            let paid = max(state.paid ?? now, now) + .seconds(1) * (Double(rows) / Double(state.limits.rowsPerSecond))
            state.paid = paid
            return max(paid - now - Self.allowance, .zero)
        }
    }

    /// Longest sleep before the next look at the request to stop.
    private static let nap: UInt32 = 100_000

    /// Waits until rows may be written under the ceiling of rows per second.
    ///
    /// - Throws: `Stopped` when the task is asked to stop meanwhile.
    package func wait(beforeWriting rows: Int) throws(Stopped) {
        let ceiling = limits.rowsPerSecond
        let due = ContinuousClock.now + delay(rows: rows)
        while due > .now {
            try checkStop()
            // Another ceiling counts at once: these rows begin the account under it.
            if limits.rowsPerSecond != ceiling { return try wait(beforeWriting: rows) }
            usleep(min(Self.nap, UInt32(clamping: Int64((due - .now) / .microseconds(1)))))
        }
    }
}
