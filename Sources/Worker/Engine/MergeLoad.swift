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
    }

    private let context: TaskContext
    private let guardian: MergeGuard
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let follower = Mutex<TargetFollower?>(nil)

    init(_ context: TaskContext, reverseTask: String) {
        self.context = context
        guardian = MergeGuard(context, reverseTask: reverseTask)
    }

    /// What the applier has to know and to tell.
    var beside: LoadBeside { LoadBeside(applied: guardian.applied, local: guardian.local) }

    /// Starts following the target's log and copying, each on threads of their own.
    func start(_ source: Session, _ report: @escaping @Sendable (LoadProgress) -> Void) throws {
        let seen = try guardian.targetSeenBySource(source)
        let follower = TargetFollower(context, from: seen, window: guardian.local)
        self.follower.withLock { $0 = follower }
        follower.start()
        WorkerThread.start("dts-merge") { [self] in
            let result = Result { try load(report) }
            outcome.withLock { $0 = result }
        }
    }

    /// nil while the load runs.
    func takeOutcome() throws -> Outcome? {
        let taken = outcome.withLock { outcome in
            defer { outcome = nil }
            return outcome
        }
        guard let result = try taken?.get() else { return nil }
        // From here on nobody asks what the target changes itself.
        follower.withLock { $0?.stop() }
        guardian.end()
        return result
    }

    private func load(_ report: @escaping @Sendable (LoadProgress) -> Void) throws -> Outcome {
        let conflicts = try DataLoader(context, merge: guardian).run(report)
        return Outcome(conflicts: conflicts)
    }
}
