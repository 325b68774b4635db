import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// What the source's log holds behind the reader's place about definitions: statements, and what tasks have noted of the tables that their
/// own statements redefined.
///
/// Read only when it is asked for, and no more than once. Used on one thread.
final class LogAhead {
    private struct Entry {
        var place: BinlogPosition
        var found: Found
    }

    private enum Found {
        /// nil: its grammar is not known.
        case statement(DDLStatement?)
        case noted([TableDefinition], connection: UInt32)
    }

    /// What tells the definition of a table at a place.
    enum Answer {
        /// Nothing has changed it up to the end that was asked for.
        case unchanged
        case noted(TableDefinition)
        /// It is changed first.
        case changed
    }

    private let context: TaskContext
    private var entries: [Entry] = []
    /// What has been read; nil: nothing.
    private var reached: BinlogPosition?

    init(_ context: TaskContext) { self.context = context }

    /// - Parameters:
    ///   - reading: where the table's rows are.
    ///   - end: of the log when the server said what the table is.
    ///   - isMeant: whether a note by this connection is about the statement that redefined the table last before the place.
    func answer(for table: TableName, at reading: ReadingPlace, to end: BinlogPosition, isMeant: (UInt32) -> Bool) throws -> Answer {
        try read(reading, to: end)
        for entry in entries {
            switch entry.found {
            case .statement(let statement):
                if statement?.mayRedefine(table) ?? true { return .changed }
            case .noted(let definitions, let connection):
                if isMeant(connection), let found = definitions.first(where: { $0.name == table }) { return .noted(found) }
            }
        }
        return .unchanged
    }

    private func read(_ reading: ReadingPlace, to end: BinlogPosition) throws {
        entries.removeAll { reading.place.isAtOrBehind($0.place) }
        if let reached, reached.isAtOrBehind(end) { return }
        var start = reading.transaction
        if let reached, reached.isAtOrBehind(start) { start = reached } else { entries.removeAll() }
        if start.isAtOrBehind(end) {
            reached = start
            return
        }
        var maps: [UInt64: TableMap] = [:]
        var last = start
        try LogScan(context, as: "definitions").read(from: start, to: end) { event, _, place in
            let found = try find(event, &maps)
            let isBetweenTransactions = switch event {
            case .gtid, .mariaDBGTID, .tableMap, .rows: false
            case .query(let query): query.kind != .begin
            default: true
            }
            if let found, !reading.place.isAtOrBehind(place.position) { entries.append(Entry(place: place.position, found: found)) }
            if isBetweenTransactions { last = place.position }
            return true
        }
        reached = last
    }

    private func find(_ event: Event, _ maps: inout [UInt64: TableMap]) throws -> Found? {
        switch event {
        case .query(let query):
            guard let (kind, statement) = query.definition(on: context.sourceProfile) else { return nil }
            if let statement { return .statement(statement) }
            return [.table, .database].contains(kind.object) ? .statement(nil) : nil
        case .tableMap(let map):
            if map.database == metadataDatabase, map.table == "statement" { maps[map.tableID] = map }
            return nil
        case .rows(let rows):
            guard let map = maps[rows.tableID], map.columns.count > StatementColumn.definitions else { return nil }
            var found: Found?
            var cursor = try RowCursor(rows, layout: try RowLayout(map))
            while try cursor.next() {
                guard let image = cursor.after, let note = image.noted else { continue }
                found = .noted(note.definitions, connection: note.connection)
            }
            return found
        default: return nil
        }
    }
}

/// Where the reader is in the source's log.
struct ReadingPlace {
    /// Behind the event at hand.
    var place: BinlogPosition
    /// Where its transaction begins: there the log can be read from by others.
    var transaction: BinlogPosition
}

extension RowImage {
    /// What a row of `statement` tells of tables that a task has redefined; nil: nothing, as before the statement is executed.
    var noted: (definitions: [TableDefinition], connection: UInt32)? {
        guard text(StatementColumn.state) == StatementRecord.State.done.rawValue,
            let connection = value(StatementColumn.connection), connection.count == 8, let text = text(StatementColumn.definitions),
            let definitions = StatementRecord.definitions(in: text)
        else { return nil }
        return (definitions, UInt32(truncatingIfNeeded: UInt64(littleEndian: connection.loadUnaligned(as: UInt64.self))))
    }
}

extension DDLStatement {
    /// Whether another definition may have the table's name afterwards.
    func mayRedefine(_ table: TableName) -> Bool {
        if let database { return kind.verb == .drop && database == table.database }
        guard kind.object == .table, kind.verb != .truncate else { return false }
        return subjects.contains(table)
    }
}
