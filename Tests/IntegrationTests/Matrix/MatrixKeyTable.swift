/// A table with columns under test in its primary key, and what is done to it.
struct MatrixKeyTable: Sendable {
    private let name: String
    private let columns: [MatrixColumn]
    private let key: MatrixColumn.Key
    /// Rows; a column with fewer values has them several times.
    private let count: Int

    private init(_ name: String, _ columns: [MatrixColumn], _ key: MatrixColumn.Key) {
        self.name = name
        self.columns = columns
        self.key = key
        count = columns.map(\.values.count).max() ?? 0
    }

    /// Columns that are a key by themselves have a table each; the others share some.
    static func all(of family: MatrixFamily) -> [MatrixKeyTable] {
        let alone = family.columns.filter { $0.key == .alone }.map { MatrixKeyTable("\(family.name)_by_\($0.name)", [$0], .alone) }
        let shared = [MatrixColumn.Key.numbered, .prefix].flatMap { key in
            let columns = family.columns.filter { $0.key == key }
            // No key has more than sixteen parts, or 3072 bytes.
            return stride(from: 0, to: columns.count, by: 8).map { start in
                MatrixKeyTable("\(family.name)_\(key)_\(start)", Array(columns[start..<min(start + 8, columns.count)]), key)
            }
        }
        return alone + shared
    }

    var create: String {
        let list = columns.map { "\($0.quoted) \($0.type.replacing(" NULL", with: "")) NOT NULL" }
        let parts = columns.map { key == .prefix ? "\($0.quoted)(10)" : $0.quoted } + (key == .alone ? [] : ["i"])
        return "CREATE TABLE \(name) (\(list.joined(separator: ", ")), i INT, n INT, PRIMARY KEY (\(parts.joined(separator: ", "))))"
    }

    var insert: String {
        "INSERT INTO \(name) VALUES " + (0..<count).map { "(\(values($0)), \($0), \($0))" }.joined(separator: ", ")
    }

    /// Changes each row, but not its key.
    var touch: String { "UPDATE \(name) SET n = n + 100" }

    /// Moves each key on to the next row; no two rows are equal meanwhile.
    var move: [String] {
        ["DELETE FROM \(name) WHERE i = \(count - 1)"]
            + (0..<count - 1).reversed().map { row in
                "UPDATE \(name) SET \(columns.map { "\($0.quoted) = \(value($0, row + 1))" }.joined(separator: ", ")) WHERE i = \(row)"
            } + ["INSERT INTO \(name) VALUES (\(values(0)), \(count - 1), -1)"]
    }

    private func values(_ row: Int) -> String { columns.map { value($0, row) }.joined(separator: ", ") }

    private func value(_ column: MatrixColumn, _ row: Int) -> String { column.values[row % column.values.count] }
}
