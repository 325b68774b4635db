package import SyncModel

/// Which columns of a table are synced, and what they are called on the target.
package struct ColumnMap: Sendable, Hashable {
    /// In lower case; nil: all.
    private let selected: Set<String>?
    /// By the source's name in lower case.
    private let names: [String: String]

    /// All columns by their own names.
    package static let all = ColumnMap(TableSelection(name: ""))

    package init(_ table: TableSelection) {
        selected = table.columns.map { Set($0.map { $0.lowercased() }) }
        names = Dictionary((table.rename ?? [:]).map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            .filter { $0.key != $0.value }
    }

    /// Whether all columns are synced by their own names.
    package var isIdentity: Bool { selected == nil && names.isEmpty }

    /// Whether columns are left out.
    package var isPartial: Bool { selected != nil }

    /// Names on the source and on the target of columns that have another one there, in lower case.
    package var renamed: Set<String> { Set(names.keys).union(names.values.map { $0.lowercased() }) }

    /// Names that the task's file gives, in lower case.
    package var named: Set<String> { (selected ?? []).union(names.keys) }

    /// The target's name of a column of the source; nil when it is left out.
    package func target(of column: String) -> String? {
        let folded = column.lowercased()
        if let selected, !selected.contains(folded) { return nil }
        return names[folded] ?? column
    }

    /// The source's table as the target should have it: with these columns, by these names. Keys over columns that are left
    /// out go with them.
    package func applied(to table: TableDefinition) -> TableDefinition {
        if isIdentity { return table }
        var result = table
        result.columns = table.columns.compactMap { column in
            guard let name = target(of: column.name) else { return nil }
            var column = column
            column.name = name
            return column
        }
        result.indexes = table.indexes.compactMap { index in
            var index = index
            let mapped = index.columns.map { $0.flatMap { target(of: $0) } }
            // A part that is an expression names no column here.
            guard zip(index.columns, mapped).allSatisfy({ ($0 == nil) == ($1 == nil) }) else { return nil }
            index.columns = mapped
            return index
        }
        return result
    }

    /// Why the columns cannot be synced like this; nil: they can.
    package func obstacle(in table: TableDefinition) -> String? {
        let present = Set(table.columns.map { $0.name.lowercased() })
        let unknown = named.subtracting(present).sorted()
        if !unknown.isEmpty { return "it has no column \(unknown.joined(separator: ", "))" }
        let key = (table.keyColumns ?? []).map { table.columns[$0].name }.filter { target(of: $0) == nil }
        if !key.isEmpty { return "\(key.joined(separator: ", ")) belongs to its key and cannot be left out: rows are recognised by it" }
        let targets = table.columns.compactMap { target(of: $0.name)?.lowercased() }
        if let twice = targets.first(where: { name in targets.count { $0 == name } > 1 }) {
            return "two columns would be called \(twice) on the target"
        }
        return nil
    }
}
