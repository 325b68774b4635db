/// The tables of a family and all that is done to them.
///
/// One table holds all columns beside a number as its key, one all columns without a key, and further ones have the columns
/// in their primary keys.
struct MatrixScript: Sendable {
    private let family: MatrixFamily
    private let columns: [MatrixColumn]
    private let keys: [MatrixKeyTable]
    /// Enough for each value, and NULL, to stand in each column.
    private let rows: Range<Int>

    init(_ family: MatrixFamily) {
        self.family = family
        columns = family.columns
        keys = MatrixKeyTable.all(of: family)
        rows = 0..<(columns.map(\.values.count).max() ?? 0) + 1
    }

    var settings: String { "SET SESSION sql_mode = '\(family.sqlMode)'" }

    /// What the source holds when the task starts.
    var before: [String] {
        let list = columns.map { "\($0.quoted) \($0.type)" }.joined(separator: ", ")
        let tables = [
            "CREATE TABLE \(family.name) (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, \(list))",
            "CREATE TABLE \(family.name)_keyless (n INT, \(list))",
        ]
        return tables + [insert(into: family.name, at: 0), insert(into: family.name, at: 1000), insertKeyless(at: 0)]
            + keys.flatMap { [$0.create, $0.insert] }
    }

    /// Inserts, and updates from each value to the next.
    var forwards: [String] {
        [insert(into: family.name, at: 2000), insertKeyless(at: 1000)]
            + rows.map { "UPDATE \(family.name) SET \(assignments($0 + 1)) WHERE id = \($0)" }
            + rows.map { "UPDATE \(family.name)_keyless SET \(assignments($0 + 1)) WHERE n = \($0)" }
            + keys.map(\.touch)
    }

    /// Updates from each value to the one before, and deletions of loaded, inserted and updated rows. Keys move on by one.
    var backwards: [String] {
        rows.map { "UPDATE \(family.name) SET \(assignments($0)) WHERE id = \($0)" }
            + rows.map { "UPDATE \(family.name)_keyless SET \(assignments($0)) WHERE n = \($0)" }
            + [
                "DELETE FROM \(family.name) WHERE id >= 1000 AND id % 2 = 1", "DELETE FROM \(family.name)_keyless WHERE n % 2 = 1",
            ] + keys.flatMap(\.move)
    }

    // MARK: Conflicts

    /// A row for each column; the others stay empty, for a conflict's record holds them all.
    var beforeConflicts: [String] {
        columns.indices.map { "INSERT INTO \(family.name) (id, \(columns[$0].quoted)) VALUES (\(5000 + $0), \(columns[$0].value(0)))" }
    }

    /// On the target: each row differs in one column.
    var conflictsOnTarget: [String] {
        columns.indices.map { "UPDATE \(family.name) SET \(columns[$0].quoted) = \(columns[$0].value(1)) WHERE id = \(5000 + $0)" }
    }

    var conflictsOnSource: [String] { ["UPDATE \(family.name) SET n = n + 1 WHERE id >= 5000"] }

    /// The columns that differ, each with its table's name before it, by the table and key of its row.
    var conflicts: [String: String] {
        Dictionary(
            columns.indices.map { ("\(family.name).\(5000 + $0)", "\(family.name).\(columns[$0].name)") }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Statements

    private func values(_ row: Int) -> String { columns.map { $0.value(row) }.joined(separator: ", ") }

    private func assignments(_ row: Int) -> String {
        columns.map { "\($0.quoted) = \($0.value(row))" }.joined(separator: ", ") + ", n = n"
    }

    private func insert(into table: String, at start: Int) -> String {
        "INSERT INTO \(table) VALUES " + rows.map { "(\(start + $0), 0, \(values($0)))" }.joined(separator: ", ")
    }

    /// Each row twice: only one of two equal ones may go.
    private func insertKeyless(at start: Int) -> String {
        "INSERT INTO \(family.name)_keyless VALUES "
            + rows.flatMap { row in Array(repeating: "(\(start + row), \(values(row)))", count: 2) }.joined(separator: ", ")
    }
}
