package import SyncMySQL

/// Definitions of one server's tables, read many at a time and kept until somebody says that they may be others.
///
/// To ask a server for one table costs as much as to ask it for a hundred. A database of which several tables have been
/// asked for is therefore read as a whole, and what a statement has redefined is read again by itself.
///
/// Used on one thread.
package final class DefinitionCatalog {
    /// From the next one on, a database is read as a whole.
    private static let singleReadings = 4

    private struct Database {
        var tables: [String: TableDefinition] = [:]
        /// Looked for and not there.
        var missing: Set<String> = []
        /// It was read as a whole.
        var isWhole = false
        /// Of a whole database: tables that are to be read again.
        var stale: Set<String> = []
        var readings = 0
    }

    private var databases: [String: Database] = [:]
    /// Counts the times that the server was asked: who has the same number before and after has got what was known before.
    package private(set) var readings = 0

    package init() {}

    /// A table as the server had it when it was last read.
    ///
    /// - Parameter session: of what was read before, the server is asked for nothing.
    /// - Returns: nil when there is no such base table.
    package func table(_ name: TableName, _ session: Session) throws(MySQLError) -> TableDefinition? {
        var database = databases[name.database] ?? Database()
        let key = name.table
        if database.tables[key] != nil || database.missing.contains(key), !database.stale.contains(key) { return database.tables[key] }
        let reader = SchemaReader(session)
        readings += 1
        if database.isWhole, database.stale.contains(key), database.stale.count <= 200 {
            let found = try reader.tables(named: database.stale.sorted(), in: name.database)
            for table in database.stale { database.tables[table] = nil }
            for definition in found { database.tables[definition.name.table] = definition }
            database.stale = []
        } else if !database.isWhole && database.readings >= Self.singleReadings || database.stale.contains(key) {
            database = Database(readings: database.readings)
            for definition in try reader.definitions(in: name.database) { database.tables[definition.name.table] = definition }
            database.isWhole = true
        }
        if database.tables[key] == nil {
            // A server with lower_case_table_names knows it by other letters.
            database.readings += 1
            database.tables[key] = try reader.table(name)
            if database.tables[key] == nil { database.missing.insert(key) }
        }
        databases[name.database] = database
        return database.tables[key]
    }

    /// These tables may be others than they were, or there or not.
    package func forget(_ tables: some Sequence<TableName>) {
        for name in tables {
            guard databases[name.database] != nil else { continue }
            databases[name.database]?.missing.remove(name.table)
            if databases[name.database]?.isWhole == true {
                databases[name.database]?.stale.insert(name.table)
            } else {
                databases[name.database]?.tables[name.table] = nil
            }
        }
    }

    /// All tables of a database may be others.
    package func forget(database: String) { databases[database] = nil }

    /// Everything may be other than it was.
    package func forgetAll() { databases.removeAll() }
}
