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
        guard segment.slices.contains(where: { !$0.route.referenced.isEmpty && $0.kind != .insert }) else { return false }
        return try segment.bytes.withUnsafeBytes { bytes in
            try segment.slices.contains { try changesParents($0, bytes) }
        }
    }

    private func changesParents(_ slice: ChangeSegment.RowsSlice, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
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
            let isCascading = try changesParents(slice, rows.view.bytes)
            let event = slice.event(in: rows.view.bytes)
            if slice.route.key == nil { try KeylessTableApplier(session: session, statements: table.statements).apply(event) }
            table.removeAll()
            var cursor = try RowCursor(event, layout: slice.route.layout)
            while try cursor.next() {
                if slice.route.key != nil { try table.add(slice: number, mark: 0, before: cursor.before, after: cursor.after) }
                guard isCascading, let before = cursor.before else { continue }
                if slice.route.key != nil {
                    try rows.apply(table)
                    let isKept = table.entries.indices.contains { table.actions[$0] == .nothing && table.targetRows[$0] == .differs }
                    table.removeAll()
                    // The target's row prevailed, and what refers to it with it.
                    if isKept { continue }
                }
                try follow(slice.route, table.statements, before, cursor.after)
            }
            if !isCascading, slice.route.key != nil { try rows.apply(table) }
        }
    }

    private func follow(_ route: TableRoute, _ statements: TableStatements, _ before: RowImage, _ after: RowImage?) throws {
        func literal(_ image: RowImage) -> (String) throws -> String? {
            { column in
                guard let place = route.columns.firstIndex(where: { $0.name.lowercased() == column.lowercased() }) else { return nil }
                return try statements.literal(place, image)
            }
        }
        try cascades.follow(route.target, old: literal(before), new: after.map(literal))
    }

    // MARK: The end of the copy

    private var followsCascades: Bool { !context.sourceProfile.logsCascades && context.reverseTask == nil }

    /// Whether the log that goes with the copy ends with these, and something is to be done then.
    func endsWindow(_ marks: [ChangeSegment.Mark]) -> Bool {
        guard followsCascades, let window = checkpoint.window, let last = marks.last else { return false }
        let place = BinlogPosition(file: last.file, offset: last.offset)
        return place.isAtOrBehind(window) && place != window
    }

    func sweepOrphans() throws {
        if followsCascades { try OrphanSweep(context: context, session: session).run() }
    }
}
