package import SyncModel

/// How far a task is, kept in its row of `__dts__.progress` on the target and written in the same transaction as the
/// rows it speaks of: what it says is true of exactly the rows that are there.
package struct Checkpoint: Sendable, Hashable {
    /// What remains to be done first.
    package enum Stage: String, Sendable, Hashable {
        /// The start position is noted; nothing has been created or copied.
        case new
        case structure
        case data
        case incremental
    }

    package var stage: Stage
    /// Identity of the source, or of the group of servers that it belongs to.
    package var sourceUUID: String
    /// The server whose files `position` names (``ServerProfile/server``); empty when an earlier version wrote it.
    package var sourceServer: String
    /// All source transactions up to here have taken effect.
    package var position: BinlogPosition
    /// Except these, which are prepared there but have not ended.
    package var prepared = PreparedTransactions()
    /// End of the window in which the log repeats changes that the load has copied already; nil outside of it.
    package var window: BinlogPosition?
    /// How far in the target's log the source was at `position`; nil for a task by itself, and where nobody needs it.
    package var known: BinlogPosition?
    /// Whose log that is, see ``ServerProfile/server``.
    package var knownServer = ""
    /// Rows of tables that came later are being copied beside the stream.
    package var isJoining = false
    package var counts: Counts
    package var conflicts: ConflictCounts
    /// The run that wrote it; as it was read.
    package internal(set) var epoch: UInt64 = 0

    /// Whether the target has everything up to `position` and nothing of what follows, as far as the log tells.
    package var isExact: Bool { stage == .incremental && window == nil && !isJoining && prepared.count == 0 }

    package init(
        stage: Stage = .new, sourceUUID: String = "", sourceServer: String = "", position: BinlogPosition = BinlogPosition(), window: BinlogPosition? = nil,
        counts: Counts = Counts(), conflicts: ConflictCounts = ConflictCounts()
    ) {
        self.stage = stage
        self.sourceUUID = sourceUUID
        self.sourceServer = sourceServer
        self.position = position
        self.window = window
        self.counts = counts
        self.conflicts = conflicts
    }
}
