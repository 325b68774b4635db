import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Puts the events of the stream together to transactions, drops those that came from the target, and hands the rest on.
///
/// A transaction's origin is known from its first rows: an applier's marker comes before anything else. So nothing has
/// to be held back, and a transaction of any size passes through in pieces.
struct TransactionAssembler: ~Copyable {
    /// What is known of the open transaction.
    struct Open {
        var id = TransactionID.none
        var committedAt: UInt64 = 0
        var origin = Origin.undecided
        var segment: ChangeSegment
        /// A BEGIN was seen: only COMMIT or XID ends it.
        var isExplicit = false
        var isForeign = false
        var isLarge = false
        var hasRows = false
        var schema: [SchemaChange] = []
    }

    enum Origin: Equatable {
        /// No rows yet.
        case undecided
        /// To be carried over.
        case wanted
        /// Brought here from the task's target: dropped.
        case looped(transactions: UInt64)
    }

    /// Table maps that are kept at most.
    private static let mapLimit = 4096

    /// A transaction larger than this travels in pieces, bytes.
    private let pieceBytes: Int
    let context: TaskContext
    let history: SchemaHistory
    let router: TableRouter
    let queue: ChangeQueue
    private(set) var place: BinlogPlace
    var open: Open?
    var maps: [UInt64: TableMap] = [:]

    private let tableStarts: [TableName: BinlogPosition]

    init(
        _ context: TaskContext, queue: ChangeQueue, from position: BinlogPosition, history: SchemaHistory,
        tableStarts: [TableName: BinlogPosition] = [:], pieceBytes: Int = 2 << 20
    ) {
        self.tableStarts = tableStarts
        self.context = context
        self.queue = queue
        self.pieceBytes = pieceBytes
        self.history = history
        router = TableRouter(context, history: history)
        place = BinlogPlace(position)
    }

    /// - Throws: ``Failure`` for what cannot be carried over exactly; ``Stopped`` when the applier has gone.
    mutating func take(_ event: Event, _ header: EventHeader) throws {
        if case .rotate(let rotate) = event {
            place.rotate(to: rotate.file, at: rotate.position)
            return
        }
        place.pass(header)
        try carry(event, header)
    }

    /// Takes an event out of a payload, whose own place in the file is that of the payload.
    mutating func take(unpacked event: Event, _ header: EventHeader) throws { try carry(event, header) }

    private mutating func carry(_ event: Event, _ header: EventHeader) throws {
        switch event {
        case .gtid(let gtid):
            try begin(gtid.gtid.map { .mysql($0) } ?? .none, at: gtid.originalCommitTimestamp ?? UInt64(header.timestamp) * 1_000_000)
        case .mariaDBGTID(let gtid):
            try begin(.mariaDB(gtid.gtid), at: UInt64(header.timestamp) * 1_000_000)
            open?.isExplicit = !gtid.isStandalone
            if gtid.flags.contains(.preparedXA) || gtid.flags.contains(.completedXA) { open?.isForeign = true }
        case .query(let query): try take(query, header)
        case .tableMap(let map): maps[map.tableID] = map
        case .rows(let rows): try take(rows)
        case .xid: try end()
        case .xaPrepare: try endPrepared()
        case .heartbeat(let heartbeat):
            place.learn(heartbeat)
            if open == nil { try push(mark(for: nil)) }
        case .incident(let code, let message):
            throw Failure(
                .unknownEvent, "the source's binlog has a gap at \(place.file):\(place.offset): incident \(code) \(message)",
                remedy: "changes are lost there; delete the task and create it anew")
        case .other(let type, let ignorable):
            if !ignorable {
                throw Failure(
                    .unknownEvent, "the source's binlog holds an event of type \(type) at \(place.file):\(place.offset)",
                    remedy: "this version cannot tell what it changes; use a later one")
            }
        // The reader unpacks payloads.
        case .transactionPayload, .rotate, .formatDescription, .gtidList, .previousGTIDs, .rowsQuery, .stop: break
        }
    }

    // MARK: Boundaries

    private mutating func begin(_ id: TransactionID, at committedAt: UInt64) throws {
        // A server that crashed may leave the beginning of a transaction in its log.
        if open?.isLarge == true {
            try push(ChangeSegment(extent: .abandoned, origins: context.sourceProfile.uuid, generation: router.generation))
        }
        // A table gets a new id whenever the server opens it anew.
        if maps.count > Self.mapLimit { forgetMaps() }
        var open = Open(segment: ChangeSegment(origins: context.sourceProfile.uuid, generation: router.generation))
        open.id = id
        open.committedAt = committedAt
        self.open = open
    }

