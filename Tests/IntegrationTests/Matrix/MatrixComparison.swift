import SyncMySQL
import TestSupport

/// What differs between the tables of two databases, value by value and bit by bit.
struct MatrixComparison: Sendable {
    var source: TestServer
    var target: TestServer
    var database: String

    /// In words, each with its table and column; empty when both sides are equal.
    func differences() async throws -> [String] {
        var result: [String] = []
        for table in try await tables(source) {
            let columns = try await columns(source, table)
            let there = try await self.columns(target, table)
            guard columns.map(\.name) == there.map(\.name) else {
                result.append("\(table): the columns are \(columns.map(\.name)) and \(there.map(\.name))")
                continue
            }
            let left = try await rows(source, table, columns)
            let right = try await rows(target, table, there)
            if left.count != right.count { result.append("\(table): \(left.count) rows and \(right.count)") }
            for (index, column) in columns.enumerated() {
                let pairs = zip(left, right).filter { $0[index] != $1[index] }
                guard let (here, there) = pairs.first else { continue }
                let texts = [here[index], there[index]].map { ($0 ?? "NULL").prefix(100) }
                result.append("\(table).\(column.name) (\(column.type)) in \(pairs.count) rows: \(texts[0]) and \(texts[1])")
            }
        }
        return result
    }

    private struct Column: Sendable {
        var name: String
        var type: String
    }

    private func tables(_ server: TestServer) async throws -> [String] {
        try await server.rows(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)' AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1"
        ).compactMap { $0[0] }
    }

    private func columns(_ server: TestServer, _ table: String) async throws -> [Column] {
        try await server.rows(
            """
            SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = '\(table)' ORDER BY ORDINAL_POSITION
            """
        ).map { Column(name: $0[0] ?? "", type: ($0[1] ?? "").lowercased()) }
    }

    /// All rows as text, in an order that only their content decides.
    private func rows(_ server: TestServer, _ table: String, _ columns: [Column]) async throws -> [[String?]] {
        let list = columns.map { shown($0, on: server) }.joined(separator: ", ")
        let rows = try await server.rows("SELECT \(list) FROM `\(database)`.`\(table)`")
        return rows.sorted { left, right in
            for (a, b) in zip(left, right) where a != b { return (a ?? "") < (b ?? "") }
            return false
        }
    }

    /// Text that two values share only when they are the same.
    private func shown(_ column: Column, on server: TestServer) -> String {
        let name = "`\(column.name)`"
        return switch column.type {
        // With all their digits, and the sign of zero.
        case "float", "double": "CAST(\(name) * 1e0 AS CHAR)"
        case "bit": "CAST(\(name) AS UNSIGNED)"
        case "enum", "set": "CONCAT(HEX(\(name)), '#', CAST(\(name) AS UNSIGNED))"
        case "json" where server.kind == .mysql && source.kind == .mysql && target.kind == .mysql: Self.withTypes(name)
        case "json": "HEX(CAST(\(name) AS CHAR))"
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "timestamp", "time", "year", "uuid",
            "inet4", "inet6":
            "CAST(\(name) AS CHAR)"
        default: "HEX(\(name))"
        }
    }

    /// A document with the types of its values, which its text does not show.
    private static func withTypes(_ name: String) -> String {
        let parts = ["$**.*", "$**[*]"].map { path in
            """
            COALESCE((SELECT GROUP_CONCAT(JSON_TYPE(v) ORDER BY o) FROM JSON_TABLE(\(name), '\(path)'
                COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) x), '')
            """
        }
        return "CONCAT(JSON_STORAGE_SIZE(\(name)) > 0, JSON_TYPE(\(name)), \(parts.joined(separator: ", ")), HEX(CAST(\(name) AS CHAR)))"
    }
}
