import SyncMySQL
import TestSupport

/// What differs between the tables of two databases, value by value and bit by bit.
struct MatrixComparison: Sendable {
    var source: TestServer
    var target: TestServer
    var database: String

    /// In words, each with its table and column; empty when both sides are equal.
    func differences() async throws -> [String] {
        async let left = tables(source)
        async let right = tables(target)
        let (here, there) = (try await left, try await right)
        var result = Set(there.keys).subtracting(here.keys).map { "\($0) is only on the target" }
        for (name, table) in here {
            guard let other = there[name] else {
                result.append("\(name) is only on the source")
                continue
            }
            result += Self.differences(name, table, other)
        }
        return result.sorted()
    }

    private struct Table: Sendable {
        var columns: [Column]
        var rows: [[String?]]
    }

    private struct Column: Sendable {
        var name: String
        var type: String

        var isApproximate: Bool { type == "float" || type == "double" }
    }

    private static func differences(_ name: String, _ table: Table, _ other: Table) -> [String] {
        guard table.columns.map(\.name) == other.columns.map(\.name) else {
            return ["\(name): the columns are \(table.columns.map(\.name)) and \(other.columns.map(\.name))"]
        }
        var result: [String] = []
        if table.rows.count != other.rows.count { result.append("\(name): \(table.rows.count) rows and \(other.rows.count)") }
        for (index, column) in table.columns.enumerated() {
            let pairs = zip(table.rows, other.rows).filter { $0[index] != $1[index] }
            guard let (here, there) = pairs.first else { continue }
            let texts = [here[index], there[index]].map { ($0 ?? "NULL").prefix(100) }
            result.append("\(name).\(column.name) (\(column.type)) in \(pairs.count) rows: \(texts[0]) and \(texts[1])")
        }
        return result
    }

    // MARK: Reading

    private func tables(_ server: TestServer) async throws -> [String: Table] {
        let comparison = self
        return try await server.withSession { session in
            let place = "TABLE_SCHEMA = '\(comparison.database)'"
            let columns = try session.rows(
                """
                SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS JOIN information_schema.TABLES
                    USING (TABLE_SCHEMA, TABLE_NAME)
                WHERE \(place) AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME, ORDINAL_POSITION
                """)
            let byTable = Dictionary(grouping: columns) { $0[0] ?? "" }
            return try Dictionary(
                uniqueKeysWithValues: byTable.map { name, rows in
                    let columns = rows.map { Column(name: $0[1] ?? "", type: ($0[2] ?? "").lowercased()) }
                    return (name, Table(columns: columns, rows: try comparison.rows(session, name, columns, server.kind)))
                })
        }
    }

    /// All rows as text, in an order that only their content decides.
    private func rows(_ session: Session, _ table: String, _ columns: [Column], _ kind: ServerKind) throws -> [[String?]] {
        let list = columns.map { shown($0, on: kind) }.joined(separator: ", ")
        let rows = try session.rows("SELECT \(list) FROM `\(database)`.`\(table)`")
        let exact = rows.map { row in zip(row, columns).map { $1.isApproximate ? Self.bits($0) : $0 } }
        return exact.sorted { left, right in
            for (a, b) in zip(left, right) where a != b { return (a ?? "") < (b ?? "") }
            return false
        }
    }

    /// Servers spell the same number differently.
    private static func bits(_ number: String?) -> String? {
        number.map { Double($0).map { "\($0.bitPattern) (\($0))" } ?? "no number: \($0)" }
    }

    /// Text that two values share only when they are the same.
    private func shown(_ column: Column, on kind: ServerKind) -> String {
        let name = "`\(column.name)`"
        return switch column.type {
        // With all their digits, and the sign of zero.
        case "float", "double": "\(name) * 1e0"
        case "bit": "CAST(\(name) AS UNSIGNED)"
        case "enum", "set": "CONCAT(HEX(\(name)), '#', CAST(\(name) AS UNSIGNED))"
        case "json" where source.kind == .mysql && target.kind == .mysql:
            "CONCAT(\(Self.types(name)), \(Self.digest("CAST(\(name) AS CHAR)")))"
        case "json": Self.digest("CAST(\(name) AS CHAR)")
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "timestamp", "time", "year", "uuid",
            "inet4", "inet6":
            "CAST(\(name) AS CHAR)"
        default: Self.digest(name)
        }
    }

    /// The bytes, or where they are many, how many they are and their hash.
    private static func digest(_ value: String) -> String {
        "IF(LENGTH(\(value)) > 600, CONCAT(LENGTH(\(value)), ' ', SHA2(CAST(\(value) AS BINARY), 256)), HEX(\(value)))"
    }

    /// The types of a document's values, which its text does not show.
    private static func types(_ name: String) -> String {
        let parts = ["$**.*", "$**[*]"].map { path in
            """
            COALESCE((SELECT GROUP_CONCAT(JSON_TYPE(v) ORDER BY o) FROM JSON_TABLE(\(name), '\(path)'
                COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) x), '')
            """
        }
        return "JSON_TYPE(\(name)), \(parts.joined(separator: ", "))"
    }
}