    private mutating func take(_ query: QueryEvent, _ header: EventHeader) throws {
        switch query.kind {
        case .begin, .xaStart:
            if open == nil { try begin(.none, at: UInt64(header.timestamp) * 1_000_000) }
            open?.isExplicit = true
        case .commit: try end()
        case .savepoint, .releaseSavepoint, .xaEnd: break
        case .rollback, .rollbackToSavepoint:
            // Only logged when a table without transactions took part: part of the rows was undone, part was not.
            if open?.segment.slices.isEmpty == false || open?.isLarge == true {
                throw Failure(
                    .statementFormat, "the source logged a rollback behind changes of synced tables (\(place.file):\(place.offset))",
                    remedy: "convert the synced tables to InnoDB, delete the task and create it anew")
            }
            if query.kind == .rollback { try end() }
        case .ddl(let kind): try take(kind, query)
        case .dml:
            if touchesObjects(query) {
                throw Failure(
                    .statementFormat,
                    "the source logged a change as a statement instead of rows (database \(query.database), \(place.file):\(place.offset))",
                    remedy: "SET binlog_format = ROW in every session that writes, delete the task and create it anew")
            }
            try endStatement()
        case .xaPrepare, .xaCommit, .xaRollback, .other: try endStatement()
        }
    }

    private mutating func forgetMaps() {
        router.forgetMaps()
        maps.removeAll()
    }

    /// A statement outside BEGIN and COMMIT is a transaction by itself.
    mutating func endStatement() throws {
        if open?.isExplicit != true { try end() }
    }

    private mutating func endPrepared() throws {
        if open?.segment.slices.isEmpty == false || open?.isLarge == true {
            throw Failure(
                .unsupported, "the source prepared a distributed (XA) transaction on synced tables (\(place.file):\(place.offset))",
                remedy: "end XA transactions on synced tables; then delete the task and create it anew")
        }
        try end()
    }

    private mutating func end() throws {
        guard var open = self.open.take() else {
            try push(mark(for: nil))
            return
        }
        let mark = mark(for: open)
        if open.isLarge {
            open.segment.extent = .last
        } else if open.segment.slices.isEmpty {
            try push(mark)
            return
        }
        open.segment.marks.append(mark)
        try push(open.segment)
    }

    func mark(for open: Open?) -> ChangeSegment.Mark {
        var looped: UInt64 = 0
        if case .looped(let transactions) = open?.origin { looped = transactions }
        var mark = ChangeSegment.Mark(
            gtid: open?.id ?? .none, file: place.file, offset: place.offset, slices: open?.segment.slices.count ?? 0, looped: looped,
            hasRows: open.map { $0.origin == .wanted && $0.hasRows } ?? false, isForeign: open?.isForeign ?? false,
            committedAt: open?.committedAt ?? 0)
        mark.schema = open?.schema ?? []
        return mark
    }

    /// A transaction without rows for the target: only the position moves on.
    private func push(_ mark: ChangeSegment.Mark) throws {
        var segment = ChangeSegment(origins: context.sourceProfile.uuid, generation: router.generation)
        segment.marks.append(mark)
        try push(segment)
    }

    func push(_ segment: ChangeSegment) throws {
        guard queue.push(segment) else { throw Stopped() }
    }

    // MARK: Rows

    private mutating func take(_ rows: RowsEvent) throws {
        if rows.isDummy { return }
        guard let map = maps[rows.tableID] else {
            throw Failure(
                .binlogCorrupt, "rows without a table map at \(place.file):\(place.offset)",
                remedy: "check the source's binlog with mysqlbinlog")
        }
        // What came from the target may be of tables that it no longer has.
        if case .looped = open?.origin, map.database != metadataDatabase { return }
        switch try router.destination(of: map) {
        case .marker: try takeMarker(rows, map)
        case .heartbeat: takeHeartbeat(rows)
        case .statement: try takeStatementMark(rows, map)
        case .bookkeeping: break
        case .ignored:
            open?.isForeign = true
            if open?.origin == .undecided { open?.origin = .wanted }
        case .synced(let route): try take(rows, map, route)
        }
    }

