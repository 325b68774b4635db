import SyncModel
package import WorkerBinlog
import WorkerDDL
import WorkerFilter
import WorkerSchema

/// Which rows of a table are synced, and what becomes of a change for those who see only these rows and columns.
extension TableRoute {
    /// Whether every row has to be looked at before it is carried over.
    package var choosesRows: Bool { filter != nil || leavesOutColumns }

    /// What a change of a row is to the target; nil: nothing.
    ///
    /// - Throws: `DecodeError` when the filter's columns cannot be read.
    package func effect(_ before: RowImage?, _ after: RowImage?) throws -> RowsEvent.Kind? {
        let was = try before.map { try filter?.includes($0) ?? true } ?? false
        let becomes = try after.map { try filter?.includes($0) ?? true } ?? false
        switch (was, becomes) {
        case (true, true):
            guard leavesOutColumns, let before, let after else { return .update }
            return columns.allSatisfy { before.isEqual(to: after, column: $0.index) } ? nil : .update
        case (true, false): return .delete
        case (false, true): return .insert
        case (false, false): return nil
        }
    }

    static func filter(_ text: String?, _ source: TableDefinition, _ layout: RowLayout) throws(Failure) -> CompiledFilter? {
        guard let text else { return nil }
        do {
            return try CompiledFilter(text, of: source, layout: layout)
        } catch {
            throw mismatch(
                source.name, error.message,
                remedy: "the table does not fit the filter of the task any more: give it another 'where' and \(Failure.startOver)")
        }
    }

    static func check(_ selected: ColumnMap, _ source: TableDefinition, _ lineage: TableLineage.Table?) throws(Failure) {
        if selected.isIdentity { return }
        if let obstacle = selected.obstacle(in: source) {
            throw mismatch(
                source.name, obstacle, remedy: "correct 'columns' and 'rename' in the task's file; or \(Failure.startOver)")
        }
        if lineage != nil {
            throw mismatch(
                source.name, "rows were written before a definition statement of the target reached the source, and columns have other "
                    + "names there",
                remedy: "delete the pair and create it anew with 'scenario: both-have-data'; execute such statements while nobody writes into the table")
        }
    }
}

extension ChangeSegment {
    /// Copies of an event what it is to the target: rows that come into the filter or leave it are inserted or deleted there.
    ///
    /// - Parameter event: with full images.
    package mutating func append(chosen event: RowsEvent, _ route: TableRoute) throws {
        guard route.choosesRows else { return append(event, route) }
        var cursor = try RowCursor(event, layout: route.layout)
        var run: RowsEvent.Kind?
        while try cursor.next() {
            guard let kind = try route.effect(cursor.before, cursor.after) else { continue }
            // In their order: a later row may take the key of an earlier one.
            if run != kind {
                begin(kind, like: event, route)
                run = kind
            }
            let start = bytes.count
            if kind != .insert, let before = cursor.before { bytes.append(contentsOf: before.bytes) }
            if kind != .delete, let after = cursor.after { bytes.append(contentsOf: after.bytes) }
            slices[slices.count - 1].rows += bytes.count - start
        }
    }

    private mutating func begin(_ kind: RowsEvent.Kind, like event: RowsEvent, _ route: TableRoute) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let before = kind == .insert ? none : event.presentBefore
        let after = kind == .delete ? none : event.presentAfter
        slices.append(
            RowsSlice(
                route: route, kind: kind, noForeignKeyChecks: event.noForeignKeyChecks, columnCount: event.columnCount,
                start: bytes.count, beforeBitmap: before.count, afterBitmap: after.count, rows: 0))
        bytes.append(contentsOf: before)
        bytes.append(contentsOf: after)
    }
}
