import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerConflict
import WorkerSchema
import WorkerSource

/// Deletes rows that others refer to, or changes what they are referred to by, on behalf of a source that does not log what
/// its foreign keys change with them: the target's own foreign keys do the same to the same rows.
///
/// That is right only when the target stands exactly where the source stood: everything before has been written, nothing
/// behind it has, and a row is changed in place rather than deleted and inserted.
struct CascadingTableApplier {
    let rows: KeyedTableApplier
    /// Whether the load may have copied these rows, and those that refer to them, at different times.
    let isInWindow: Bool

    private var session: Session { rows.session }

    /// Applies one row, the only one that the table holds.
    func apply(_ table: FoldedTable) throws {
        if isInWindow { try restore(table) }
        let deleted = table.entries.indices.first { table.change($0) == .delete }
        let inserted = table.entries.indices.first { table.change($0) == .insert }
        try session.execute("SET SESSION foreign_key_checks = 1")
        if let deleted, let inserted {
            try move(table, from: deleted, to: inserted)
        } else {
            try rows.apply(table)
        }
        try session.execute("SET SESSION foreign_key_checks = 0")
    }

    /// The row as it was before: a row that the load has copied later may be missing, while rows that refer to it are there.
    private func restore(_ table: FoldedTable) throws {
        for entry in table.entries.indices {
            let places = table.entries[entry]
            if places.before.exists {
                try rows.writeAlone(table, table.statements.replaceHead, places.before)
            } else {
                // What the key is changed to.
                try rows.deleteAlone(table, entry)
            }
        }
    }

    /// A row whose key changes.
    private func move(_ table: FoldedTable, from old: Int, to new: Int) throws {
        try rows.lookUp(table)
        guard table.targetRows[old] == .asBefore, table.targetRows[new] == .missing else {
            throw Failure(
                .applyFailed,
                "a row of \(table.statements.route.source) got another key, and the target's rows with either key are not what the "
                    + "source's were; what its foreign keys changed with it cannot be told",
                remedy: "make both rows in \(table.statements.route.target) equal to the source's before that change, then retry the task")
        }
        try rows.updateAlone(table, keyOf: old, rowOf: new)
    }
}

extension SegmentApplier {
    /// Whether the target's foreign keys have to do what the source's did, in their turn.
    func cascades(_ segment: ChangeSegment) throws -> Bool {
        guard segment.slices.contains(where: { !$0.route.referenced.isEmpty && $0.kind != .insert }) else { return false }
        return try segment.bytes.withUnsafeBytes { bytes in
            try segment.slices.contains { try cascades($0, bytes) }
        }
    }

    private func cascades(_ slice: ChangeSegment.RowsSlice, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
        let route = slice.route
        guard !route.referenced.isEmpty, slice.kind != .insert else { return false }
        if slice.kind == .delete { return true }
        var cursor = try RowCursor(slice.event(in: bytes), layout: route.layout)
        while try cursor.next() {
            guard let before = cursor.before, let after = cursor.after else { continue }
            let isSame = route.referenced.allSatisfy { before.isEqual(to: after, column: route.columns[$0].index) }
            if !isSame { return true }
        }
        return false
    }

    /// The rows of one transaction, or a piece of it, event by event.
    func writeInOrder(_ segment: ChangeSegment, _ rows: KeyedTableApplier) throws {
        var tables: [ObjectIdentifier: FoldedTable] = [:]
        for (number, slice) in segment.slices.enumerated() {
            let identity = ObjectIdentifier(slice.route)
            let table = tables[identity] ?? FoldedTable(TableStatements(slice.route, namesNewRow: namesNewRow))
            tables[identity] = table
            let isCascading = try cascades(slice, rows.view.bytes)
            guard slice.route.key != nil else {
                try session.execute("SET SESSION foreign_key_checks = \(isCascading ? 1 : 0)")
                try KeylessTableApplier(session: session, statements: table.statements).apply(slice.event(in: rows.view.bytes))
                try session.execute("SET SESSION foreign_key_checks = 0")
                continue
            }
            var single = rows
            single.isInPlace = isCascading
            let cascading = CascadingTableApplier(rows: single, isInWindow: rows.windowMarks > 0)
            table.removeAll()
            var cursor = try RowCursor(slice.event(in: rows.view.bytes), layout: slice.route.layout)
            while try cursor.next() {
                try table.add(slice: number, mark: 0, before: cursor.before, after: cursor.after)
                guard isCascading else { continue }
                try cascading.apply(table)
                table.removeAll()
            }
            if !isCascading { try single.apply(table) }
        }
    }
}
