import SyncMySQL
import TestSupport

/// Definitions and rows of all tables and views of both sides, columns that are not shown among them.
struct GeneratedComparison: Sendable {
    var a: TestServer
    var b: TestServer
    var databases: [String]

    /// For people; empty when all is equal.
    func differences() async throws -> [String] {
        async let contentOfA = content(a)
        async let contentOfB = content(b)
        let (left, right) = try await (contentOfA, contentOfB)
        return Set(left.keys).union(right.keys).sorted().flatMap { name -> [String] in
            guard let one = left[name] else { return ["\(name) is only on B"] }
            guard let other = right[name] else { return ["\(name) is only on A"] }
            if one.definition != other.definition { return ["A: \(one.definition)", "B: \(other.definition)"] }
            if one.rows == other.rows { return [] }
            return [one.definition] + Self.lacking(one.rows, other.rows).map { "A: \($0)" }
                + Self.lacking(other.rows, one.rows).map { "B: \($0)" }
        }
    }

    private struct Content: Sendable {
        var definition: String
        var rows: [String]
    }

    private static func lacking(_ rows: [String], _ others: [String]) -> [String] {
        let others = Set(others)
        let lacking = rows.filter { !others.contains($0) }
        // Where it is only how often a row is there.
        return Array((lacking.isEmpty ? ["\(rows.count) rows"] : lacking).prefix(5))
    }

    /// Without what the target is meant to have otherwise.
    private static func plain(_ definition: String) -> String {
        definition.replacing(#/ AUTO_INCREMENT=[0-9]+/#, with: "").replacing(#/ENGINE ?= ?(MyISAM|MEMORY|Aria)/#, with: "ENGINE=InnoDB")
            .replacing(#/ (PAGE_CHECKSUM|TRANSACTIONAL)=[01]/#, with: "")
            // An engine's options beside another engine stand in a comment.
            .replacing(#/\/\* ((?:`\w+`='\w*' ?)+) \*\//#) { $0.output.1 }
            // What MySQL logs of CREATE TABLE … SELECT has them, and the table that it makes itself has not.
            .replacing(#/ COLLATE (latin1_swedish_ci|utf8mb4_0900_ai_ci|(utf8mb3|ucs2|utf16le|ascii)_general_ci)/#, with: "")
    }

    private func content(_ server: TestServer) async throws -> [String: Content] {
        let databases = databases
        return try await server.withPlainSession { session in
            var result: [String: Content] = [:]
            for table in try session.generatedTables(databases) {
                let name = GeneratedRows.quoted(table.database) + "." + GeneratedRows.quoted(table.name)
                let text = try session.rows("SHOW CREATE TABLE \(name)").first?[1] ?? ""
                let columns = table.columns.map { GeneratedRows.quoted($0.name) }.joined(separator: ", ")
                let rows = try session.rows("SELECT \(columns) FROM \(name)").map { $0.map { $0 ?? "NULL" }.joined(separator: " | ") }
                result[name] = Content(definition: Self.plain(text), rows: rows.sorted())
            }
            let views = try session.rows(
                """
                SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, IS_UPDATABLE, DEFINER, SECURITY_TYPE,
                (SELECT IF(s.MAXLEN = 1, 'utf8mb4', s.CHARACTER_SET_NAME) FROM information_schema.CHARACTER_SETS s
                 WHERE s.CHARACTER_SET_NAME = v.CHARACTER_SET_CLIENT), COLLATION_CONNECTION FROM information_schema.VIEWS v WHERE TABLE_SCHEMA IN (\(databases.map { "'\($0)'" }.joined(separator: ", ")))
                """)
            for view in views {
                let parts = view.map { $0 ?? "NULL" }
                result["view \(parts[0]).\(parts[1])"] = Content(definition: parts.joined(separator: " | "), rows: [])
            }
            let defaults = try session.rows(
                """
                SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
                WHERE SCHEMA_NAME IN (\(databases.map { "'\($0)'" }.joined(separator: ", ")))
                """)
            for database in defaults {
                let parts = database.map { $0 ?? "NULL" }
                result["database \(parts[0])"] = Content(definition: parts.joined(separator: " | "), rows: [])
            }
            return result
        }
    }
}
