import SyncModel
import WorkerSchema

/// Leaves columns out of a CREATE TABLE, and gives others the names that they have on the target.
struct ColumnSelection {
    let table: TableTranslation

    private var columns: ColumnMap { table.columns }

    /// Keys and constraints over columns that are left out go with them; columns that depend on them cannot stay.
    func rewrite(_ parts: inout CreateTableStatement, _ leftOut: inout LeftOut) throws(Failure) {
        if columns.isIdentity { return }
        if let obstacle = columns.obstacle(in: table.source) { throw table.refusal(obstacle) }
        var items: [[DDLToken]] = []
        for item in parts.items {
            var item = item
            if let name = item.first?.name {
                guard columns.target(of: name) != nil else { continue }
                if let missing = rename(&item, in: item.indices) {
                    throw table.refusal("its column \(name) depends on \(missing), which is left out")
                }
            } else if let missing = rename(&item, in: own(item)) {
                guard !item.has("PRIMARY") else { throw table.refusal("\(missing) belongs to its primary key and cannot be left out") }
                leftOut.add("\(description(of: item)), which needs \(missing)")
                continue
            }
            items.append(item)
        }
        parts.items = items
        if let start = parts.options.place(of: "PARTITION", "BY") {
            for token in parts.options[start...] {
                let text = token.name ?? token.text
                guard table.source.index(ofColumn: text) != nil, columns.target(of: text) != text else { continue }
                throw table.refusal("its partitions depend on \(text), which is left out or has another name on the target")
            }
        }
    }

    /// Gives the columns that a foreign key refers to their names on the target.
    ///
    /// - Parameter start: behind the name of the table that it refers to.
    func rename(_ parent: TableName, in tokens: inout [DDLToken], from start: Int) throws(Failure) {
        let columns = table.map.columns(of: parent)
        guard !columns.isIdentity, start < tokens.count, tokens[start].isPunctuation("(") else { return }
        for place in start..<tokens.end(ofParenthesisAt: start) {
            guard let name = tokens[place].name else { continue }
            guard let there = columns.target(of: name) else {
                throw table.refusal("its foreign key refers to \(name) of \(parent), which is left out")
            }
            tokens[place] = .name(there, hasSpaceBefore: tokens[place].hasSpaceBefore)
        }
    }

    /// The first parenthesis: what a key, a check or a foreign key has of its own table.
    private func own(_ item: [DDLToken]) -> Range<Int> {
        guard let open = item.firstIndex(where: { $0.isPunctuation("(") }) else { return 0..<0 }
        return open..<item.end(ofParenthesisAt: open)
    }

    /// - Returns: the first column that is left out.
    private func rename(_ item: inout [DDLToken], in places: Range<Int>) -> String? {
        for place in places {
            guard let name = item[place].name, table.source.index(ofColumn: name) != nil else { continue }
            guard let there = columns.target(of: name) else { return name }
            if there != name { item[place] = .name(there, hasSpaceBefore: item[place].hasSpaceBefore) }
        }
        return nil
    }

    private func description(of item: [DDLToken]) -> String {
        let name = item.first { $0.name != nil }?.name ?? ""
        return item.has("FOREIGN") ? "foreign key \(name)" : item.has("CHECK") ? "check \(name)" : "key \(name)"
    }
}
