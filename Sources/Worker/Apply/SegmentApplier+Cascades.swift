import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerConflict
import WorkerSchema
import WorkerSource

/// Foreign keys that change other rows, on behalf of a source that does not log what they change (``CascadeFollower``).
///
/// The target then has to stand exactly where the source stood: everything before has been written, nothing behind it has.
extension SegmentApplier {
    /// Whether rows go or change that others follow.
    func changesParents(_ segment: ChangeSegment) throws -> Bool {
        guard segment.slices.contains(where: { !$0.route.referenced.isEmpty }) else { return false }
        return try segment.bytes.withUnsafeBytes { bytes in
            try segment.slices.contains { try changesParents($0, bytes) }
        }
    }

    private func changesParents(_ slice: ChangeSegment.RowsSlice, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
        let route = slice.route
        guard !route.referenced.isEmpty, !slice.noForeignKeyChecks else { return false }
        switch slice.kind {
        case .delete: return true
        case .insert: return false
        case .update: break
        }
        var cursor = try RowCursor(slice.event(in: bytes), layout: route.layout)
        while try cursor.next() {
            if let before = cursor.before, let after = cursor.after, changesKey(route, before, after) { return true }
        }
        return false
    }

    private func changesKey(_ route: TableRoute, _ before: RowImage, _ after: RowImage) -> Bool {
        !route.referenced.allSatisfy { before.isEqual(to: after, column: route.columns[$0].index) }
    }

    /// The rows of one transaction, or a piece of it, event by event.
    ///
    /// - Throws: ``Failure`` `unsupported` while the log goes with the initial copy: tables were copied at different times, so
    ///   that what the source's foreign keys reached need not be what they reach here.
    func writeInOrder(_ segment: ChangeSegment, _ rows: KeyedTableApplier) throws {
        guard rows.windowMarks == 0 else {
            throw Failure(
                .unsupported,
                "while rows were copied, the source deleted rows that others refer to, or changed their keys; its log does not tell what "
                    + "its foreign keys changed with them",
                remedy: "\(Failure.startOver); delete no such rows while it copies, or use MySQL 9.6 or newer")
        }
        var tables: [ObjectIdentifier: FoldedTable] = [:]
        for (number, slice) in segment.slices.enumerated() {
            let identity = ObjectIdentifier(slice.route)
            let table = tables[identity] ?? FoldedTable(TableStatements(slice.route, namesNewRow: namesNewRow))
            tables[identity] = table
            table.removeAll()
            let isKeyed = slice.route.key != nil
            let event = slice.event(in: rows.view.bytes)
            if !isKeyed { try KeylessTableApplier(session: session, statements: table.statements).apply(event) }
            let isCascading = try changesParents(slice, rows.view.bytes)
            var cursor = try RowCursor(event, layout: slice.route.layout)
            while try cursor.next() {
                if isKeyed { try table.add(slice: number, mark: 0, before: cursor.before, after: cursor.after) }
                guard isCascading else { continue }
                if isKeyed {
                    try rows.apply(table)
                    let isKept = table.entries.indices.contains { table.actions[$0] == .nothing && table.targetRows[$0] == .differs }
                    table.removeAll()
                    // The target's row prevailed, and what refers to it with it.
                    if isKept { continue }
                }
                if let before = cursor.before { try follow(table.statements, before, cursor.after) }
            }
            if !isCascading, isKeyed { try rows.apply(table) }
        }
    }

    private func follow(_ statements: TableStatements, _ before: RowImage, _ after: RowImage?) throws {
        let route = statements.route
        func literal(_ image: RowImage) -> (String) throws -> String? {
            { column in
                guard let place = route.columns.firstIndex(where: { $0.name.lowercased() == column.lowercased() }) else { return nil }
                return try statements.literal(place, image)
            }
        }
        try cascades.follow(route.target, old: literal(before), new: after.map(literal))
    }
}
