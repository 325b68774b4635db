import SyncModel
import SyncMySQL
import Synchronization
import WorkerApply
import WorkerCheckpoint
import WorkerConflict
import WorkerLoad
import WorkerSchema

/// A load that runs beside the stream, so that what either side writes meanwhile is never older than what the load brings:
/// the data initialization of a pair whose sides both have data, and tables that join a task later.
final class MergeLoad: Sendable {
    /// How a load that has ended came out.
    struct Outcome: Sendable {
        var conflicts: ConflictCounts
    }

    private let context: TaskContext
    private let guardian: MergeGuard
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let follower = Mutex<LogFollower?>(nil)
    private let reverseTask: String?
    private let tables: Set<TableName>?
    /// Of loads before this one.
    private let knownConflicts: ConflictCounts

    init(_ context: TaskContext, reverseTask: String) {
        self.context = context
        self.reverseTask = reverseTask
        tables = nil
        knownConflicts = ConflictCounts()
        guardian = MergeGuard(context, reverseTask: reverseTask)
    }

    /// - Parameters:
    ///   - context: with the tables that join as its only objects.
    ///   - tables: the same by their names on the target.
    ///   - knownConflicts: what the loads of the task had met before.
    ///
    /// In a pair the other half carries these tables already.
    init(joining context: TaskContext, _ tables: Set<TableName>, knownConflicts: ConflictCounts) {
        self.context = context
        self.reverseTask = context.reverseTask
        self.tables = tables
        self.knownConflicts = knownConflicts
        guardian = MergeGuard(context, reverseTask: context.reverseTask)
    }

    /// What the applier has to know and to tell.
    var beside: LoadBeside {
        LoadBeside(applied: guardian.applied, local: reverseTask == nil ? nil : guardian.local, tables: tables)
    }

    /// Starts copying, and in a pair following the target's log, each on threads of their own.
    ///
    /// - Parameter known: how far the source had seen the target's log where the stream begins. What the target has deleted since then, the
    ///   source may have changed before.
    func start(_ source: Session, from known: BinlogPosition?, _ report: @escaping @Sendable (LoadProgress) -> Void) throws {
        if reverseTask != nil {
            let follower = LogFollower(target: context, from: try known ?? guardian.targetSeenBySource(source), changes: guardian.local)
            self.follower.withLock { $0 = follower }
            follower.start()
        }
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
        var conflicts = try DataLoader(context, merge: guardian).run(report)
        conflicts.insertExists -= min(conflicts.insertExists, knownConflicts.insertExists)
        conflicts.uniqueViolation -= min(conflicts.uniqueViolation, knownConflicts.uniqueViolation)
        return Outcome(conflicts: conflicts)
    }
}
