import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerConflict
import WorkerSchema
import WorkerSource

/// Brings the netted changes of a table with a key to the target: look up and lock, compare, then write in bulk.
struct KeyedTableApplier {
    /// How carefully a batch is applied. Each step is taken when the one before met a duplicate key.
    enum Care: Comparable {
        /// Rows that are only inserted are not looked up first.
        case optimistic
        /// Every key is looked up.
        case checked
        /// Each row is written by a statement of its own, so that the one in the way can be told.
        case rowByRow
    }

    let session: Session
    let statements: StatementBuffer
    let policy: ConflictHandler
    let care: Care
    let view: SegmentView
    /// Transactions with a smaller number are within the load's window.
    let windowMarks: Int
    let load: LoadBeside?

    func apply(_ table: FoldedTable) throws {
        try lookUp(table)
        if let load = load(table), table.entries.indices.contains(where: { needsLook(table, $0) && table.targetRows[$0] == .missing }) {
            try load.catchUp(policy.context, session)
        }
        try decide(table)
        try write(table)
    }

    /// The load beside the stream, when it brings rows of this table.
    private func load(_ table: FoldedTable) -> LoadBeside? {
        load.flatMap { $0.covers(table.statements.route.target) ? $0 : nil }
    }

    private func isInWindow(_ entry: FoldedTable.Entry) -> Bool { Int(entry.firstMark) < windowMarks }

    // MARK: Look up

    private func needsLook(_ table: FoldedTable, _ entry: Int) -> Bool {
        guard let change = table.change(entry) else { return false }
        if isInWindow(table.entries[entry]) { return change != .delete && mustKeep(table, entry) }
        return change != .insert || care > .optimistic
    }

    private func lookUp(_ table: FoldedTable) throws {
        let route = table.statements.route
        table.targetRows.removeAll(keepingCapacity: true)
        table.targetRows.append(contentsOf: repeatElement(.missing, count: table.entries.count))
        table.currentRows.removeAll(keepingCapacity: true)
        try statements.inChunks(
            table.entries.indices, where: { needsLook(table, $0) }, head: table.statements.selectHead, tail: table.statements.selectTail,
            append: { entry, sql in try appendKey(table, entry, to: &sql) },
            run: { sql, _ in
                try session.eachRow(sql) { row in
                    let found = table.entry { row.bytes(route.key?[$0] ?? 0) }
                    // Equal by collation but not by bytes: not this row. A duplicate key will tell.
                    guard let found else { return }
                    table.targetRows[found] = try compare(row, table, found)
                    if table.targetRows[found] == .differs { table.currentRows[found] = route.readable(row) }
                }
            })
    }

    private func compare(_ row: borrowing Row, _ table: FoldedTable, _ entry: Int) throws -> TargetRow {
        let route = table.statements.route
        let places = table.entries[entry]
        if try table.image(places.before, in: view, { try route.matches(row, $0, &statements.scratch) }) == true { return .asBefore }
        if try table.image(places.after, in: view, { try route.matches(row, $0, &statements.scratch) }) == true { return .asAfter }
        return .differs
    }

    // MARK: Decide

    private func decide(_ table: FoldedTable) throws {
        table.actions.removeAll(keepingCapacity: true)
        for entry in table.entries.indices { table.actions.append(try action(table, entry)) }
    }

    private func action(_ table: FoldedTable, _ entry: Int) throws -> RowAction {
        let change = table.change(entry)
        // The load may have copied the row between the moments in which it came and went.
        if isInWindow(table.entries[entry]) {
            guard let change, change != .delete else { return .forceAbsence }
            guard table.statements.route.hasOtherColumns else { return .forceRow }
            // By its only key, the row that is there can be told from others.
            guard mustKeep(table, entry) else { return .update }
            return table.targetRows[entry] == .missing ? .forceRow : .forceKept
        }
        guard let change else { return .nothing }
        if !needsLook(table, entry) { return .insert }
        if let load = load(table), table.targetRows[entry] == .missing, change != .insert, !load.wasDeleted(table.windowKey(entry)) {
            return change == .update ? .insert : .nothing
        }
        switch ConflictRules.verdict(change, table.targetRows[entry]) {
        case .nothing: return .nothing
        case .apply:
            switch change {
            case .insert: return .insert
            case .delete: return .delete
            case .update: return changesOtherKey(table, entry) || invalidMembers(table, entry) > 0 ? rewritten(table) : .update
            }
        case .conflict(let kind):
            guard try policy.settle(kind, table, entry, view) == .tookSource else { return .nothing }
            switch kind {
            case .updateMissing: return .insert
            case .deleteDiffers: return .delete
            case .deleteMissing: return .nothing
            case .insertExists, .updateDiffers, .uniqueViolation:
                let isPlain = table.statements.route.otherUnique.isEmpty && invalidMembers(table, entry) == 0
                return isPlain ? .update : rewritten(table)
            }
        }
    }

