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
        /// How far the changes of other servers have come with it.
        var arrivals: [Arrival] = []
        /// Where its group begins in the file.
        var start: UInt64 = 0
        /// A distributed transaction, whose rows wait for its end.
        var isDistributed = false
        /// It is too large to be kept, and is read again at its end.
        var isDropped = false
        /// Changes in statement format so far.
        var statements = 0
        /// What it does to the list of prepared transactions.
        var distributed: PreparedTransactions.Step?
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
    let sequences: SourceSequences
    let queue: ChangeQueue
    private(set) var place: BinlogPlace
    /// The file that is being read, which the next mark tells of.
    private var file: (name: String, begun: UInt32, isTold: Bool)?
    var open: Open?
    var prepared: PreparedGroups
    var maps: [UInt64: TableMap] = [:]

    /// Rows whose documents were logged as differences.
    private var completed = SQLBuffer()
    private let tableStarts: [TableName: BinlogPosition]
    let decisions: StatementDecisions
    let reach: any StatementReach

    init(
        _ context: TaskContext, queue: ChangeQueue, from position: BinlogPosition, history: SchemaHistory,
        source: SourceDefinitions?, tableStarts: [TableName: BinlogPosition] = [:], prepared: PreparedTransactions = PreparedTransactions(),
        target: TargetKnowledge? = nil, decisions: StatementDecisions = StatementDecisions(), reach: (any StatementReach)? = nil, pieceBytes: Int = 2 << 20
    ) {
        self.reach = reach ?? SourceReach(context)
        self.prepared = PreparedGroups(prepared)
        self.decisions = decisions
        self.tableStarts = tableStarts
        self.context = context
        self.queue = queue
        self.pieceBytes = pieceBytes
        self.history = history
        router = TableRouter(context, history: history, source: source, target: target)
        sequences = SourceSequences(context, history)
        place = BinlogPlace(position)
    }

    var isBetweenTransactions: Bool { open == nil }

    /// - Throws: ``Failure`` for what cannot be carried over exactly; ``Stopped`` when the applier has gone.
    mutating func take(_ event: Event, _ header: EventHeader) throws {
        if case .rotate(let rotate) = event {
            // Files are put in order by their numbers: one without would never be reached by those who wait.
            guard BinlogPosition.number(of: rotate.file) > 0 else {
                throw Failure(
                    .binlogCorrupt, "the source's binlog goes on in a file without a number, behind \(place.file):\(place.offset)",
                    remedy: "check the source's binlog with mysqlbinlog")
            }
            place.rotate(to: rotate.file, at: rotate.position)
            return
        }
        place.pass(header)
        if case .formatDescription = event, file?.name != place.file { file = (place.file, header.timestamp, false) }
        try carry(event, header)
    }

    /// Takes an event out of a payload, whose own place in the file is that of the payload.
    mutating func take(unpacked event: Event, _ header: EventHeader) throws { try carry(event, header) }

    private mutating func carry(_ event: Event, _ header: EventHeader) throws {
        switch event {
        case .gtid(let gtid):
            try begin(gtid.gtid.map { .mysql($0) } ?? .none, header, at: gtid.originalCommitTimestamp)
        case .mariaDBGTID(let gtid):
            try begin(.mariaDB(gtid.gtid), header)
            open?.isDistributed = gtid.flags.contains(.preparedXA)
            open?.isExplicit = !gtid.isStandalone
            if gtid.flags.contains(.preparedXA) || gtid.flags.contains(.completedXA) { open?.isForeign = true }
        case .query(let query): try take(query, header)
        case .tableMap(let map): maps[map.tableID] = map
        case .rows(let rows): try take(rows)
        case .xid: try end()
        case .xaPrepare(let event): try endPrepared(event)
        case .heartbeat(let heartbeat):
            place.learn(heartbeat)
            if open == nil { try push(endMark(for: nil)) }
        case .incident(let code, let message):
            throw Failure(
                .unknownEvent, "the source's binlog has a gap at \(place.file):\(place.offset): incident \(code) \(message)",
                remedy: "changes are lost there: \(Failure.startOver)")
        case .other(let type, let ignorable):
            if !ignorable {
                throw Failure(
                    .unknownEvent,
                    "the source's binlog holds an event of type \(type) at \(place.file):\(place.offset), written by \(context.sourceProfile.version)",
                    remedy: "this version cannot tell what it changes; use a later one")
            }
        // The reader unpacks payloads.
        case .transactionPayload, .rotate, .formatDescription, .gtidList, .previousGTIDs, .rowsQuery, .stop: break
        }
    }

    var readingPlace: ReadingPlace {
        let place = place.position
        return ReadingPlace(place: place, transaction: open.map { BinlogPosition(file: place.file, offset: $0.start) } ?? place)
    }

    // MARK: Boundaries

    /// - Parameter committedAt: microseconds; without them the seconds of the header.
    private mutating func begin(_ id: TransactionID, _ header: EventHeader, at committedAt: UInt64? = nil) throws {
        // A server that crashed may leave the beginning of a transaction in its log.
        if open?.isLarge == true {
            try push(ChangeSegment(extent: .abandoned, origins: context.sourceProfile.uuid, generation: router.generation))
        }
        // A table gets a new id whenever the server opens it anew.
        if maps.count > Self.mapLimit { forgetMaps() }
        var open = Open(segment: ChangeSegment(origins: context.sourceProfile.uuid, generation: router.generation))
        open.id = id
        open.committedAt = committedAt ?? UInt64(header.timestamp) * 1_000_000
        // The event that begins a group says where it ends also on servers whose other events do not.
        open.start = header.nextPosition == 0 ? place.offset : place.offset - min(place.offset, UInt64(header.eventSize))
        self.open = open
    }

    private mutating func take(_ query: QueryEvent, _ header: EventHeader) throws {
        let text = text(of: query)
        let kind = text?.kind ?? query.kind
        switch kind {
        case .begin, .xaStart:
            if open == nil { try begin(.none, header) }
            open?.isExplicit = true
            if kind == .xaStart { open?.isDistributed = true }
        case .commit: try end()
        case .savepoint, .releaseSavepoint, .xaEnd: break
        case .rollback, .rollbackToSavepoint:
            // Only logged when a table without transactions took part: part of the rows was undone, part was not.
            if open?.segment.slices.isEmpty == false || open?.isLarge == true || open?.isDropped == true {
                throw Failure(
                    .statementFormat, "the source logged a rollback behind changes of synced tables (\(place.file):\(place.offset))",
                    remedy: "convert the synced tables to InnoDB, then \(Failure.startOver)")
            }
            if kind == .rollback { try end() }
        // Begun, or given up: it has not taken effect.
        case .ddl where !query.tookEffect: try endStatement()
        case .ddl(let definition): try take(definition, text, query, header)
        case .dml: try takeChange(query, text)
        case .xaCommit, .xaRollback:
            if open == nil { try begin(.none, header) }
            try endDistributed(query, isCommitted: query.kind == .xaCommit)
        case .xaPrepare, .other: try endStatement()
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

    mutating func end() throws {
        guard var open = self.open.take() else {
            try push(endMark(for: nil))
            return
        }
        let mark = endMark(for: open)
        if open.isLarge {
            open.segment.extent = .last
        } else if open.segment.slices.isEmpty {
            try push(mark)
            return
        }
        open.segment.marks.append(mark)
        try push(open.segment)
    }

    /// The mark of a transaction that has ended here; nil: of none.
    private mutating func endMark(for open: Open?) -> ChangeSegment.Mark {
        var mark = mark(for: open)
        if let file, !file.isTold, file.begun > 0, file.name == mark.file {
            mark.schema.append(.fileBegun(file.name, at: file.begun))
            self.file?.isTold = true
        }
        return mark
    }

    func mark(for open: Open?) -> ChangeSegment.Mark {
        var looped: UInt64 = 0
        if case .looped(let transactions) = open?.origin { looped = transactions }
        var mark = ChangeSegment.Mark(
            gtid: open?.id ?? .none, file: place.file, offset: place.offset, slices: open?.segment.slices.count ?? 0, looped: looped,
            hasRows: open.map { $0.origin == .wanted && $0.hasRows } ?? false, isForeign: open?.isForeign ?? false,
            committedAt: open?.committedAt ?? 0)
        mark.distributed = open?.distributed
        mark.schema = open?.schema ?? []
        // What came from the target says nothing of what comes to it by this way.
        if looped == 0, open.map({ if case .looped = $0.origin { false } else { true } }) ?? true { mark.arrivals = open?.arrivals ?? [] }
        mark.known = router.sourceIsAt
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

    mutating func take(_ rows: RowsEvent) throws {
        if rows.isDummy { return }
        guard let map = maps[rows.tableID] else {
            throw Failure(
                .binlogCorrupt, "rows without a table map at \(place.file):\(place.offset)",
                remedy: "check the source's binlog with mysqlbinlog")
        }
        // What came from the target may be of tables that it no longer has.
        if case .looped = open?.origin, map.database != metadataDatabase { return noteShared(map) }
        if try sequences.hold(map) {
            open?.isForeign = true
            if open?.origin == .undecided { open?.origin = .wanted }
            return
        }
        let destination = try router.destination(of: map, at: readingPlace)
        note(router.takeLearned())
        switch destination {
        case .marker: try takeMarker(rows, map)
        case .heartbeat: takeHeartbeat(rows)
        case .statement: try takeStatementMark(rows, map)
        case .arrival: try takeArrival(rows, map)
        case .bookkeeping: break
        case .ignored, .gone:
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
        if let start = tableStarts[route.source], start.isAtOrBehind(place.position) {
            // Where it is committed decides whether the copy has it.
            if open?.isDistributed == true { dropRows() }
            return
        }
        try requireComplete(rows, map, route)
        // A definition changes between transactions only (a transaction that creates its table has a route of its own).
        if open?.segment.slices.isEmpty == true {
            open?.segment.generation = router.generation
            open?.segment.statementsSeen = router.statementsSeen
        }
        guard open?.segment.generation == router.generation else {
            throw Failure(
                .schemaMismatch, "the definition of \(map.name) changed within a transaction (\(place.file):\(place.offset))",
                remedy: "retry the task", kind: .transient)
        }
        if open?.isDropped == true { return }
        if rows.isPartial {
            try open?.segment.append(chosen: rows.completed(layout: route.layout, in: &completed), route)
            completed.removeAll(keepingCapacity: completed.count <= pieceBytes)
        } else {
            try open?.segment.append(chosen: rows, route)
        }
        if open?.segment.slices.isEmpty == false { open?.hasRows = true }
        guard let size = open?.segment.bytes.count, size >= pieceBytes else { return }
        if open?.isDistributed == true { dropRows() } else { try pushPiece() }
    }

    private func requireComplete(_ rows: RowsEvent, _ map: TableMap, _ route: TableRoute) throws {
        let missing = route.missingColumns(in: rows)
        if missing.isEmpty { return }
        throw Failure(
            .binlogFormat,
            "the source (\(context.sourceProfile.version)) logged incomplete row images of \(map.name) (\(place.file):\(place.offset)): "
                + "\(missing.joined(separator: ", ")) missing",
            remedy: "SET GLOBAL binlog_row_image = FULL on the source and in its sessions, then \(Failure.startOver); "
                + "if it is FULL everywhere, this version of the server logs rows otherwise than is known: take the table out of the task's objects")
    }

    private mutating func pushPiece() throws {
        guard var open = self.open.take() else { return }
        var piece = ChangeSegment(
            extent: open.isLarge ? .middle : .first, origins: open.segment.origins, generation: open.segment.generation)
        piece.statementsSeen = open.segment.statementsSeen
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
