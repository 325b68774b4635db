import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerConflict
import WorkerDDL
import WorkerSchema
package import WorkerSource

/// Brings segments to the target, each in one transaction that begins with the origin mark and holds the checkpoint.
///
/// A transaction of the source that comes in pieces stays one transaction of the target.
package final class SegmentApplier {
    let context: TaskContext
    let session: Session
    private let statements: StatementBuffer
    let conflicts: ConflictHandler
    let namesNewRow: Bool
    let cascades: CascadeFollower
    var tables: [ObjectIdentifier: FoldedTable] = [:]
    var position: AppliedPosition
    /// What the target's row says, or will say with the commit of the open transaction.
    package internal(set) var checkpoint: Checkpoint
    /// What has changed about the source's tables since the target's row was written.
    var pendingSchema: [SchemaChange] = []
    /// The load that runs beside the stream; told of every key that was applied.
    var load: LoadBeside?
    let ahead: StatementsAhead?
    var applied: KeyWindow? { load?.applied }
    /// Keys of an open large transaction.
    var pendingKeys: [RowKey] = []
    /// How far other servers' changes have come, where the target does not say so yet.
    var pendingArrivals: [String: Arrival] = [:]
    /// An open large transaction is left out: its changes reach the target another way.
    var leavesOut = false
    /// What an open large transaction will bring.
    var pending: Checkpoint?
    /// Where that transaction is.
    var pendingMark: ChangeSegment.Mark?
    /// The position has moved since the row was written.
    package internal(set) var unsaved: Unsaved = .nothing
    /// Commit time on the source of the newest transaction passed, microseconds since 1970; 0 when not known.
    package internal(set) var committedAt: UInt64 = 0

    package enum Unsaved: Comparable, Sendable {
        case nothing
        /// Only bookkeeping was passed.
        case bookkeeping
        /// Transactions were passed that bring nothing to the target.
        case transactions
    }

    private static let lockRetries = 20
    /// Tables whose buffers are used again by the next segment.
    private static let tablesKept = 32

    /// - Throws: ``Failure`` when the checkpoint cannot be read.
    ///
    /// - Parameter load: gets the keys of all rows, with their place in the source's log.
    /// - Parameter ahead: what the target's definitions may be ahead of the source by.
    package init(
        _ context: TaskContext, _ session: Session, _ checkpoint: Checkpoint, load: LoadBeside? = nil,
        ahead: StatementsAhead? = nil
    ) throws {
        self.load = load
        self.ahead = ahead
        self.context = context
        self.session = session
        self.checkpoint = checkpoint
        statements = StatementBuffer(maxAllowedPacket: context.targetProfile.maxAllowedPacket)
        conflicts = ConflictHandler(context, session)
        cascades = CascadeFollower(session)
        namesNewRow = !context.targetProfile.isMariaDB && context.targetProfile.isAtLeast(8, 0, 20)
        position = try AppliedPosition(checkpoint.position, isMariaDB: context.sourceProfile.isMariaDB)
        if context.positioning == .file { position = try AppliedPosition(BinlogPosition(file: checkpoint.position.file, offset: checkpoint.position.offset), isMariaDB: false) }
    }

    /// Whether a large transaction is open on the target; nothing may be waited for then but its next piece.
    package var isInTransaction: Bool { pending != nil }

    /// - Returns: whether conflict records were written.
    @discardableResult
    package func apply(_ segment: ChangeSegment) throws -> Bool {
        try requireNew(segment)
        switch segment.extent {
        case .whole:
            guard pending == nil else { throw Self.outOfOrder() }
            if segment.slices.isEmpty {
                pass(segment.marks)
                return false
            }
            // What a foreign key changes with a row comes between the transactions before and those behind.
            if segment.marks.count > 1, try changesParents(segment) { return try applyOneByOne(segment) }
            return try applyWhole(segment)
        case .first: try begin(segment)
        case .middle: try continueWith(segment)
        case .last: return try finish(segment)
        case .definition: try define(segment)
        case .abandoned:
            leavesOut = false
            try rollBack()
        }
        return false
    }

    // MARK: Whole transactions

    private func applyWhole(_ segment: ChangeSegment) throws -> Bool {
        for attempt in 1... {
            do {
                return try underSameDefinitions(segment) {
                    try context.attempt(.target, "applying rows") { try transaction(segment) }
                }
            } catch let failure as Failure where failure.code == .lockTimeout && attempt < Self.lockRetries {
                // The applier always yields: it lets go of its rows before it tries again.
                try rollBack()
                try context.control.checkStop()
                pause(milliseconds: UInt32.random(in: 5...50) * UInt32(attempt))
            } catch let conflict as ReportedConflict {
                try rollBack()
                guard segment.marks.count > 1 else { throw try report(conflict) }
                // What came before the conflict still has to take effect, and nothing after it.
                return try applyOneByOne(segment)
            } catch is RedefinedTable where segment.marks.count > 1 {
                return try applyOneByOne(segment)
            }
        }
        return false
    }

    private func applyOneByOne(_ segment: ChangeSegment) throws -> Bool {
        var wrote = false
        for single in segment.split() { wrote = try apply(single) || wrote }
        return wrote
    }

    private func transaction(_ segment: ChangeSegment) throws -> Bool {
        var next = checkpoint
        var reached = position
        for mark in segment.marks { advance(&next, &reached, mark) }
        let transactions = UInt64(segment.marks.count { $0.hasRows })
        next.counts.transactions += transactions
        next.counts.add(try fold(segment))
        next.position = reached.position
        try session.execute("START TRANSACTION")
        try mark(transactions, segment, next)
        guard try passesOn(segment) else {
            try leaveOut(segment.marks)
            return false
        }
        try write(segment)
        try requireSameDefinitions(segment)
        let hasConflicts = try writeConflicts(&next)
        if hasConflicts { try mark(transactions, segment, next) }
        try writeSchema(segment.marks)
        try session.execute("COMMIT")
        pendingArrivals.removeAll()
        commit(next, reached, segment.marks)
        return hasConflicts
    }

    // MARK: Rows

    /// Nets the segment's rows per table and key.
    func fold(_ segment: ChangeSegment) throws -> RowCounts {
        // Tables that come and go would leave their memory behind.
        if tables.count > Self.tablesKept { tables.removeAll() }
        for table in tables.values { table.removeAll() }
        var counts = RowCounts()
        var mark = 0
        try segment.bytes.withUnsafeBytes { bytes in
            for (number, slice) in segment.slices.enumerated() {
                while mark < segment.marks.count - 1, number >= segment.marks[mark].slices { mark += 1 }
                let table = try table(slice.route)
                let isKeyed = slice.route.key != nil
                let event = slice.event(in: bytes)
                var cursor = try RowCursor(event, layout: slice.route.layout)
                while try cursor.next() {
                    counts.add(slice.kind)
                    if isKeyed { try table.add(slice: number, mark: mark, before: cursor.before, after: cursor.after) }
                }
            }
        }
        try context.control.wait(beforeWriting: counts.total)
        return counts
    }

    /// A table's definition was read anew between two transactions of the segment. Netted apart, its changes would lose
    /// their order.
    private struct RedefinedTable: Error {}

    private func table(_ route: TableRoute) throws -> FoldedTable {
        let identity = ObjectIdentifier(route)
        if let known = tables[identity] { return known }
        for (identity, old) in tables where old.statements.route.target == route.target {
            if !old.entries.isEmpty { throw RedefinedTable() }
            tables[identity] = nil
        }
        let table = FoldedTable(TableStatements(route, namesNewRow: namesNewRow))
        tables[identity] = table
        return table
    }

    func write(_ segment: ChangeSegment) throws {
        announceKeys()
        try session.execute("SAVEPOINT dts")
        do {
            try write(segment, .optimistic)
        } catch let error as MySQLError where error.isDuplicateKey {
            try session.execute("ROLLBACK TO SAVEPOINT dts")
            do {
                try write(segment, .checked)
            } catch let error as MySQLError where error.isDuplicateKey {
                try session.execute("ROLLBACK TO SAVEPOINT dts")
                try write(segment, .rowByRow)
            }
        }
    }

    private func write(_ segment: ChangeSegment, _ care: KeyedTableApplier.Care) throws {
        conflicts.reset()
        // Of a large transaction only the first piece and the last one tell where it is.
        if let first = segment.marks.first, segment.extent != .whole { pendingMark = first }
        conflicts.marks = segment.extent == .whole ? segment.marks : pendingMark.map { [$0] } ?? []
        // Of a load that went before the stream, the log repeats what was copied.
        let windowMarks = checkpoint.window.map { window in
            segment.extent == .whole
                ? segment.marks.count { window.isAtOrBehind(BinlogPosition(file: $0.file, offset: $0.offset)) }
                : pendingMark.map { isInWindow($0, window) } == true ? Int.max : 0
        }
        try segment.bytes.withUnsafeBytes { bytes in
            let view = SegmentView(bytes: bytes, slices: segment.slices)
            let applier = KeyedTableApplier(
                session: session, statements: statements, policy: conflicts, care: care, view: view, windowMarks: windowMarks ?? 0,
                load: load)
            // Of several transactions it is known already.
            if segment.marks.count < 2, try changesParents(segment) { return try writeInOrder(segment, applier) }
            for table in tables.values where !table.entries.isEmpty { try applier.apply(table) }
            for slice in segment.slices where slice.route.key == nil {
                try KeylessTableApplier(session: session, statements: try table(slice.route).statements).apply(slice.event(in: bytes))
            }
        }
    }

    func writeConflicts(_ next: inout Checkpoint) throws -> Bool {
        guard !conflicts.records.isEmpty else { return false }
        for (record, _) in conflicts.records { next.conflicts.add(record.kind) }
        try conflicts.write()
        conflicts.reset()
        return true
    }
}
