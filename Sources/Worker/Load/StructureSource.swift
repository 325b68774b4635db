import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// The definitions of the selected objects, as the source has them now.
struct StructureSource: Sendable {
    struct Database: Sendable {
        var name: String
        var collation: String
    }

    struct Table: Sendable {
        var definition: TableDefinition
        var collation: String
        var statement: String
    }

    struct View: Sendable {
        var name: TableName
        var statement: String
        /// Collation of the connection that made it; literals in it have this one.
        var collation: String
    }

    private(set) var databases: [Database] = []
    private(set) var tables: [Table] = []
    private(set) var views: [View] = []

    /// - Throws: `unknown-database`, `unknown-table`.
    init(_ context: TaskContext, _ source: Session) throws {
        // SHOW CREATE gives text for people, in the character set of the session.
        try context.attempt(.source, "reading definitions") { try source.execute("SET NAMES utf8mb4") }
        let selected = try SelectedTables(context, source)
        for database in context.objects.databases {
            let collation = try context.attempt(.source, "reading the definition of \(database)") {
                try source.value("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(quoteText(database))")
            }
            databases.append(Database(name: database, collation: collation ?? ""))
            try readViews(database, context, source)
        }
        for table in selected.tables {
            try context.control.checkStop()
            tables.append(try Self.read(table.source, context, source))
        }
    }

    private static func read(_ name: TableName, _ context: TaskContext, _ source: Session) throws -> Table {
        try context.attempt(.source, "reading the definition of table \(name)") {
            let definition = try SchemaReader(source).table(name)
            let collation = try source.value(
                """
                SELECT TABLE_COLLATION FROM information_schema.TABLES
                WHERE TABLE_SCHEMA = \(quoteText(name.database)) AND TABLE_NAME = \(quoteText(name.table))
                """)
            let row = try source.rows("SHOW CREATE TABLE \(name.quoted)").first
            guard let definition, let statement = row?[1] else {
                throw Failure(
                    .unknownTable, "the source has no table \(name)", remedy: "create it or take it out of the task's objects")
            }
            return Table(definition: definition, collation: collation ?? "", statement: statement)
        }
    }

    private mutating func readViews(_ database: String, _ context: TaskContext, _ source: Session) throws {
        guard let selection = context.objects.selection(database) else { return }
        let all = try context.attempt(.source, "reading the views of \(database)") { try SchemaReader(source).views(in: database) }
        let wanted = selection.views ?? (selection.tables == nil ? all : [])
        if wanted.isEmpty { return }
        for view in wanted where !all.contains(view) {
            throw Failure(
                .unknownTable, "the source has no view \(database).\(view)", remedy: "create it or take it out of the task's objects")
        }
        // In its own database a view is printed without the database's name.
        try context.attempt(.source, "reading the views of \(database)") { try source.execute("USE \(quoteIdentifier(database))") }
        for view in wanted {
            try context.attempt(.source, "reading the definition of view \(database).\(view)") {
                guard let row = try source.rows("SHOW CREATE VIEW \(quoteIdentifier(view))").first, let statement = row[1] else { return }
                views.append(
                    View(name: TableName(database: database, table: view), statement: statement, collation: row.count > 3 ? row[3] ?? "" : ""))
            }
        }
    }
}
