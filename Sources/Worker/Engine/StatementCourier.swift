import Logging
import SyncModel
import SyncWire
import Synchronization
import WorkerCheckpoint

/// Tells the supervisor of definition statements that were not carried over, until it has said that they are stored. One is
/// told again after a crash, with the same number.
final class StatementCourier: Sendable {
    private static let handful = 100

    private struct State {
        /// The last statement that the table had when it was read.
        var seen: UInt64 = 0
        var sent: UInt64 = 0
        var stored: UInt64 = 0
        var marked: UInt64 = 0
    }

    private let task: String
    private let outbox: Outbox
    private let state = Mutex(State())

    init(task: String, outbox: Outbox) {
        self.task = task
        self.outbox = outbox
    }

    func stored(through sequence: UInt64) { state.withLock { $0.stored = max($0.stored, sequence) } }

    /// Called on a thread that may block.
    ///
    /// - Parameter count: how many the task has passed over so far.
    func sendWaiting(_ count: UInt64, _ connections: TaskConnections, _ logger: Logger) {
        let known = state.withLock { $0 }
        // They are counted before they are committed.
        guard count > known.seen || known.stored > known.marked else { return }
        do {
            let session = try connections.open(.target)
            if known.stored > known.marked {
                try UncarriedTable.markStored(task: task, through: known.stored, session)
                state.withLock { $0.marked = known.stored }
            }
            let last = try UncarriedTable.last(task: task, session)
            let waiting = try UncarriedTable.waiting(task: task, after: known.sent, limit: Self.handful, session)
            for statement in waiting { outbox.send(.ddlNotCarried(statement)) }
            state.withLock { state in
                state.sent = waiting.last?.sequence ?? state.sent
                state.seen = waiting.count < Self.handful ? last : state.sent
            }
        } catch {
            // They stay in the table; the next beat tries again.
            logger.warning("statements that were not carried over cannot be read", metadata: ["error": "\(Failure(describing: error))"])
        }
    }
}
