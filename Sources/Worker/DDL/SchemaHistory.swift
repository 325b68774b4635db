package import SyncModel
import WorkerBinlog
package import WorkerSchema

/// One step of a task's schema history, kept on the target with the checkpoint that passes it.
package enum SchemaChange: Sendable, Hashable {
    /// The table has this definition from here on.
    case defined(TableName, TableDefinition)
    /// A statement has changed it, and no server has told yet what it is.
    case unclear(TableName)
    case dropped(TableName)
    /// A task that applies to the source is about to execute a definition statement there, on this connection.
    case statementOpened(task: String, OpenStatement)
    case statementClosed(task: String)
    /// Rows of the table came from the target: both sides write it.
    case shared(TableName)
    /// A statement on synced objects was passed over.
    case notCarried(UncarriedStatement)
    /// The log goes on in a file that the server began then, seconds since 1970: its name may come again after a reset.
    case fileBegun(String, at: UInt32)
}

/// A definition statement that another task brings to the source. A statement commits by itself, so its mark stands before
/// it, in a transaction of its own; the log gives the connection with both.
package struct OpenStatement: Sendable, Hashable {
    /// As far as the log tells it: the lower 32 bits.
    package var connection: UInt32
    /// Identities of the servers that the statement was born on or came through, comma separated.
    package var origins: String
    /// Where it ends in the log that the task reads it from, by file and offset.
    package var end: BinlogPosition

    package init(connection: UInt32, origins: String, end: BinlogPosition) {
        self.connection = connection
        self.origins = origins
        self.end = end
    }
}

/// The definitions of the source's tables at the place in the log that the reader has reached, as far as they are known.
///
/// It begins with what the source said at the task's start. A statement on a table that may have changed its columns makes the definition
/// unclear: nothing is concluded from its text but names of tables. Then a server that has executed it tells the definition anew, or the
/// rows name their columns themselves.
package final class SchemaHistory {
    private var tables: [TableName: Definition]
    /// Databases whose tables are followed, listed by the task or not.
    private let databases: Set<String>
    /// By the task that executes them.
    private var openStatements: [String: OpenStatement]
    /// Tables by these names that both sides write, now or at an earlier time.
    private var shared: Set<TableName>

    /// - Parameters:
    ///   - known: as last kept; nil for a table whose definition is not clear.
    ///   - shared: tables that both sides write.
    package init(
        _ known: [TableName: TableDefinition?], openStatements: [String: OpenStatement] = [:], shared: Set<TableName> = [], databases: [String]
    ) {
        tables = known.mapValues { $0.map { .known($0) } ?? .unclear(by: nil, before: nil) }
        self.databases = Set(databases)
        self.openStatements = openStatements
        self.shared = shared
    }

    package enum Definition {
        case known(TableDefinition)
        /// A statement has changed it, which this connection has executed (nil: not known which); before, it was what is given here.
        case unclear(by: UInt32?, before: TableDefinition?)
        /// No such table has been seen.
        case unknown
    }

    package func definition(of table: TableName) -> Definition { tables[table] ?? .unknown }

    /// Takes the effect of a statement.
    ///
    /// - Parameter connection: that has executed it, the lower 32 bits.
    /// - Returns: what has to be kept.
    package func follow(_ statement: DDLStatement, by connection: UInt32) -> [SchemaChange] {
        let changes = effects(of: statement).filter { change in
            switch change {
            case .defined(let name, _), .unclear(let name), .dropped(let name): databases.contains(name.database)
            case .statementOpened, .statementClosed, .shared, .notCarried, .fileBegun: true
            }
        }
        let before = statement.references.first.flatMap { last(of: $0.table) }
        for change in changes {
            take(change)
            if case .unclear(let name) = change { tables[name] = .unclear(by: connection, before: before) }
        }
        return changes
    }

    package func take(_ change: SchemaChange) {
        switch change {
        case .defined(let name, let definition): tables[name] = .known(definition)
        case .unclear(let name): tables[name] = .unclear(by: nil, before: last(of: name))
        case .dropped(let name): tables[name] = nil
        case .statementOpened(let task, let statement): openStatements[task] = statement
        case .statementClosed(let task): openStatements[task] = nil
        case .shared(let name): shared.insert(name)
        // Kept for people.
        case .notCarried, .fileBegun: break
        }
    }

    /// Takes what a task has noted of the tables that it has redefined, where no other statement on them has come since its own.
    ///
    /// - Parameter connection: that has executed the task's statement, the lower 32 bits.
    /// - Returns: what has to be kept.
    package func learn(_ definitions: [TableDefinition], by connection: UInt32) -> [SchemaChange] {
        let changes = definitions.filter { definition in
            guard databases.contains(definition.name.database), case .unclear(let other, _) = self.definition(of: definition.name) else { return false }
            return other == connection || other == nil && openStatement(connection: connection) != nil
        }.map { SchemaChange.defined($0.name, $0) }
        changes.forEach(take)
        return changes
    }

    package func isShared(_ table: TableName) -> Bool { shared.contains(table) }

    /// The statement that a task executes on this connection now; nil when it is a user's.
    package func openStatement(connection: UInt32) -> OpenStatement? {
        openStatements.values.first { $0.connection == connection }
    }

    /// The last definition that was known.
    private func last(of table: TableName) -> TableDefinition? {
        switch definition(of: table) {
        case .known(let definition): definition
        case .unclear(_, let before): before
        case .unknown: nil
        }
    }

    private func effects(of statement: DDLStatement) -> [SchemaChange] {
        guard let subject = statement.references.first?.table else {
            guard let database = statement.database, statement.kind.verb == .drop else { return [] }
            return tables.keys.filter { $0.database == database }.map { .dropped($0) }
        }
        switch (statement.kind.verb, statement.kind.object) {
        case (.create, .table):
            // IF NOT EXISTS on a table that is there does nothing.
            if statement.createsIfAbsent, tables[subject] != nil { return [] }
            return [.unclear(subject)]
        case (.alter, .table):
            if statement.onlyRenames { return renamed(statement) }
            if statement.leavesColumns { return [] }
            let result = statement.renamed.first?.new ?? subject
            return (result == subject ? [] : [.dropped(subject)]) + [.unclear(result)]
        case (.drop, .table): return statement.subjects.map { .dropped($0) }
        case (.rename, .table): return renamed(statement)
        default: return []
        }
    }

    private func renamed(_ statement: DDLStatement) -> [SchemaChange] {
        let renamed = statement.renamed
        let left = Set(renamed.map(\.old)).subtracting(renamed.map(\.new))
        return left.map { .dropped($0) }
            + renamed.map { table in
                guard case .known(var definition) = definition(of: table.old) else { return .unclear(table.new) }
                definition.name = table.new
                return .defined(table.new, definition)
            }
    }
}

extension DDLStatement {
    /// An ALTER TABLE that gives the table another name and nothing else.
    fileprivate var onlyRenames: Bool { alterItems.count == 1 && references.contains { $0.role == .newName } }
}
