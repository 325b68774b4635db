import SyncMySQL
import TestSupport

/// What differs between the definitions of a database's tables on both sides.
struct StructureComparison: Sendable {
    var source: TestServer
    var target: TestServer
    var database: String

    /// In words; empty when both sides are equal. Servers of one kind print the same statements; between kinds, columns
    /// and indexes are compared by what both say of them.
    func differences() async throws -> [String] {
        if source.kind == target.kind { return try await statements() }
        return try await listed(Self.columns) + listed(Self.indexes)
    }

    private func statements() async throws -> [String] {
        let here = try await statements(source)
        let there = try await statements(target)
        return Set(here.keys).union(there.keys).sorted().compactMap { table in
            let lines = Set(lines(here[table] ?? "")).symmetricDifference(lines(there[table] ?? ""))
            return lines.isEmpty ? nil : "\(table): \(lines.sorted().joined(separator: " | "))"
        }
    }

    private func statements(_ server: TestServer) async throws -> [String: String] {
        let database = database
        return try await server.withSession { session in
            let tables = try session.rows("SHOW FULL TABLES IN `\(database)` WHERE Table_type = 'BASE TABLE'").compactMap { $0[0] }
            return try Dictionary(
                uniqueKeysWithValues: tables.map { ($0, try session.rows("SHOW CREATE TABLE `\(database)`.`\($0)`").first?[1] ?? "") })
        }
    }

    /// The next number of a table is its own server's, and the way in which times are stored is no part of their type.
    private func lines(_ statement: String) -> [String] {
        statement.replacing(" /* mariadb-5.3 */", with: "").split(separator: "\n").map { line in
            line.split(separator: " ").filter { !$0.hasPrefix("AUTO_INCREMENT=") }.joined(separator: " ")
        }
    }

    private func listed(_ query: String) async throws -> [String] {
        let query = query.replacing("DATABASE", with: "'\(database)'")
        let here = try await source.rows(query).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
        let there = try await target.rows(query).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
        return Set(here).subtracting(there).sorted().map { "only on the source: \($0)" }
            + Set(there).subtracting(here).sorted().map { "only on the target: \($0)" }
    }

    /// MariaDB's JSON is a text; collations have other names.
    private static let columns = """
        SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE,
            CASE DATA_TYPE WHEN 'json' THEN 'longtext' WHEN 'geomcollection' THEN 'geometrycollection' ELSE DATA_TYPE END,
            IF(DATA_TYPE IN ('json', 'longtext'), 0, CHARACTER_MAXIMUM_LENGTH), NUMERIC_SCALE, DATETIME_PRECISION,
            COALESCE(CHARACTER_SET_NAME, IF(DATA_TYPE = 'json', 'utf8mb4', NULL)), COLUMN_TYPE LIKE '%unsigned%', COLUMN_COMMENT,
            EXTRA LIKE '%INVISIBLE%', EXTRA LIKE '%VIRTUAL%', EXTRA LIKE '%STORED%', EXTRA LIKE '%auto_increment%', EXTRA LIKE '%on update%'
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE
        """

    private static let indexes = """
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE, SUB_PART, INDEX_TYPE
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE
        """
}
