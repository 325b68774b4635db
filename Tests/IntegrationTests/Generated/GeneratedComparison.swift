import SyncMySQL
import TestSupport

/// Definitions and rows of all tables of both sides, columns that are not shown among them.
struct GeneratedComparison: Sendable {
    var a: TestServer
    var b: TestServer
    var databases: [String]

    /// For people; empty when all is equal.
    func differences() async throws -> [String] {
        let left = try await content(a)
        let right = try await content(b)
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

    private func content(_ server: TestServer) async throws -> [String: Content] {
        let databases = databases
        return try await server.withSession { session in
            var result: [String: Content] = [:]
            for table in try session.generatedTables(databases) {
                let name = GeneratedRows.quoted(table.database) + "." + GeneratedRows.quoted(table.name)
                let text = try session.rows("SHOW CREATE TABLE \(name)").first?[1] ?? ""
                let columns = table.columns.map { GeneratedRows.quoted($0.name) }.joined(separator: ", ")
                let rows = try session.rows("SELECT \(columns) FROM \(name)").map { $0.map { $0 ?? "NULL" }.joined(separator: " | ") }
                result[name] = Content(definition: text.replacing(#/ AUTO_INCREMENT=[0-9]+/#, with: ""), rows: rows.sorted())
            }
            return result
        }
    }
}
