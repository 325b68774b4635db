import WorkerSchema

/// What a CREATE TABLE or ALTER TABLE does to a table's columns and their order; everything else about it is passed over.
///
/// Source: MySQL 9 reference manual, "CREATE TABLE Statement" and "ALTER TABLE Statement"; MariaDB's.
struct ColumnChanges {
    /// Grammar that is not known here: the definition is not known from then on.
    struct NotUnderstood: Error {}

    let isMariaDB: Bool

    // MARK: CREATE TABLE

    /// - Parameters:
    ///   - body: the tokens behind the table's name.
    ///   - characterSet: the database's default.
    func created(_ name: TableName, _ body: [SQLToken], characterSet: String?) throws -> TableDefinition {
        var cursor = SQLCursor(body)
        guard let list = cursor.parenthesis() else { throw NotUnderstood() }
        let options = Array(body[cursor.index...])
        let set = Self.characterSet(in: options) ?? characterSet
        let reader = ColumnText(characterSet: set, isMariaDB: isMariaDB)
        var columns: [TableDefinition.Column] = []
        for item in list.items where !Self.isKeyOrConstraint(item) {
            guard let name = item[0].identifier, let column = reader.column(name, Array(item.dropFirst())) else {
                throw NotUnderstood()
            }
            columns.append(column)
        }
        guard !columns.isEmpty else { throw NotUnderstood() }
        return TableDefinition(name: name, engine: "", columns: columns, indexes: [], characterSet: set)
    }

    static func isKeyOrConstraint(_ item: [SQLToken]) -> Bool {
        guard let first = item.first, first.kind == .word else { return false }
        switch first.text.uppercased() {
        case "PRIMARY", "KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK": return true
        // These may be names of columns; then a type follows.
        case "VECTOR": return item.count > 1 && (item[1].isWord("INDEX") || item[1].isWord("KEY"))
        case "PERIOD": return item.count > 1 && item[1].isWord("FOR")
        default: return false
        }
    }

    /// The character set among the options of a table: `[DEFAULT] CHARSET [=] x`, or what its collation belongs to.
    static func characterSet(in options: [SQLToken]) -> String? {
        var cursor = SQLCursor(options)
        var byCollation: String?
        while let token = cursor.current {
            if token.isPunctuation("(") {
                guard cursor.parenthesis() != nil else { return byCollation }
                continue
            }
            cursor.advance()
            if token.isWord("CHARSET") || (token.isWord("CHARACTER") && cursor.skip("SET")) {
                _ = cursor.skip(punctuation: "=")
                return cursor.next().map { CharacterSetName.folded($0.text) }
            }
            if token.isWord("COLLATE") {
                _ = cursor.skip(punctuation: "=")
                byCollation = cursor.next().map { CharacterSetName.of(collation: $0.text) }
            }
            if token.isWord("COMMENT") { cursor.advance() }
        }
        return byCollation
    }

    // MARK: ALTER TABLE

    /// - Parameter body: the tokens behind the table's name.
    func altered(_ table: TableDefinition, _ body: [SQLToken]) throws -> TableDefinition {
        var table = table
        for item in body.items { try apply(item, to: &table) }
        guard !table.columns.isEmpty else { throw NotUnderstood() }
        return table
    }

    private func apply(_ item: [SQLToken], to table: inout TableDefinition) throws {
        var cursor = SQLCursor(item)
        guard let verb = cursor.next(), verb.kind == .word else { throw NotUnderstood() }
        switch verb.text.uppercased() {
        case "ADD": try add(&cursor, &table)
        case "DROP": try drop(&cursor, &table)
        case "MODIFY":
            _ = cursor.skip("COLUMN")
            _ = cursor.skip("IF", "EXISTS")
            guard let old = cursor.next()?.identifier else { throw NotUnderstood() }
            try replace(old, by: old, &cursor, &table)
        case "CHANGE":
            _ = cursor.skip("COLUMN")
            _ = cursor.skip("IF", "EXISTS")
            guard let old = cursor.next()?.identifier, let new = cursor.next()?.identifier else {
                throw NotUnderstood()
            }
            try replace(old, by: new, &cursor, &table)
        case "RENAME":
            guard cursor.skip("COLUMN") else { return }
            _ = cursor.skip("IF", "EXISTS")
            guard let old = cursor.next()?.identifier, cursor.skip("TO"), let new = cursor.next()?.identifier,
                let place = table.index(ofColumn: old)
            else { throw NotUnderstood() }
            // The names of one statement are exchanged at once: `RENAME COLUMN a TO b, RENAME COLUMN b TO a`.
            table.columns[place].name = Self.pending + new
        case "CONVERT":
            guard cursor.skip("TO") else { return }
            guard let set = Self.characterSet(in: Array(item[cursor.index...])) else { throw NotUnderstood() }
            table.characterSet = set
            for place in table.columns.indices where table.columns[place].characterSet != nil {
                table.columns[place].characterSet = set
            }
        // Options of the table may stand one behind the other without commas.
        default: if let set = Self.characterSet(in: item) { table.characterSet = set }
        }
    }

