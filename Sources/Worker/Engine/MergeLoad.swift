import SyncModel
import SyncMySQL
import Synchronization
import WorkerApply
import WorkerCheckpoint
import WorkerConflict
import WorkerLoad

/// The data initialization of a pair whose sides both have data: it runs beside the stream, so that what either side
/// writes meanwhile is never older than what the load brings.
final class MergeLoad: Sendable {
    /// How a load that has ended came out.
    struct Outcome: Sendable {
        var conflicts: ConflictCounts
        /// A place in the source's log behind everything that was copied.
        var window: BinlogPosition
    }

    private let context: TaskContext
    private let guardian: MergeGuard
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)

    init(_ context: TaskContext, reverseTask: String) {
        self.context = context
        guardian = MergeGuard(context, reverseTask: reverseTask)
    }

    /// What the applier tells its keys to.
    var applied: KeyWindow { guardian.applied }

    /// Starts following the target's log and copying, each on threads of their own.
    func start(_ source: Session, _ report: @escaping @Sendable (LoadProgress) -> Void) throws {
        let seen = try guardian.targetSeenBySource(source)
        TargetFollower(context, from: seen, window: guardian.local).start()
        WorkerThread.start("dts-merge") { [self] in
            let result = Result { try load(report) }
            outcome.withLock { $0 = result }
        }
    }

    /// nil while the load runs.
    func takeOutcome() throws -> Outcome? {
        try outcome.withLock { outcome in
            defer { outcome = nil }
            return try outcome?.get()
        }
    }

    private func load(_ report: @escaping @Sendable (LoadProgress) -> Void) throws -> Outcome {
        let conflicts = try DataLoader(context, merge: guardian).run(report)
        let session = try context.attempt(.source, "connecting") { try Session(context.source) }
        let window = try context.attempt(.source, "reading its position") {
            try SourceFence.positionBehind(session, context.sourceProfile)
        }
        return Outcome(conflicts: conflicts, window: window)
    }
}
