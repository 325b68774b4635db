import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// Copies tables that are small by the statistics, many in one target transaction: each by itself would take a multiple of the time that
/// its rows take.
///
/// Nothing is done for what may be in the way: then no table of them is copied, and each has to be copied by itself.
struct SmallTables {
    /// Tables in one transaction.
    static let atOnce = 64
    /// What a table may hold, so that a transaction stays as small as that of a chunk.
    private static let mostRows = 500
    private static let mostBytes = 32 << 10

    /// A table has more rows than the statistics say.
    private struct TooLarge: Error {}

    private let context: TaskContext
    private let plans: [CopyPlan]
    private let lane: Int
    private let state: LoadState
    private let size: ChunkSize
    private let shouldSkip: DataLoader.ShouldSkip?

    /// - Parameter plans: of tables with keys, of which no row has been copied.
    init(
        _ context: TaskContext,
        _ plans: [CopyPlan],
        lane: Int,
        state: LoadState,
        size: ChunkSize,
        shouldSkip: DataLoader.ShouldSkip?
    ) {
        self.context = context
        self.plans = plans
        self.lane = lane
        self.state = state
        self.size = size
        self.shouldSkip = shouldSkip
    }

    /// Whether a table may be copied together with others. Under a ceiling of rows per second none may: a transaction would last too long.
    static func isSmall(_ table: SelectedTables.Estimate, _ size: ChunkSize, _ limits: Limits) -> Bool {
        limits.rowsPerSecond == 0 && table.rows <= UInt64(mostRows(size)) && table.bytes <= UInt64(mostBytes)
    }

    private static func mostRows(_ size: ChunkSize) -> Int { min(mostRows, size.firstRows ?? .max) }

    /// - Returns: rows that were copied; nil: nothing was.
    func run(_ source: Session, _ target: Session) throws -> UInt64? {
        var rows: UInt64 = 0
        do {
            try context.inTransaction(target, lane: lane, "copying rows of small tables") {
                for plan in plans {
                    try context.control.checkStop()
                    rows += try copy(plan, source, target)
                }
            }
            return rows
        } catch is ChunkTrouble {
            return nil
        } catch is TooLarge {
            return nil
        }
    }

    private func copy(_ plan: CopyPlan, _ source: Session, _ target: Session) throws -> UInt64 {
        var writer = RowWriter(plan, context: context)
        writer.reset()
        var (rows, bytes) = (0, 0)
        let most = Self.mostRows(size)
        try context.read(source, "\(plan.rows()) LIMIT \(most + 1)", "reading table \(plan.source)") { row in
            rows += 1
            bytes += row.byteCount
            guard rows <= most, bytes <= Self.mostBytes else { throw TooLarge() }
            if let shouldSkip, try plan.withKey(row, { try shouldSkip(plan.target, $0) }) { return }
            try writer.add(row, to: target)
        }
        try writer.finish(to: target)
        try context.write("writing the load state") {
            try target.execute(state.wholeStatement(plan.source, rows: writer.written))
        }
        return writer.written
    }
}