    /// Whether a row within the load's window has to be looked for, so that it keeps what only the target has of it.
    private func mustKeep(_ table: FoldedTable, _ entry: Int) -> Bool {
        let route = table.statements.route
        return route.hasOtherColumns && (!route.otherUnique.isEmpty || invalidMembers(table, entry) > 0)
    }

    /// A row that is deleted and inserted loses what only the target has of it.
    private func rewritten(_ table: FoldedTable) -> RowAction {
        table.statements.route.hasOtherColumns ? .updateAlone : .deleteAndInsert
    }

    private func changesOtherKey(_ table: FoldedTable, _ entry: Int) -> Bool {
        let route = table.statements.route
        guard !route.otherUnique.isEmpty else { return false }
        let places = table.entries[entry]
        let isSame = table.image(places.before, in: view) { before in
            table.image(places.after, in: view) { after in
                route.otherUnique.allSatisfy { before.isEqual(to: after, column: route.columns[$0].index) }
            }
        }
        return isSame != true
    }

    /// ENUM values 0 of the row to be written. Such a row is deleted and inserted rather than updated, so that the server
    /// warns once for each.
    private func invalidMembers(_ table: FoldedTable, _ entry: Int) -> Int {
        let route = table.statements.route
        guard route.hasMembers else { return 0 }
        return table.image(table.entries[entry].after, in: view) { route.invalidMembers($0) } ?? 0
    }

    // MARK: Write

    private func write(_ table: FoldedTable) throws {
        let texts = table.statements
        let all = table.entries.indices
        try statements.inChunks(
            all, where: { table.actions[$0] == .delete || table.actions[$0] == .deleteAndInsert }, head: texts.deleteHead, tail: ")",
            append: { entry, sql in try appendKey(table, entry, to: &sql) },
            run: { sql, count in
                let found = try session.delete(sql, computed: texts.route.computed)
                // The rows were found and locked a moment ago.
                guard found == UInt64(count) else {
                    throw Failure(
                        .applyFailed, "\(count) rows of \(texts.route.target) were to be deleted and \(found) were found",
                        remedy: "retry the task; if it happens again, compare the table's definition on both sides", kind: .transient)
                }
            })
        try statements.inChunks(
            all, where: { table.actions[$0] == .forceAbsence }, head: texts.deleteHead, tail: ")",
            append: { entry, sql in try appendKey(table, entry, to: &sql) }, run: { sql, _ in try session.delete(sql, computed: texts.route.computed) })
        for entry in all where table.actions[entry] == .updateAlone { try updateAlone(table, entry) }
        try forceKept(table)
        try writeRows(table, texts.insertHead, "") { $0 == .insert || $0 == .deleteAndInsert }
        try writeRows(table, texts.insertHead, texts.upsertTail) { $0 == .update }
        try writeRows(table, texts.replaceHead, "") { $0 == .forceRow }
    }

    private func writeRows(
        _ table: FoldedTable, _ head: String, _ tail: String, _ belongs: (RowAction) -> Bool
    ) throws {
        try writeRows(table, head, tail) { belongs(table.actions[$0]) && invalidMembers(table, $0) == 0 }
        guard table.statements.route.hasMembers else { return }
        try writeRows(table, head, tail) { belongs(table.actions[$0]) && invalidMembers(table, $0) > 0 }
    }

    private func writeRows(
        _ table: FoldedTable, _ head: String, _ tail: String, where belongs: (Int) -> Bool
    ) throws {
        var invalid = 0
        try statements.inChunks(
            table.entries.indices, where: belongs, head: head, tail: tail, limit: care == .rowByRow ? 1 : nil,
            append: { entry, sql in
                invalid += invalidMembers(table, entry)
                _ = try table.image(table.entries[entry].after, in: view) { try table.statements.appendRow($0, to: &sql) }
            },
            run: { sql, _ in
                defer { invalid = 0 }
                try write(sql, invalid, table.statements.route)
            },
            recover: care == .rowByRow ? { entry, error in try recover(table, entry, error) } : nil)
    }

