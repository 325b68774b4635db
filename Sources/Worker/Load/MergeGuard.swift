package import SyncModel
package import SyncMySQL
package import WorkerCheckpoint
package import WorkerConflict
import WorkerSchema

/// Lets a load write into a target that is being written itself and that sends its changes to the source, without ever
/// putting an older row over a newer one, on either side.
///
/// Both directions stream while the load runs. A row of a chunk was read at a certain moment; it may be older than what
/// the target has for two reasons, and a window of keys answers for each:
/// - the source changed it after that moment, and the stream has brought the change already (`applied`);
/// - the target changed it itself, and the source had not seen that at that moment (`local`).
/// Such a row is left alone: the log that knows better carries it. What differs otherwise is really different.
///
/// A task by itself has the first reason only: nobody brings to the source what the target changes.
package final class MergeGuard: Sendable {
    /// What is known of the moment at which a chunk was read.
    struct Moment: Sendable {
        /// All of the source's changes up to here are in the chunk.
        var sourceSeen: LogPlace
        /// All of the target's own changes up to here are in the chunk.
        var targetSeen: LogPlace
        var holds: (applied: UInt64, local: UInt64)
    }

    /// Keys that this task's stream has applied, by place in the source's log.
    package let applied = KeyWindow()
    /// Keys that the target changed itself, by place in the target's log.
    package let local = KeyWindow()
    private let context: TaskContext
    private let reverseTask: String?
    /// Keeps what the target changed and the source may not have seen yet, also while no chunk is being copied.
    private let standing: UInt64

    /// - Parameter reverseTask: the task that brings the target's changes to the source; nil: there is none.
    package init(_ context: TaskContext, reverseTask: String?) {
        self.context = context
        self.reverseTask = reverseTask
        standing = local.hold(from: LogPlace(file: 0, offset: 0))
    }

    /// How far the source has seen the target's log: the reverse task's checkpoint, which is kept on the source.
    package func targetSeenBySource(_ source: Session) throws -> BinlogPosition {
        guard let reverseTask else { return BinlogPosition() }
        guard
            let checkpoint = try context.attempt(
                .source,
                "reading the reverse task's checkpoint",
                {
                    try CheckpointStore.read(task: reverseTask, source)
                }
            )
        else {
            throw Failure(
                .metadataMissing,
                "the other half of the pair has no checkpoint on the source yet",
                remedy: "start the pair as a whole ('pair start')",
                kind: .transient
            )
        }
        // Places of another server of the target's group say nothing about this one.
        guard checkpoint.sourceServer.isEmpty || checkpoint.sourceServer == context.targetProfile.server else {
            throw Failure(
                .failoverRefused,
                "the other half of the pair still reads another server of the group than \(context.target.endpoint.address)",
                remedy: "nothing, if it is only just following the failover",
                kind: .transient
            )
        }
        return checkpoint.position
    }

    /// The load is over: nothing is kept any more.
    package func end() { local.release(standing) }

    /// Begins a consistent read on the source session and waits until the target has all that it shows.
    func begin(_ source: Session) throws -> Moment {
        // Held before anything is read: the stream goes on meanwhile.
        let holds = (applied: applied.hold(), local: local.hold(from: LogPlace(file: 0, offset: 0)))
        do {
            return try begin(source, holds)
        } catch {
            release(holds)
            throw error
        }
    }

    private func begin(_ source: Session, _ holds: (applied: UInt64, local: UInt64)) throws -> Moment {
        let seen = try context.attempt(.source, "reading its position") {
            try SourceFence.certainPosition(source, context.sourceProfile)
        }
        try context.attempt(.source, "beginning a consistent read") {
            try source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            try source.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        }
        let targetSeen = LogPlace(try targetSeenBySource(source))
        let shown = try context.attempt(.source, "reading its position") {
            try currentBinlogPosition(source, context.sourceProfile)
        }
        local.move(holds.local, to: targetSeen)
        try wait(for: applied, LogPlace(shown))
        // Until here the stream may have met rows of before that place.
        local.move(standing, to: targetSeen)
        return Moment(sourceSeen: LogPlace(seen), targetSeen: targetSeen, holds: holds)
    }

    func end(_ moment: Moment, _ source: Session) {
        release(moment.holds)
        // A session that cannot even end its read is broken and says so at its next use.
        _ = try? source.execute("COMMIT")
    }

    private func release(_ holds: (applied: UInt64, local: UInt64)) {
        applied.release(holds.applied)
        local.release(holds.local)
    }

    /// Whether another mechanism carries this row.
    func shouldSkip(_ key: RowKey, _ moment: Moment) -> Bool {
        local.contains(key, after: moment.targetSeen) || applied.contains(key, after: moment.sourceSeen)
    }

    /// After the rows are written and locked: whether none of them was changed between the chunk's moment and the lock. The
    /// source keeps definition statements waiting as long as the chunk is being read there.
    func areCurrent(_ keys: [RowKey], _ moment: Moment, _ target: Session) throws -> Bool {
        guard reverseTask != nil else { return !keys.contains { shouldSkip($0, moment) } }
        let now = try context.attempt(.target, "reading its position") {
            try currentBinlogPosition(target, context.targetProfile)
        }
        try wait(for: local, LogPlace(now))
        return !keys.contains { shouldSkip($0, moment) }
    }

    private func wait(for window: KeyWindow, _ place: LogPlace) throws {
        while try window.reached() < place {
            try context.control.checkStop()
            pause(.milliseconds(2))
        }
    }
}
