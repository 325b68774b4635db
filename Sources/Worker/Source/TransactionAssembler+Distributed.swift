import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

/// Distributed (XA) transactions: their rows are in the log where they were prepared and take effect where they are
/// committed. See ``PreparedTransactions`` for why that happens exactly once.
extension TransactionAssembler {
    /// The group that has to be read again before anything else of the stream is taken.
    var awaited: PreparedGroups.Awaited? { prepared.awaited }

    /// It is too large to be kept until it ends.
    mutating func dropRows() {
        open?.isDropped = true
        open?.segment = ChangeSegment(origins: context.sourceProfile.uuid, generation: router.generation)
    }

    /// `XA PREPARE`, or `XA COMMIT … ONE PHASE`, which is logged in the same way.
    mutating func endPrepared(_ event: XAPrepareEvent) throws {
        guard let group = open, group.isDistributed, !group.isLarge else {
            throw corrupt("XA PREPARE outside its transaction")
        }
        let xid = event.xid.description
        let start = BinlogPosition(file: place.file, offset: group.start)
        if event.isOnePhase {
            open?.isDistributed = false
            guard group.isDropped else { return try end() }
            open?.isDropped = false
            prepared.awaited = PreparedGroups.Awaited(xid: xid, place: start)
            return
        }
        // A transaction that a task brought here does not travel back. Ours are not distributed, but others' may be.
        var isLooped = false
        if case .looped = group.origin { isLooped = true }
        guard prepared.list.count < PreparedTransactions.limit else {
            throw Failure(
                .unsupported,
                "more than \(PreparedTransactions.limit) distributed (XA) transactions are prepared on the source",
                remedy: "end those that XA RECOVER shows on the source, then retry the task"
            )
        }
        prepared.add(xid, at: start, rows: group.isDropped || isLooped ? nil : group.segment)
        dropRows()
        // What it brings is counted, and shown as having happened, at its end.
        open?.hasRows = false
        open?.isForeign = true
        open?.distributed = .prepared(xid: xid, place: start)
        try end()
    }

    /// `XA COMMIT` or `XA ROLLBACK` of a transaction that was prepared.
    mutating func endDistributed(_ query: QueryEvent, isCommitted: Bool) throws {
        guard let xid = XID(statement: query.text)?.description else {
            throw corrupt("the identifier in '\(query.text.prefix(300))' cannot be read")
        }
        guard let start = prepared.list[xid] else {
            // Rolled back, it was never anything to us.
            if !isCommitted { return try end() }
            throw Failure(
                .unsupported,
                "the source committed the distributed (XA) transaction \(xid) at \(place.file):\(place.offset), "
                    + "which was prepared before the task began",
                remedy: "while XA RECOVER on the source shows no transaction, \(Failure.startOver)"
            )
        }
        let rows = prepared.remove(xid, generation: router.generation)
        open?.distributed = .ended(xid: xid)
        open?.isForeign = true
        guard isCommitted else { return try end() }
        guard let rows else {
            prepared.awaited = PreparedGroups.Awaited(xid: xid, place: start)
            return
        }
        open?.origin = .wanted
        open?.hasRows = !rows.slices.isEmpty
        open?.segment = rows
        try end()
    }

    // MARK: Reading a group again

    /// Before the events of the group: their table maps are not those of the stream.
    mutating func beginAgain() -> [UInt64: TableMap] {
        let own = maps
        maps.removeAll()
        return own
    }

    /// Takes an event of the group that is read again, as part of the transaction that awaits it.
    ///
    /// - Returns: whether this was the group's last one.
    mutating func take(again event: Event) throws -> Bool {
        switch event {
        case .tableMap(let map): maps[map.tableID] = map
        case .rows(let rows): try take(rows)
        case .xaPrepare(let found):
            guard found.xid.description == prepared.awaited?.xid else {
                throw corrupt("another XA transaction is where one was prepared")
            }
            return true
        case .xid: throw corrupt("a plain transaction is where an XA transaction was prepared")
        case .rotate(let rotate) where !rotate.isArtificial: throw corrupt("a prepared XA transaction has no end")
        default: break
        }
        return false
    }

    /// Behind the events of the group: its transaction ends.
    mutating func endAgain(_ own: [UInt64: TableMap]) throws {
        maps = own
        prepared.awaited = nil
        try end()
    }

    private func corrupt(_ found: String) -> Failure {
        Failure(
            .binlogCorrupt,
            "\(found) (\(place.file):\(place.offset))",
            remedy: "check the source's binlog with mysqlbinlog"
        )
    }
}
