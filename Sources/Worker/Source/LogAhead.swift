package import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// What the source's log holds behind the reader's place about definitions: statements, and what tasks have noted of the tables that their
/// own statements redefined.
///
/// Read only when it is asked for, as far as the answer needs, and no part of it twice. Used on one thread.
final class LogAhead {
    private struct Entry {
        var place: BinlogPosition
        var found: Found
    }

    private enum Found {
        /// A statement after which tables by these names may be others, or all of a database; no names: nobody can tell which.
        case redefined(tables: [TableName], database: String?)
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
    private let databases: Set<String>
    private var entries: [Entry] = []
    /// What has been read; nil: nothing.
    private var reached: BinlogPosition?

    init(_ context: TaskContext) {
        self.context = context
        databases = Set(context.objects.databases)
    }

    /// - Parameters:
    ///   - reading: where the table's rows are.
    ///   - end: of the log when the server said what the table is.
    ///   - isMeant: whether a note by this connection is about the statement that redefined the table last before the place.
    func answer(for table: TableName, at reading: ReadingPlace, to end: BinlogPosition, isMeant: (UInt32) -> Bool) throws -> Answer {
        func answer(_ entry: Entry) -> Answer? {
            switch entry.found {
            case .redefined(let tables, let database):
                let isMeant = tables.isEmpty && database == nil || tables.contains(table) || database == table.database
                return isMeant ? .changed : nil
            case .noted(let definitions, let connection):
                guard isMeant(connection), let found = definitions.first(where: { $0.name == table }) else { return nil }
                return .noted(found)
            }
        }
        entries.removeAll { reading.place.isAtOrBehind($0.place) }
        for entry in entries { if let found = answer(entry) { return found } }
        var found: Answer?
        try read(reading, to: end) { entry in
            found = answer(entry)
            return found == nil
        }
        return found ?? .unchanged
    }

    /// - Parameter isUnanswered: of what has been found; then it is read on.
    private func read(_ reading: ReadingPlace, to end: BinlogPosition, _ isUnanswered: (Entry) -> Bool) throws {
        if let reached, reached.isAtOrBehind(end) { return }
        var start = reading.transaction
        if let reached, reached.isAtOrBehind(start) { start = reached } else { entries.removeAll() }
        var (last, notes) = (start, Notes())
        if !start.isAtOrBehind(end) {
            try LogScan(context, as: "definitions").read(from: start, to: end) { event, _, place in
                guard let found = try find(event, &notes), !reading.place.isAtOrBehind(place.position) else {
                    if event.endsGroup { last = place.position }
                    return true
                }
                let entry = Entry(place: place.position, found: found)
                entries.append(entry)
                // A statement ends its group, and a note's group ends behind it.
                if case .redefined = found { last = place.position }
                if isUnanswered(entry) { return true }
                // The next reading begins with the group again.
                entries.removeAll { $0.place.isBehind(last) }
                return false
            }
        }
        reached = last
    }

    /// Maps of the tables in which tasks note their statements.
    private struct Notes { var maps: [UInt64: TableMap] = [:] }

    private func find(_ event: Event, _ notes: inout Notes) throws -> Found? {
        switch event {
        case .query(let query):
            guard let found = query.definition(on: context.sourceProfile) else { return nil }
            if let statement = found.statement, !found.isDoubtful {
                if statement.kind.verb == .drop, let database = statement.database {
                    return databases.contains(database) ? .redefined(tables: [], database: database) : nil
                }
                let tables = statement.redefinedTables.filter { databases.contains($0.database) }
                return tables.isEmpty ? nil : .redefined(tables: tables, database: nil)
            }
            return [.table, .database].contains(found.kind.object) ? .redefined(tables: [], database: nil) : nil
        case .formatDescription:
            // A server that was begun anew counts tables anew.
            notes.maps.removeAll()
            return nil
        case .tableMap(let map):
            notes.maps[map.tableID] = map.database == metadataDatabase && map.table == "statement" ? map : nil
            return nil
        case .rows(let rows):
            guard let map = notes.maps[rows.tableID], map.columns.count > StatementColumn.definitions else { return nil }
            var found: Found?
            var cursor = try RowCursor(rows, layout: try RowLayout(map))
            while try cursor.next() {
                guard let note = cursor.after?.noted else { continue }
                let definitions = note.definitions.filter { databases.contains($0.name.database) }
                if !definitions.isEmpty { found = .noted(definitions, connection: note.connection) }
            }
            return found
        default: return nil
        }
    }
}

/// Where the reader is in the source's log.
package struct ReadingPlace: Sendable {
    /// Behind the event at hand.
    package var place: BinlogPosition
    /// Where its transaction begins: there the log can be read from by others.
    package var transaction: BinlogPosition

    package init(place: BinlogPosition, transaction: BinlogPosition) {
        self.place = place
        self.transaction = transaction
    }
}

extension BinlogPosition {
    fileprivate func isBehind(_ other: BinlogPosition) -> Bool { !other.isAtOrBehind(self) }
}

extension Event {
    /// Whether another event group may begin behind it.
    fileprivate var endsGroup: Bool {
        switch self {
        case .gtid, .mariaDBGTID, .tableMap, .rows, .rowsQuery: false
        case .query(let query): query.kind != .begin && query.kind != .xaStart
        default: true
        }
    }
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
