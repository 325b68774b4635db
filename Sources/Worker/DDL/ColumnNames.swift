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

    static func columnNames(_ item: [SQLToken]) -> [ColumnNameChange] {
        var cursor = SQLCursor(item)
        guard let verb = cursor.next(), verb.kind == .word else { return [] }
        let isColumn = cursor.skip("COLUMN")
        _ = cursor.skip("IF", "EXISTS")
        switch verb.text.uppercased() {
        case "ADD": return addedColumns(item).compactMap { name(at: 0, of: $0) }.map { .added($0) }
        case "DROP":
            let rest = Array(item[cursor.index...])
            if !isColumn, rest.count > 1, isKeyOrConstraint(rest) { return [] }
            return cursor.columnName().map { [.dropped($0)] } ?? []
        case "MODIFY": return cursor.columnName().map { [.redefined($0)] } ?? []
        case "CHANGE":
            guard let old = cursor.columnName(), let new = cursor.columnName() else { return [] }
            return [old == new ? .redefined(old) : .renamed(old, to: new)]
        case "RENAME" where isColumn:
            guard let old = cursor.columnName(), cursor.skip("TO"), let new = cursor.columnName() else { return [] }
            return [.renamed(old, to: new)]
        default: return []
        }
    }

    static func name(at place: Int, of tokens: [SQLToken]) -> String? {
        var cursor = SQLCursor(tokens, at: place)
        return cursor.columnName()
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

extension SQLCursor {
    /// MariaDB takes a column's table and database before it.
    fileprivate mutating func columnName() -> String? {
        var name = next()?.identifier
        while name != nil, skip(punctuation: ".") { name = next()?.identifier }
        return name
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