    private mutating func take(_ rows: RowsEvent, _ map: TableMap, _ route: TableRoute) throws {
        guard self.open != nil else {
            throw Failure(
                .binlogCorrupt, "rows outside a transaction at \(place.file):\(place.offset)",
                remedy: "check the source's binlog with mysqlbinlog")
        }
        open?.isForeign = true
        if open?.origin == .undecided { open?.origin = .wanted }
        guard open?.origin == .wanted, context.spec.sql.includes(rows.kind) else { return }
        if let start = tableStarts[route.source], start.isAtOrBehind(BinlogPosition(file: place.file, offset: place.offset)) { return }
        guard rows.isFull, !rows.isPartial else {
            throw Failure(
                .binlogFormat, "the source logged incomplete row images of \(map.name) (\(place.file):\(place.offset))",
                remedy: "SET GLOBAL binlog_row_image = FULL and binlog_row_value_options = '' on the source and in its sessions, "
                    + "delete the task and create it anew")
        }
        // A definition changes between transactions only (a transaction that creates its table has a route of its own).
        if open?.segment.slices.isEmpty == true { open?.segment.generation = router.generation }
        guard open?.segment.generation == router.generation else {
            throw Failure(
                .schemaMismatch, "the definition of \(map.name) changed within a transaction (\(place.file):\(place.offset))",
                remedy: "retry the task", kind: .transient)
        }
        open?.hasRows = true
        open?.segment.append(rows, route)
        if let size = open?.segment.bytes.count, size >= pieceBytes { try pushPiece() }
    }

    private mutating func pushPiece() throws {
        guard var open = self.open.take() else { return }
        var piece = ChangeSegment(
            extent: open.isLarge ? .middle : .first, origins: open.segment.origins, generation: open.segment.generation)
        swap(&piece.bytes, &open.segment.bytes)
        swap(&piece.slices, &open.segment.slices)
        if !open.isLarge {
            // The applier writes the marker first, so it needs to know now where this transaction will end.
            piece.marks.append(mark(for: open))
        }
        open.isLarge = true
        self.open = open
        try push(piece)
    }

    private mutating func takeHeartbeat(_ rows: RowsEvent) {
        if open?.origin == .undecided { open?.origin = .wanted }
        // id TINYINT, beat BIGINT: the image ends in the number.
        guard rows.rows.count >= 8 else { return }
        let beat = UInt64(littleEndian: rows.rows.loadUnaligned(fromByteOffset: rows.rows.count - 8, as: UInt64.self))
        open?.committedAt = beat
    }

    /// The first marker of a transaction decides where it came from.
    private mutating func takeMarker(_ rows: RowsEvent, _ map: TableMap) throws {
        guard map.columns.count >= MarkerColumn.minimumCount, open != nil else { return }
        var cursor = try RowCursor(rows, layout: try RowLayout(map))
        while try cursor.next() {
            guard let image = cursor.after, let origins = image.value(MarkerColumn.origins),
                let batch = image.value(MarkerColumn.batchTransactions), batch.count == 8
            else { continue }
            // Another pair between the same servers has its own counts.
            let task = image.value(MarkerColumn.task).map { String(decoding: $0, as: UTF8.self) }
            let isReverse = context.reverseTask.map { $0 == task } ?? true
            let transactions = isReverse ? UInt64(littleEndian: batch.loadUnaligned(as: UInt64.self)) : 0
            let names = String(decoding: origins, as: UTF8.self)
            decide(names.split(separator: ",").map(String.init), transactions)
        }
    }

    private mutating func decide(_ origins: [String], _ transactions: UInt64) {
        if case .looped = open?.origin {
            open?.origin = .looped(transactions: transactions)
        } else if open?.origin == .undecided, !origins.isEmpty {
            if origins.contains(context.targetProfile.uuid) {
                open?.origin = .looped(transactions: transactions)
            } else {
                // Forwarded: the next hop must know everybody who has it already.
                open?.origin = .wanted
                open?.segment.origins = (origins + [context.sourceProfile.uuid]).joined(separator: ",")
            }
        }
    }
}

extension SQLSelection {
    func includes(_ kind: RowsEvent.Kind) -> Bool {
        switch kind {
        case .insert: insert
        case .update: update
        case .delete: delete
        }
    }
}
