import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// The tables that a task's objects mean on the source now, with their sizes as the statistics have them.
struct SelectedTables {
    private(set) var tables: [LoadBoard.Waiting] = []

    /// - Throws: `unknown-database`, `unknown-table`.
    init(_ context: TaskContext, _ source: Session) throws {
        for database in context.objects.databases {
            guard let selection = context.objects.selection(database) else { continue }
            let (exists, estimates) = try context.attempt(.source, "reading the tables of \(database)") {
                (try SchemaReader(source).databaseExists(database), try Self.estimates(database, source))
            }
            guard exists else {
                throw Failure(
                    .unknownDatabase, "the source has no database \(database)",
                    remedy: "create it or take it out of the task's objects")
            }
            let names = selection.tables.map { $0.map(\.name) } ?? estimates.keys.sorted()
            for name in names {
                let table = TableName(database: database, table: name)
                guard let target = context.objects.target(of: table) else { continue }
                guard let estimate = estimates[name] else {
                    throw Failure(
                        .unknownTable, "the source has no table \(table)", remedy: "create it or take it out of the task's objects")
                }
                tables.append(LoadBoard.Waiting(source: table, target: target, estimate: estimate))
            }
        }
    }

    private static func estimates(_ database: String, _ source: Session) throws(MySQLError) -> [String: LoadBoard.Estimate] {
        let rows = try source.rows(
            """
            SELECT TABLE_NAME, TABLE_ROWS, AVG_ROW_LENGTH FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = \(quoteText(database)) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
            """)
        var result: [String: LoadBoard.Estimate] = [:]
        for row in rows {
            guard let name = row[0] else { continue }
            result[name] = LoadBoard.Estimate(
                rows: row[1].flatMap { UInt64($0) } ?? 0, rowLength: row[2].flatMap { UInt64($0) } ?? 0)
        }
        return result
    }
}
