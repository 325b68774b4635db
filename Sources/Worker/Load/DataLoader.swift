package import SyncModel
package import SyncMySQL
package import WorkerCheckpoint
package import WorkerSchema

/// Copies the rows of all selected tables to the target, on `limits.load_threads` threads.
///
/// Exactly once: what is copied and how far the load is are written in the same target transaction, each with its origin
/// mark and fence (lanes 1…). After a crash the load goes on at the chunks that were not committed.
package struct DataLoader {
    /// The values of a row's key columns as the source server printed them (numbers as text, ENUM, SET and BIT as
    /// numbers, character values as the column's own bytes), lent for one call.
    package typealias KeyValues = UnsafeBufferPointer<UnsafeRawBufferPointer>

    /// Whether the row of this target table with this key must be left alone, because the target has changed it itself
    /// and another mechanism settles that. Called on several threads at once; for rows that exist already it is called
    /// after they have been locked.
    package typealias ShouldSkip = @Sendable (TableName, KeyValues) throws -> Bool

    /// Which of the task's tables are copied.
    package enum Tables: Sendable {
        case all
        /// Those that cannot be merged while both sides are written, each as it was at one place of the source's log.
        case unmergeable
    }

    private let context: TaskContext
    private let tables: Tables
    private let shouldSkip: ShouldSkip?
    private let log: (any LoggedChanges)?
    private let merge: MergeGuard?
    private let chunkSize: ChunkSize
    private let mayUseFiles: Bool

    /// - Parameters:
    ///   - log: nil: what the log brings is no reason to take a row of the target for the source's.
    ///   - merge: given when both directions stream while the load runs.
    ///   - mayUseFiles: whether rows may be written with `LOAD DATA LOCAL` where the target allows it.
    package init(
        _ context: TaskContext,
        tables: Tables = .all,
        shouldSkip: ShouldSkip? = nil,
        log: (any LoggedChanges)? = nil,
        merge: MergeGuard? = nil,
        chunkSize: ChunkSize = ChunkSize(),
        mayUseFiles: Bool = true
    ) {
        self.context = context
        self.tables = tables
        self.shouldSkip = shouldSkip
        self.log = log
        self.merge = merge
        self.chunkSize = chunkSize
        self.mayUseFiles = mayUseFiles
    }

    /// Blocks until all rows are copied.
    ///
    /// - Parameter progress: called on several threads, at most some times a second each.
    /// - Returns: all conflicts that the load met, also in earlier runs of this task.
    /// - Throws: `Stopped`; ``Failure`` `conflict-reported`, `load-failed`, `type-unsupported`, `schema-mismatch`,
    ///   `lock-timeout` or what the servers answered.
    package func run(_ progress: @escaping @Sendable (LoadProgress) -> Void) throws -> ConflictCounts {
        let source = try context.openSource()
        let target = try context.openTarget()
        let known = try context.attempt(.target, "reading the load state") {
            try LoadState(task: context.taskID).progress(target)
        }
        let selected = try context.attempt(.source, "reading the list of tables") {
            try SelectedTables(context.objects, source)
        }
        if let missing = selected.missing.first { throw missing }
        let waiting = selected.tables.filter { known[$0.source]?.isDone != true }.sorted {
            $0.estimate.bytes < $1.estimate.bytes
        }
        let done = selected.tables.filter { known[$0.source]?.isDone == true }
        for table in done { log?.leave(table.target) }
        let board = LoadBoard(
            waiting,
            progress: LoadProgress(
                tablesDone: done.count,
                tablesTotal: selected.tables.count,
                rowsDone: done.reduce(0) { $0 + (known[$1.source]?.rows ?? 0) },
                rowsTotalEstimate: selected.tables.reduce(0) { $0 + $1.estimate.rows }
            ),
            isSmall: { [context, tables, merge, chunkSize] table in
                tables == .all && merge == nil && SmallTables.isSmall(table.estimate, chunkSize, context.control.limits)
            },
            report: progress
        )
        board.reportNow()
        let conflicts = LoadConflicts(context)
        let definitions = UpcomingDefinitions(context)
        let acceptsFiles = try context.attempt(.target, "reading its settings") {
            try mayUseFiles && target.rows("SHOW GLOBAL VARIABLES LIKE 'local_infile'").first?[1]?.uppercased() == "ON"
        }
        WorkerThread.together("dts-load", count: max(context.control.limits.loadThreads, 1)) {
            [context, tables, shouldSkip, log, merge, chunkSize] number in
            LoadThread(
                context,
                board: board,
                definitions: definitions,
                known: known,
                tables: tables,
                shouldSkip: shouldSkip,
                log: log,
                merge: merge,
                conflicts: conflicts,
                size: chunkSize,
                acceptsFiles: acceptsFiles,
                lane: number + 1
            ).run()
        }
        board.reportNow()
        try board.checkFailure()
        return try context.attempt(.target, "reading the load state") {
            try LoadConflicts.counts(task: context.taskID, target)
        }
    }

    /// Tables whose rows were read at a place of their own in the source's binlog: the log concerns them only from there.
    ///
    /// They are the tables without a key; names are those of the source. All other tables start at the task's start.
    package static func tableStarts(task: String, _ target: Session) throws(MySQLError) -> [TableName: BinlogPosition] {
        try LoadState(task: task).tables(target).compactMapValues(\.start)
    }

    /// Conflicts that the loads of the task have met so far.
    package static func conflicts(task: String, _ target: Session) throws(MySQLError) -> ConflictCounts {
        try LoadConflicts.counts(task: task, target)
    }

    /// All tables have passed their starts, which are of a server that is read no more.
    package static func forgetStarts(task: String, _ target: Session) throws(MySQLError) {
        try target.execute(LoadState(task: task).forgetStartsStatement)
    }
}
