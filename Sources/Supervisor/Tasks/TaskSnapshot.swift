package import SyncModel

/// A task as it is at one moment, for the API and for whoever waits.
package struct TaskSnapshot: Sendable, Hashable {
    package var id: String
    package var name: String
    package var pair: PairRole?
    package var spec: TaskSpec
    package var state: TaskState
    package var desired: Desired
    package var phase: TaskPhase?
    package var actions: [String]
    package var source: ServerFacts?
    package var target: ServerFacts?
    // What the worker last said; from the store while none has run yet.
    package var position: BinlogPosition
    /// nil while it is not known.
    package var lagMs: UInt64?
    package var backlogBytes: UInt64
    /// When lag and backlog were found, microseconds since 1970 UTC; nil: not since the supervisor began.
    package var measuredAt: UInt64?
    /// Of an open transaction that is too large to be held, bytes of rows that the target has.
    package var transactionBytes: UInt64?
    /// nil while no worker runs, and until it has run for a moment.
    package var rate: TaskRate?
    package var load: LoadProgress
    package var counts: Counts
    package var conflicts: ConflictCounts
    /// Of the worker's process; 0 while there is none.
    package var rssBytes: UInt64
    /// Counts the progress messages since the supervisor began.
    package var progressNumber: UInt64
    package var unresolvedConflicts: UInt64
    package var workerPID: Int?
    /// Whether the worker runs the task and has reached both servers; before that it cannot be asked.
    package var workerIsReady: Bool
    package var restarts: Int
    package var failure: Failure?
    /// Microseconds since 1970 UTC.
    package var failedAt: UInt64?
    package var startAt: UInt64?
    /// Set while what happens to the task cannot be stored.
    package var storeTrouble: StoreHealth.Trouble?
    package var verification: Verification?
    /// Check items whose risk the user has acknowledged.
    package var skippedItems: [String]
    package var createdAt: UInt64

    /// Whether the worker runs and follows the source's log.
    package var isIncremental: Bool { state == .running && phase == .incremental }
}

extension TaskSnapshot {
    /// Whether nobody has started it so far, or its start did not come about.
    var hasNotStarted: Bool { desired == .idle && phase == nil && TaskState.beforeStart.contains(state) }
}

extension TaskState {
    /// Those that a task can be in without having been started.
    static let beforeStart: Set<TaskState> = [.created, .configured, .verifying, .verified, .verifyFailed]
}