    /// A row by itself met a duplicate key: another row of the target holds one of its unique values.
    private func recover(_ table: FoldedTable, _ entry: Int, _ error: MySQLError) throws {
        guard error.isDuplicateKey else { throw error }
        let places = table.entries[entry]
        if try policy.settle(.uniqueViolation, table, entry, view) == .tookSource {
            if table.statements.route.hasOtherColumns, table.targetRows[entry] != .missing {
                try replaceKept(table, [entry])
            } else {
                try writeAlone(table, table.statements.replaceHead, places.after)
            }
        } else if table.actions[entry] == .deleteAndInsert, places.before.exists {
            // The target's row stays: it goes back to where it was.
            try writeAlone(table, table.statements.insertHead, places.before)
        }
    }

    /// Rows within the load's window that are there: in place, those first that are in no other's way.
    private func forceKept(_ table: FoldedTable) throws {
        var waiting = table.entries.indices.filter { table.actions[$0] == .forceKept }
        while !waiting.isEmpty {
            let stuck = try waiting.filter { entry in
                do {
                    try updateInPlace(table, entry)
                    return false
                } catch let error as MySQLError where error.isDuplicateKey {
                    return true
                }
            }
            // They exchange unique values, or one is held by a row that is ahead of the log.
            if stuck.count == waiting.count { return try replaceKept(table, stuck) }
            waiting = stuck
        }
    }

    /// All at once, so that none takes away what another one has.
    private func replaceKept(_ table: FoldedTable, _ entries: [Int]) throws {
        var sql = SQLBuffer()
        sql.append(table.statements.keepHead)
        var invalid = 0
        for (place, entry) in entries.enumerated() {
            if place > 0 { sql.append(" UNION ALL ") }
            _ = try table.image(table.entries[entry].after, in: view) { try table.statements.appendKept($0, to: &sql) }
            invalid += invalidMembers(table, entry)
        }
        try sql.withUnsafeBytes { try write($0, invalid, table.statements.route) }
    }

    private func updateInPlace(_ table: FoldedTable, _ entry: Int) throws {
        var sql = SQLBuffer()
        sql.append(table.statements.updateHead)
        _ = try table.image(table.entries[entry].after, in: view) { try table.statements.appendAssignments($0, to: &sql) }
        sql.append(table.statements.updateWhere)
        try appendKey(table, entry, to: &sql)
        sql.append(")")
        try sql.withUnsafeBytes { try write($0, invalidMembers(table, entry), table.statements.route) }
    }

    private func updateAlone(_ table: FoldedTable, _ entry: Int) throws {
        let route = table.statements.route
        do {
            try updateInPlace(table, entry)
        } catch let error as MySQLError where error.isDuplicateKey {
            // It may only have to wait for its neighbour; but which row to move first is not known here.
            throw Failure(
                .schemaMismatch,
                "rows of \(route.target) exchange values of a unique key, and the table has columns that \(route.source) lacks: \(error)",
                remedy: "make both definitions equal, then retry the task")
        }
    }

    private func writeAlone(_ table: FoldedTable, _ head: String, _ place: FoldedTable.ImagePlace) throws {
        let route = table.statements.route
        _ = try table.image(place, in: view) { image in
            var sql = SQLBuffer()
            sql.append(head)
            try table.statements.appendRow(image, to: &sql)
            let invalid = route.invalidMembers(image)
            try sql.withUnsafeBytes { try write($0, invalid, route) }
        }
    }

    private func write(_ sql: UnsafeRawBufferPointer, _ invalidMembers: Int, _ route: TableRoute) throws(MySQLError) {
        try session.write(sql, invalidMembers: invalidMembers, computed: route.computed, table: route.target)
    }

    private func appendKey(_ table: FoldedTable, _ entry: Int, to sql: inout SQLBuffer) throws {
        let places = table.entries[entry]
        let place = places.after.exists ? places.after : places.before.exists ? places.before : places.gone
        _ = try table.image(place, in: view) { try table.statements.appendKey($0, to: &sql) }
    }
}
