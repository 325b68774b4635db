import Logging
import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import WorkerCheckpoint

/// Carries conflict records from the target's table to the supervisor, a bounded number at a time, until it has said
/// that they are stored. A record is told again after a crash, with the same number.
final class ConflictCourier: Sendable {
    private static let handful = 100

    private struct State {
        /// Something may wait in the table.
        var isDue = true
        /// The last one that was read, and the last one that could be told.
        var seen: UInt64 = 0
        var sent: UInt64 = 0
        var stored: UInt64 = 0
        var forgotten: UInt64 = 0
        /// What could not be read by an earlier worker has been looked at again.
        var hasBegun = false
        /// Since the target could last be asked.
        var isCutOff = false
    }

    private let task: String
    private let outbox: Outbox
    private let logger: Logger
    private let state = Mutex(State())
    /// One sends at a time: who returns knows that what waited has been sent.
    private let sending = Mutex(())

    init(task: String, outbox: Outbox, logger: Logger) {
        self.task = task
        self.outbox = outbox
        self.logger = logger
    }

    /// The applier has committed records.
    func call() { state.withLock { $0.isDue = true } }

    func stored(through sequence: UInt64) { state.withLock { $0.stored = max($0.stored, sequence) } }

    /// Sends the next handful when the last one has been stored. Called on a thread that may block.
    func sendWaiting(_ connections: TaskConnections) { sending.withLock { _ in _ = send(connections) } }

    /// - Parameter isLast: nothing is sent later, so nothing is waited for.
    /// - Returns: whether more may wait that could be sent.
    private func send(_ connections: TaskConnections, isLast: Bool = false) -> Bool {
        let (begins, seen, stored, forgotten, hasBegun) = state.withLock { state in
            let begins = (state.isDue && (isLast || state.stored >= state.sent)) || state.stored > state.forgotten
            // The applier may call again while the table is being read.
            if begins { state.isDue = false }
            return (begins, state.seen, state.stored, state.forgotten, state.hasBegun)
        }
        guard begins else { return false }
        do {
            let session = try connections.open(.target)
            // The applier of a large transaction may hold these rows for long, and others wait for the one who asks.
            try session.execute("SET SESSION innodb_lock_wait_timeout = 5")
            if !hasBegun {
                try ConflictTable.lookAgain(task: task, session)
                state.withLock { $0.hasBegun = true }
            }
            if stored > forgotten {
                try ConflictTable.markStored(task: task, through: stored, session)
                state.withLock { $0.forgotten = stored }
            }
            let waiting = try ConflictTable.waiting(task: task, after: seen, limit: Self.handful, session)
            var told: UInt64 = 0
            for record in waiting where try tell(record, session) { told = record.sequence }
            return state.withLock { state in
                if let last = waiting.last { state.seen = max(state.seen, last.sequence) }
                state.sent = max(state.sent, told)
                if waiting.count == Self.handful { state.isDue = true }
                state.isCutOff = false
                return state.isDue
            }
        } catch {
            // The records stay in the table; the next beat tries again.
            call()
            let isNews = state.withLock { state in
                defer { state.isCutOff = true }
                return !state.isCutOff
            }
            if isNews { logger.warning("conflicts cannot be told for now", metadata: ["error": "\(Failure(describing: error))"]) }
            return false
        }
    }

    /// - Returns: false when it cannot be read: it stays in the table, and holds up no other.
    private func tell(_ waiting: ConflictTable.Waiting, _ session: Session) throws -> Bool {
        do {
            outbox.send(.conflict(try LineCodec.decode(ConflictRecord.self, from: waiting.record.utf8)))
            return true
        } catch is DecodingError {
            try ConflictTable.setAside(task: task, sequence: waiting.sequence, session)
            logger.error(
                "a conflict record cannot be read; it stays in __dts__.conflict on the target",
                metadata: ["code": "\(FailureCode.recordUnreadable.rawValue)", "sequence": "\(waiting.sequence)"])
            return false
        }
    }

    /// Handfuls that are sent at the end; what is beyond is told by the next worker.
    private static let lastHandfuls = 50

    /// Before the worker ends because of a conflict, so that the supervisor knows of it when it hears the failure: also of one that
    /// was met before the last handful was acknowledged.
    func sendNow(_ connections: TaskConnections) {
        sending.withLock { _ in
            call()
            for _ in 0..<Self.lastHandfuls where !send(connections, isLast: true) { break }
        }
    }
}
