import SyncMySQL
import TestSupport

/// A table as a server has it at the moment.
struct GeneratedTable: Sendable {
    struct Column: Sendable, Hashable {
        var name: String
        var type: String
        var isNullable: Bool
        var hasDefault: Bool
        var isGenerated: Bool
        var isInvisible: Bool
        var collation: String?

        var family: GeneratedValue.Family? { GeneratedValue.Family(type) }
    }

    var database: String
    var name: String
    var columns: [Column] = []
    /// Names of indexes and their columns, in the order of names.
    var indexes: [(name: String, isUnique: Bool, columns: [String])] = []
    var partitions: [String] = []
    var partitionMethod: String?
    var collation: String?
    var engine: String?
    /// An index has a part that is sorted backwards, which other engines than InnoDB pass over.
    var hasDescending = false
    /// Names of checks.
    var checks: [String] = []
    /// Names of foreign keys.
    var parents: [String] = []

    var primary: [String] { indexes.first { $0.name == "PRIMARY" }?.columns ?? [] }
    var stored: [Column] { columns.filter { !$0.isGenerated } }
    var isSolo: Bool { GeneratedNames.isSolo(name) }

    /// What a statement on it must not leave out.
    func isUnique(_ column: String) -> Bool { indexes.contains { $0.isUnique && $0.columns.contains(column) } }

    /// Columns that rows give values.
    var written: [Column] { stored.filter { $0.family != nil } }

    /// What tells two tables from each other but their names.
    var shape: [String] { columns.map { "\($0)" } + indexes.map { "\($0)" } + partitions + [collation ?? ""] }
}

extension TestServer {
    func generatedTables(_ databases: [String]) async throws -> [GeneratedTable] {
        try await withPlainSession { try $0.generatedTables(databases) }
    }
}

extension Session {
    /// All tables of these databases, in an order that does not depend on the server.
    func generatedTables(_ databases: [String]) throws(MySQLError) -> [GeneratedTable] {
        let places = databases.map { "'\($0)'" }.joined(separator: ", ")
        var tables: [[String]: GeneratedTable] = [:]
        let names = try rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COLLATION, ENGINE FROM information_schema.TABLES
            WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA IN (\(places))
            """)
        for row in names {
            tables[[row[0] ?? "", row[1] ?? ""]] = GeneratedTable(
                database: row[0] ?? "", name: row[1] ?? "", collation: row[2], engine: row[3])
        }
        let columns = try rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN (\(places)) ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
            """)
        for row in columns {
            let extra = (row[6] ?? "").uppercased()
            tables[[row[0] ?? "", row[1] ?? ""]]?.columns.append(
                GeneratedTable.Column(
                    name: row[2] ?? "", type: row[3] ?? "", isNullable: row[4] == "YES", hasDefault: row[5] != nil,
                    isGenerated: extra.contains(" GENERATED") && !extra.contains("DEFAULT_GENERATED"),
                    isInvisible: extra.contains("INVISIBLE"), collation: row[7]))
        }
        let indexes = try rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, COLLATION FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA IN (\(places)) ORDER BY TABLE_SCHEMA, TABLE_NAME, BINARY INDEX_NAME, SEQ_IN_INDEX
            """)
        for row in indexes {
            let table = [row[0] ?? "", row[1] ?? ""]
            let count = tables[table]?.indexes.count ?? 0
            if row[5] == "D" { tables[table]?.hasDescending = true }
            if count == 0 || tables[table]?.indexes[count - 1].name != row[2] {
                tables[table]?.indexes.append((name: row[2] ?? "", isUnique: row[3] == "0", columns: [row[4] ?? ""]))
            } else {
                tables[table]?.indexes[count - 1].columns.append(row[4] ?? "")
            }
        }
        let partitions = try rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, PARTITION_NAME, PARTITION_METHOD FROM information_schema.PARTITIONS
            WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA IN (\(places))
            ORDER BY TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION
            """)
        for row in partitions {
            tables[[row[0] ?? "", row[1] ?? ""]]?.partitions.append(row[2] ?? "")
            tables[[row[0] ?? "", row[1] ?? ""]]?.partitionMethod = row[3]
        }
        let constraints = try rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE FROM information_schema.TABLE_CONSTRAINTS
            WHERE CONSTRAINT_TYPE IN ('CHECK', 'FOREIGN KEY') AND TABLE_SCHEMA IN (\(places))
            ORDER BY TABLE_SCHEMA, TABLE_NAME, BINARY CONSTRAINT_NAME
            """)
        for row in constraints {
            let table = [row[0] ?? "", row[1] ?? ""]
            if row[3] == "CHECK" { tables[table]?.checks.append(row[2] ?? "") } else { tables[table]?.parents.append(row[2] ?? "") }
        }
        return tables.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
}
