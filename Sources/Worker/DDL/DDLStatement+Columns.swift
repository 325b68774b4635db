import WorkerBinlog
import WorkerSchema

/// Which columns an ALTER TABLE is about.
extension DDLStatement {
    /// The first of these columns that the statement adds, drops, renames or defines anew; nil: none.
    ///
    /// - Parameter columns: in lower case.
    package func redefined(_ columns: Set<String>) -> String? {
        guard kind.verb == .alter, kind.object == .table, body < tokens.count else { return nil }
        for item in Array(tokens[body...]).items {
            if item.first?.isWord("CONVERT") == true { return "the character set" }
            if let name = Self.defined(in: item).first(where: columns.contains) { return "column \(name)" }
        }
        return nil
    }

    /// Whether any of these names stands in the statement.
    ///
    /// - Parameter names: in lower case.
    package func mentions(_ names: Set<String>) -> Bool {
        tokens.contains { $0.kind != .string && $0.identifier.map { names.contains($0.lowercased()) } ?? false }
    }

    /// Names of columns, in lower case, that one item of an ALTER TABLE is about.
    private static func defined(in item: [SQLToken]) -> [String] {
        var cursor = SQLCursor(item)
        guard let verb = cursor.next() else { return [] }
        let isColumn = cursor.skip("COLUMN")
        _ = cursor.skip("IF", "EXISTS")
        _ = cursor.skip("IF", "NOT", "EXISTS")
        let rest = Array(item[cursor.index...])
        switch verb.text.uppercased() {
        case "ADD":
            if !isColumn, ColumnChanges.isKeyOrConstraint(rest) { return [] }
            if let list = cursor.parenthesis() { return list.items.compactMap { $0.first?.identifier?.lowercased() } }
            return rest.prefix(1).compactMap { $0.identifier?.lowercased() }
        case "DROP":
            if !isColumn, ColumnChanges.isKeyOrConstraint(rest) || rest.first?.isWord("PARTITION") == true { return [] }
            return rest.prefix(1).compactMap { $0.identifier?.lowercased() }
        case "MODIFY": return rest.prefix(1).compactMap { $0.identifier?.lowercased() }
        case "CHANGE": return rest.prefix(2).compactMap { $0.identifier?.lowercased() }
        case "RENAME" where isColumn: return rest.compactMap { $0.identifier?.lowercased() }
        default: return []
        }
    }
}
