import SyncModel
import SyncMySQL
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
        var defaults: ColumnDefaults
    }

    struct View: Sendable {
        var name: TableName
        var statement: String
        /// Character set in which it was written; the server prints it in the same.
        var characterSet: String
        /// Collation of the connection that made it; literals in it have this one.
        var collation: String
    }

    private(set) var databases: [Database] = []
    private(set) var tables: [Table] = []
    private(set) var views: [View] = []
    private(set) var routines: [RoutineSource.Routine] = []

    /// Names that are not there, as failures.
    private(set) var missing: [Failure] = []

    /// - Parameter pass: called between tables; may throw to end the reading.
    init(_ objects: ObjectMap, _ source: Session, pass: () throws -> Void = {}) throws {
        // SHOW CREATE gives text for people, in the character set of the session.
        try source.execute("SET NAMES utf8mb4")
        // MySQL takes its own text for UTF-8 of three bytes: converted, longer characters in expressions would be lost.
        try source.execute("SET SESSION character_set_results = NULL")
        let selected = try SelectedTables(objects, source)
        missing = selected.missing
        for database in objects.databases {
            guard let selection = objects.selection(database), try SchemaReader(source).databaseExists(database) else {
                continue
            }
            let collation = try source.value(
                "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(quoteText(database))"
            )
            databases.append(Database(name: database, collation: collation ?? ""))
            try readViews(database, selection, source)
        }
        let found = try RoutineSource(objects, source)
        routines = found.routines
        missing += found.missing
        let profile = try ServerProfile(source)
        let catalog = DefinitionCatalog()
        for table in selected.tables {
            try pass()
            guard let definition = try catalog.table(table.source, source) else { continue }
            try read(definition, table.collation, source, profile)
        }
    }

    /// What concerns these objects only, of which there may be fewer by now.
    ///
    /// - Parameter newDatabases: those whose procedures and functions are wanted, too.
    func only(_ objects: Set<TableName>, newDatabases: Set<String>) -> StructureSource {
        var some = self
        let names = newDatabases.union(objects.map(\.database))
        some.databases = databases.filter { names.contains($0.name) }
        some.tables = tables.filter { objects.contains($0.definition.name) }
        some.views = views.filter { objects.contains($0.name) }
        some.routines = routines.filter { newDatabases.contains($0.database) }
        some.missing = []
        return some
    }

    private mutating func read(
        _ definition: TableDefinition, _ collation: String, _ source: Session, _ profile: ServerProfile
    ) throws(MySQLError) {
        let statement: String
        do {
            guard let text = try source.rows("SHOW CREATE TABLE \(definition.name.quoted)").first?[1] else { return }
            statement = text
        } catch {
            // Dropped since the list was read: the log will say so.
            guard error.code == .unknownTable else { throw error }
            return
        }
        let defaults = try ColumnDefaults(definition, statement, source, profile)
        tables.append(Table(definition: definition, collation: collation, statement: statement, defaults: defaults))
    }

    private mutating func readViews(_ database: String, _ selection: ObjectSelection, _ source: Session)
        throws(MySQLError)
    {
        let all = try SchemaReader(source).views(in: database)
        let wanted = selection.views ?? (selection.tables == nil ? all : [])
        if wanted.isEmpty { return }
        // In its own database a view is printed without the database's name.
        try source.execute("USE \(quoteIdentifier(database))")
        for view in wanted {
            guard all.contains(view) else {
                missing.append(
                    Failure(
                        .unknownTable,
                        "the source has no view \(database).\(view)",
                        remedy: "create it or take it out of the task's objects"
                    )
                )
                continue
            }
            guard let row = try source.rows("SHOW CREATE VIEW \(quoteIdentifier(view))").first, let statement = row[1]
            else { continue }
            views.append(
                View(
                    name: TableName(database: database, table: view),
                    statement: statement,
                    characterSet: row.count > 2 ? row[2] ?? "" : "",
                    collation: row.count > 3 ? row[3] ?? "" : ""
                )
            )
        }
    }
}