    /// Marks a column's new name until the statement is done.
    private static let pending = "\u{0}"

    static func settleNames(_ table: inout TableDefinition) {
        for place in table.columns.indices where table.columns[place].name.hasPrefix(pending) {
            table.columns[place].name.removeFirst()
        }
    }

    private func add(_ cursor: inout SQLCursor, _ table: inout TableDefinition) throws {
        let rest = Array(cursor.tokens[cursor.index...])
        if cursor.skip("COLUMN") == false {
            if Self.isKeyOrConstraint(rest) || rest.first?.isWord("PARTITION") == true
                || rest.first?.isWord("SYSTEM") == true
            {
                return
            }
        }
        let isConditional = cursor.skip("IF", "NOT", "EXISTS")
        if let list = cursor.parenthesis() {
            for item in list.items where !Self.isKeyOrConstraint(item) {
                guard let name = item[0].identifier else { throw NotUnderstood() }
                try insert(name, Array(item.dropFirst()), at: table.columns.count, isConditional, &table)
            }
            return
        }
        guard let name = cursor.next()?.identifier else { throw NotUnderstood() }
        let (text, place) = try placed(Array(cursor.tokens[cursor.index...]), table)
        try insert(name, text, at: place ?? table.columns.count, isConditional, &table)
    }

    private func insert(
        _ name: String,
        _ text: [SQLToken],
        at place: Int,
        _ isConditional: Bool,
        _ table: inout TableDefinition
    ) throws {
        if isConditional, table.index(ofColumn: name) != nil { return }
        table.columns.insert(try column(name, text, table), at: place)
    }

    private func column(_ name: String, _ text: [SQLToken], _ table: TableDefinition) throws -> TableDefinition.Column {
        guard let column = ColumnText(characterSet: table.characterSet, isMariaDB: isMariaDB).column(name, text) else {
            throw NotUnderstood()
        }
        return column
    }

    private func drop(_ cursor: inout SQLCursor, _ table: inout TableDefinition) throws {
        if !cursor.skip("COLUMN") {
            guard let first = cursor.current else { throw NotUnderstood() }
            let others = ["INDEX", "KEY", "PRIMARY", "FOREIGN", "CONSTRAINT", "CHECK", "PARTITION", "SYSTEM", "PERIOD"]
            if first.kind == .word, others.contains(first.text.uppercased()), cursor.peek() != nil { return }
        }
        let isConditional = cursor.skip("IF", "EXISTS")
        guard let name = cursor.next()?.identifier else { throw NotUnderstood() }
        guard let place = table.index(ofColumn: name) else {
            if isConditional { return }
            throw NotUnderstood()
        }
        table.columns.remove(at: place)
    }

    private func replace(_ old: String, by new: String, _ cursor: inout SQLCursor, _ table: inout TableDefinition)
        throws
    {
        guard let from = table.index(ofColumn: old) else { throw NotUnderstood() }
        let rest = Array(cursor.tokens[cursor.index...])
        let (text, place) = try placed(rest, table)
        var column = try column(new, text, table)
        column.origin = table.columns[from].origin
        column.filledAt = table.columns[from].filledAt
        column.name = old == new ? table.columns[from].name : Self.pending + new
        table.columns.remove(at: from)
        // Without the column, the places behind it are others.
        table.columns.insert(column, at: place == nil ? from : try placed(rest, table).place ?? from)
    }

    /// Takes `FIRST` or `AFTER name` from the end of a column's definition.
    private func placed(_ text: [SQLToken], _ table: TableDefinition) throws -> (text: [SQLToken], place: Int?) {
        if let last = text.last, last.isWord("FIRST") { return (Array(text.dropLast()), 0) }
        guard text.count >= 2, text[text.count - 2].isWord("AFTER"), let name = text[text.count - 1].identifier else {
            return (text, nil)
        }
        guard let before = table.index(ofColumn: name) ?? table.index(ofColumn: Self.pending + name) else {
            throw NotUnderstood()
        }
        return (Array(text.dropLast(2)), before + 1)
    }
}
