package import SyncModel

/// What a worker says to the supervisor: one JSON object per line on its stdout. Format: docs/protocol.md.
package enum WorkerMessage: Sendable, Hashable {
    case hello(Hello)
    case answer(Answer)
    /// Both servers are reached and the task runs.
    case ready(source: ServerFacts, target: ServerFacts)
    case phase(TaskPhase)
    /// At least once a second while running; its absence is what the watchdog watches.
    case progress(Progress)
    case conflict(ConflictRecord)
    case ddlNotCarried(UncarriedStatement)
    case checkItem(CheckItem)
    /// The task cannot go on. The worker then says `done` and exits.
    case error(Failure)
    /// Last message before the exit.
    case done(reason: DoneReason)
    /// A type of a later protocol version; ignored.
    case unknown(type: String)

    package enum DoneReason: String, Sendable, Hashable, Codable, CaseIterable { case stopped, failed }
}

/// Answer to the command with the same id: either all went well or `failure` says what did not.
package struct Answer: Sendable, Hashable, Codable {
    package var id: UInt64
    package var failure: Failure?
    /// For `prepare` and `catch-up`: the source's position that was read.
    package var position: BinlogPosition?
    /// For `inspect`: what the target holds of the task's objects.
    package var targetState: TargetState?
    /// For `catch-up`: the counts when that position was committed; a pair is quiet when they stand still.
    package var counts: Counts?
    /// For `catch-up`: ``Progress/unresolvedConflicts`` at that moment.
    package var unresolvedConflicts: UInt64?
    /// For `verify`: the servers that were reached.
    package var source: ServerFacts?
    package var target: ServerFacts?
    /// For `test-connection` and `definitions`: what was found.
    package var items: [CheckItem]?
    /// For `measure`: age of the oldest change behind the position, 0 when there is none; nil when it is not known.
    package var lagMs: UInt64?
    /// For `measure`: bytes of binlog between the position and the end of the source's binlog; nil when it is not known.
    package var backlogBytes: UInt64?

    package init(
        id: UInt64, failure: Failure? = nil, position: BinlogPosition? = nil, targetState: TargetState? = nil,
        counts: Counts? = nil, unresolvedConflicts: UInt64? = nil, source: ServerFacts? = nil, target: ServerFacts? = nil,
        items: [CheckItem]? = nil, lagMs: UInt64? = nil, backlogBytes: UInt64? = nil
    ) {
        self.lagMs = lagMs
        self.backlogBytes = backlogBytes
        self.source = source
        self.target = target
        self.items = items
        self.id = id
        self.failure = failure
        self.position = position
        self.targetState = targetState
        self.counts = counts
        self.unresolvedConflicts = unresolvedConflicts
    }
}

/// What the target holds of a task's objects before the task starts; decides a pair's scenario.
package enum TargetState: String, Sendable, Hashable, Codable, CaseIterable {
    /// None of the tables is there.
    case empty
    /// Tables are there; none of them holds a row.
    case structureOnly = "structure-only"
    /// At least one of the tables holds a row.
    case hasData = "has-data"
}

/// A running task, seen from outside.
package struct Progress: Sendable, Hashable, Codable {
    package var phase: TaskPhase
    package var paused: Bool
    /// All up to here is committed on the target.
    package var position: BinlogPosition
    /// Age of the newest source change that the target has, milliseconds; nil when not known yet.
    package var lagMs: UInt64?
    /// Bytes of binlog between `position` and the end of the source's binlog.
    package var backlogBytes: UInt64
    package var load: LoadProgress
    package var counts: Counts
    package var conflicts: ConflictCounts
    /// Conflicts that are still being settled or wait for the operator; nil when the worker does not know.
    package var unresolvedConflicts: UInt64?
    package var rssBytes: UInt64
    /// Microseconds since 1970 UTC at which the worker last did what it is for (read, applied or waited on a server
    /// that answers). Stands still when it hangs.
    package var activeAt: UInt64
    /// Bytes of rows and of the log that the worker has read from the source since it began; nil when it does not count them.
    package var bytesRead: UInt64?
    /// Bytes of rows that the target has of a transaction that it has not committed; nil when none is open for longer.
    package var transactionBytes: UInt64?

    package init(
        phase: TaskPhase, paused: Bool = false, position: BinlogPosition = BinlogPosition(), lagMs: UInt64? = nil,
        backlogBytes: UInt64 = 0, load: LoadProgress = LoadProgress(), counts: Counts = Counts(),
        conflicts: ConflictCounts = ConflictCounts(), unresolvedConflicts: UInt64? = nil, rssBytes: UInt64 = 0,
        activeAt: UInt64 = 0, bytesRead: UInt64? = nil, transactionBytes: UInt64? = nil
    ) {
        self.phase = phase
        self.paused = paused
        self.position = position
        self.lagMs = lagMs
        self.backlogBytes = backlogBytes
        self.load = load
        self.counts = counts
        self.conflicts = conflicts
        self.unresolvedConflicts = unresolvedConflicts
        self.rssBytes = rssBytes
        self.activeAt = activeAt
        self.bytesRead = bytesRead
        self.transactionBytes = transactionBytes
    }
}
