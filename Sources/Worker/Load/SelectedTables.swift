package import SyncModel
package import SyncMySQL
package import WorkerSchema

/// The tables that a task's objects mean on the source now, with their sizes as the statistics have them.
package struct SelectedTables: Sendable {
    package struct Table: Sendable, Hashable {
        package var source: TableName
        package var target: TableName
        package var estimate: Estimate
        /// The default for its columns; empty when the server tells none.
        package var collation = ""
    }

    /// From the server's statistics.
    package struct Estimate: Sendable, Hashable {
        package var rows: UInt64 = 0
        package var rowLength: UInt64 = 0

        /// Statistics are what somebody says; they may be any numbers.
        var bytes: UInt64 {
            let product = rows.multipliedReportingOverflow(by: max(rowLength, 1))
            return product.overflow ? .max : product.partialValue
        }
    }

    package private(set) var tables: [Table] = []
    /// Databases and tables that are named in the objects but are not there, as failures.
    package private(set) var missing: [Failure] = []

    package init(_ objects: ObjectMap, _ source: Session) throws(MySQLError) {
        for database in objects.databases {
            guard let selection = objects.selection(database) else { continue }
            guard try SchemaReader(source).databaseExists(database) else {
                missing.append(
                    Failure(
                        .unknownDatabase,
                        "the source has no database \(database)",
                        remedy: "create it or take it out of the task's objects"
                    )
                )
                continue
            }
            let estimates = try Self.estimates(database, source)
            for name in selection.tables.map({ $0.map(\.name) }) ?? estimates.keys.sorted() {
                let table = TableName(database: database, table: name)
                guard let target = objects.target(of: table) else { continue }
                guard let estimate = estimates[name] else {
                    missing.append(
                        Failure(
                            .unknownTable,
                            "the source has no table \(table)",
                            remedy: "create it or take it out of the task's objects"
                        )
                    )
                    continue
                }
                tables.append(Table(source: table, target: target, estimate: estimate.rows, collation: estimate.collation))
            }
        }
    }

    private static func estimates(
        _ database: String, _ source: Session
    ) throws(MySQLError) -> [String: (rows: Estimate, collation: String)] {
        let rows = try source.rows(
            """
            SELECT TABLE_NAME, TABLE_ROWS, AVG_ROW_LENGTH, TABLE_COLLATION FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = \(quoteText(database)) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
            """
        )
        var result: [String: (rows: Estimate, collation: String)] = [:]
        for row in rows {
            guard let name = row[0] else { continue }
            // More than that no number in a message can be.
            let most: UInt64 = 1 << 50
            let estimate = Estimate(
                rows: min(row[1].flatMap { UInt64($0) } ?? 0, most), rowLength: min(row[2].flatMap { UInt64($0) } ?? 0, most))
            result[name] = (estimate, row[3] ?? "")
        }
        return result
    }
}
