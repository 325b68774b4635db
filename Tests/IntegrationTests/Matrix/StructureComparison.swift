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
        var result: [String] = []
        let tables = try await source.rows("SHOW FULL TABLES IN `\(database)` WHERE Table_type = 'BASE TABLE'").compactMap { $0[0] }
        for table in tables {
            let query = "SHOW CREATE TABLE `\(database)`.`\(table)`"
            let here = try await source.rows(query).first?[1] ?? ""
            let there = try await target.rows(query).first?[1] ?? ""
            let missing = Set(lines(here)).symmetricDifference(lines(there))
            if !missing.isEmpty { result.append("\(table): \(missing.sorted().joined(separator: " | "))") }
        }
        return result
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
            CHARACTER_MAXIMUM_LENGTH * (DATA_TYPE NOT IN ('json', 'longtext')), NUMERIC_SCALE, DATETIME_PRECISION,
            COALESCE(CHARACTER_SET_NAME, IF(DATA_TYPE = 'json', 'utf8mb4', NULL)), COLUMN_TYPE LIKE '%unsigned%', COLUMN_COMMENT,
            EXTRA LIKE '%INVISIBLE%', EXTRA LIKE '%VIRTUAL%', EXTRA LIKE '%STORED%', EXTRA LIKE '%auto_increment%', EXTRA LIKE '%on update%'
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE
        """

    private static let indexes = """
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE, SUB_PART, INDEX_TYPE
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE
        """
}
