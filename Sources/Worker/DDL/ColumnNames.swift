import WorkerBinlog

/// What an item of an ALTER TABLE does to the names of a table's columns.
///
/// Of columns a statement's text tells names and nothing else: where they stand and what they are only a server knows.
package enum ColumnNameChange: Sendable, Hashable {
    case added(String)
    case dropped(String)
    case renamed(String, to: String)
    /// Defined anew under the name that it has.
    case redefined(String)
}

extension DDLStatement {
    /// What the statement does to names of columns, in its order. Empty for anything but ALTER TABLE.
    package var columnNames: [ColumnNameChange] { alterItems.flatMap(Self.columnNames) }

    /// The first of these columns that the statement adds, drops, renames or defines anew; nil: none.
    ///
    /// - Parameter columns: in lower case.
    package func redefined(_ columns: Set<String>) -> String? {
        for item in alterItems {
            if item.first?.isWord("CONVERT") == true { return "the character set" }
            let names = Self.columnNames(item).flatMap(\.names).map { $0.lowercased() }
            if let name = names.first(where: columns.contains) { return "column \(name)" }
        }
        return nil
    }

    /// Whether any of these names stands in the statement.
    ///
    /// - Parameter names: in lower case.
    package func mentions(_ names: Set<String>) -> Bool {
        tokens.contains { $0.kind != .string && $0.identifier.map { names.contains($0.lowercased()) } ?? false }
    }

    /// The items of an ALTER TABLE; none for another statement.
    var alterItems: [[SQLToken]] {
        guard kind.verb == .alter, kind.object == .table, body < tokens.count else { return [] }
        return Array(tokens[body...]).items
    }

    /// Columns that an item adds, each with its name first.
    static func addedColumns(_ item: [SQLToken]) -> [[SQLToken]] {
        var cursor = SQLCursor(item)
        guard cursor.skip("ADD") else { return [] }
        let isColumn = cursor.skip("COLUMN")
        if !isColumn, isKeyOrConstraint(Array(item.dropFirst())) { return [] }
        _ = cursor.skip("IF", "NOT", "EXISTS")
        if let list = cursor.parenthesis() { return list.items.filter { !isKeyOrConstraint($0) } }
        return [Array(item[cursor.index...])]
    }

    private static func columnNames(_ item: [SQLToken]) -> [ColumnNameChange] {
        var cursor = SQLCursor(item)
        guard let verb = cursor.next(), verb.kind == .word else { return [] }
        let isColumn = cursor.skip("COLUMN")
        _ = cursor.skip("IF", "EXISTS")
        let rest = Array(item[cursor.index...])
        let name = rest.first?.identifier
        switch verb.text.uppercased() {
        case "ADD": return addedColumns(item).compactMap { $0.first?.identifier }.map { .added($0) }
        case "DROP":
            if !isColumn, rest.count > 1, isKeyOrConstraint(rest) { return [] }
            return name.map { [.dropped($0)] } ?? []
        case "MODIFY": return name.map { [.redefined($0)] } ?? []
        case "CHANGE":
            guard let name, rest.count > 1, let new = rest[1].identifier else { return [] }
            return [name == new ? .redefined(name) : .renamed(name, to: new)]
        case "RENAME" where isColumn:
            guard let name, rest.count > 2, rest[1].isWord("TO"), let new = rest[2].identifier else { return [] }
            return [.renamed(name, to: new)]
        default: return []
        }
    }

    /// Whether what follows ADD or DROP is another part of a table than a column.
    private static func isKeyOrConstraint(_ item: [SQLToken]) -> Bool {
        guard let first = item.first, first.kind == .word else { return false }
        switch first.text.uppercased() {
        case "PRIMARY", "KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK", "PARTITION", "SYSTEM": return true
        // These may be names of columns; then a type follows.
        case "VECTOR": return item.count > 1 && (item[1].isWord("INDEX") || item[1].isWord("KEY"))
        case "PERIOD": return item.count > 1 && item[1].isWord("FOR")
        default: return false
        }
    }
}

extension ColumnNameChange {
    fileprivate var names: [String] {
        switch self {
        case .added(let name), .dropped(let name), .redefined(let name): [name]
        case .renamed(let old, let new): [old, new]
        }
    }
}
