package import SyncModel
import WorkerBinlog
package import WorkerSchema

/// One step of a task's schema history, kept on the target with the checkpoint that passes it.
package enum SchemaChange: Sendable, Hashable {
    /// The table has this definition from here on.
    case defined(TableName, TableDefinition)
    /// It has one that could not be understood: rows have to name their columns themselves.
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

/// The definitions of the source's tables at the place in the log that the reader has reached.
///
/// It begins with what the source said at the task's start and follows every definition statement in the log since. What
/// the log says of its rows (``TableMap``) is checked against it; a difference stops the task.
package final class SchemaHistory {
    private var tables: [TableName: Definition]
    private let isMariaDB: Bool
    /// Databases whose tables are followed, listed by the task or not.
    private let databases: Set<String>
    /// Default character sets of databases.
    private var characterSets: [String: String]
    /// By the task that executes them.
    private var openStatements: [String: OpenStatement]
    /// Tables by these names that both sides write, now or at an earlier time.
    private var shared: Set<TableName>

    /// - Parameters:
    ///   - known: as last kept; nil for a table whose definition is not clear.
    ///   - shared: tables that both sides write.
    package init(
        _ known: [TableName: TableDefinition?],
        openStatements: [String: OpenStatement] = [:],
        shared: Set<TableName> = [],
        databases: [String],
        characterSets: [String: String],
        isMariaDB: Bool
    ) {
        tables = known.mapValues { $0.map { .known($0) } ?? .unclear }
        self.databases = Set(databases)
        self.characterSets = characterSets
        self.openStatements = openStatements
        self.shared = shared
        self.isMariaDB = isMariaDB
    }

    package enum Definition {
        case known(TableDefinition)
        case unclear
        /// No such table has been seen.
        case unknown
    }

    package func definition(of table: TableName) -> Definition {
        tables[table] ?? .unknown
    }

    /// Takes the effect of a statement.
    ///
    /// - Returns: what has to be kept.
    package func follow(_ statement: DDLStatement) -> [SchemaChange] {
        let changes = effects(of: statement).filter { change in
            switch change {
            case .defined(let name, _), .unclear(let name), .dropped(let name): databases.contains(name.database)
            case .statementOpened, .statementClosed, .shared, .notCarried, .fileBegun: true
            }
        }
        for change in changes { take(change) }
        return changes
    }

    package func take(_ change: SchemaChange) {
        switch change {
        case .defined(let name, let definition): tables[name] = .known(definition)
        case .unclear(let name): tables[name] = .unclear
        case .dropped(let name): tables[name] = nil
        case .statementOpened(let task, let statement): openStatements[task] = statement
        case .statementClosed(let task): openStatements[task] = nil
        case .shared(let name): shared.insert(name)
        // Kept for people.
        case .notCarried, .fileBegun: break
        }
    }

    package func isShared(_ table: TableName) -> Bool { shared.contains(table) }

    /// The statement that a task executes on this connection now; nil when it is a user's.
    package func openStatement(connection: UInt32) -> OpenStatement? {
        openStatements.values.first { $0.connection == connection }
    }

    private func effects(of statement: DDLStatement) -> [SchemaChange] {
        guard let subject = statement.references.first?.table else { return database(statement) }
        switch (statement.kind.verb, statement.kind.object) {
        case (.create, .table): return [created(statement, subject)]
        case (.alter, .table): return altered(statement, subject)
        case (.drop, .table): return statement.subjects.map { .dropped($0) }
        case (.rename, .table): return renamed(statement)
        default: return []
        }
    }

    private func database(_ statement: DDLStatement) -> [SchemaChange] {
        guard let database = statement.database else { return [] }
        if statement.kind.verb == .drop { return tables.keys.filter { $0.database == database }.map { .dropped($0) } }
        if let set = ColumnChanges.characterSet(in: statement.tokens) { characterSets[database] = set }
        return []
    }

    private func created(_ statement: DDLStatement, _ subject: TableName) -> SchemaChange {
        if statement.tokens.contains(where: { $0.isWord("EXISTS") }),
            case .known(let definition) = definition(of: subject)
        {
            // IF NOT EXISTS on a table that is there does nothing.
            return .defined(subject, definition)
        }
        if let model = statement.references.first(where: { $0.role == .model })?.table {
            guard case .known(var definition) = definition(of: model) else { return .unclear(subject) }
            definition.name = subject
            for place in definition.columns.indices { definition.columns[place].origin = nil }
            return .defined(subject, definition)
        }
        do {
            return .defined(
                subject,
                try ColumnChanges(isMariaDB: isMariaDB).created(
                    subject,
                    Array(statement.tokens[statement.body...]),
                    characterSet: characterSets[subject.database]
                )
            )
        } catch {
            return .unclear(subject)
        }
    }

    private func altered(_ statement: DDLStatement, _ subject: TableName) -> [SchemaChange] {
        let newName = statement.references.first { $0.role == .newName }?.table
        let result = newName ?? subject
        var changes: [SchemaChange] = newName.map { $0 == subject ? [] : [.dropped(subject)] } ?? []
        guard case .known(let before) = definition(of: subject) else { return changes + [.unclear(result)] }
        do {
            var after = try ColumnChanges(isMariaDB: isMariaDB).altered(
                before,
                Array(statement.tokens[statement.body...])
            )
            ColumnChanges.settleNames(&after)
            after.name = result
            changes.append(.defined(result, after))
        } catch {
            changes.append(.unclear(result))
        }
        return changes
    }

    private func renamed(_ statement: DDLStatement) -> [SchemaChange] {
        // One after the other, as the server does: `a TO x, b TO a, x TO b`.
        var moved: [TableName: Definition] = [:]
        var old: TableName?
        for reference in statement.references {
            if reference.role == .subject { old = reference.table }
            guard reference.role == .newName, let from = old else { continue }
            switch moved[from] ?? definition(of: from) {
            case .known(var definition):
                definition.name = reference.table
                moved[reference.table] = .known(definition)
            case .unclear, .unknown: moved[reference.table] = .unclear
            }
            moved[from] = .unknown
        }
        return moved.map { table, definition in
            switch definition {
            case .known(let definition): .defined(table, definition)
            case .unclear: .unclear(table)
            case .unknown: .dropped(table)
            }
        }
    }
}
