import SyncModel
import WorkerSchema

/// Rewrites a source's CREATE TABLE for the target: names, collations, and what the other kind of server writes otherwise.
///
/// What has no exact counterpart is refused by name. What only concerns storage (tablespaces, compression, column formats)
/// is left out, and named: rows are the same without it.
struct TableTranslation {
    /// The statement for the target.
    struct Result {
        var statement: String
        /// What the source's definition says and the target's does not.
        var leftOut: [String]
        /// Functions that the definition calls.
        var functions: Set<String>
    }

    let source: TableDefinition
    /// Collation of the table itself; columns are created after it.
    let collation: String
    /// What the source does not print as it is.
    let defaults: ColumnDefaults
    let target: TableName
    let map: ObjectMap
    /// Which columns are made, and their names.
    let columns: ColumnMap
    let collations: CollationMap
    let types: TargetTypes
    let sourceIsMariaDB: Bool
    let targetIsMariaDB: Bool

    /// Engines whose tables become InnoDB: rows of all others live elsewhere or follow other rules.
    private static let replacedEngines: Set<String> = [
        "MYISAM", "ARIA", "MEMORY", "CSV", "ARCHIVE", "TOKUDB", "ROCKSDB", "INNOBASE",
    ]

    /// - Parameter usedConstraintNames: names of CHECK constraints in the target's database so far; MySQL wants each once.
    /// - Throws: `unsupported`, naming the table and what it is that cannot be carried over.
    func translate(_ statement: String, usedConstraintNames: inout Set<String>) throws(Failure) -> Result {
        guard var parts = CreateTableStatement(statement) else {
            throw refusal("its definition is not understood")
        }
        for column in source.columns where columns.target(of: column.name) != nil {
            if let found = types.obstacle(to: column) { throw refusal("its column \(column.name) \(found)") }
        }
        var leftOut = LeftOut()
        for index in parts.items.indices {
            let column = parts.items[index].first?.name
            if !defaults.complete(&parts.items[index]) {
                throw refusal(
                    "its column \(column ?? "") has a default with a character that the source prints as a question mark"
                )
            }
            if parts.items[index].contains(where: {
                $0.isWord("NEXTVAL") || $0.isWord("LASTVAL") || $0.isWord("SETVAL")
            }) {
                throw refusal("its column \(column ?? "") takes its default from a sequence")
            }
            try setCollations(in: &parts.items[index], column: column)
            try redirectReferences(in: &parts.items[index])
        }
        // A literal of another character set is printed in its own bytes, which are lost here.
        if parts.text(for: target).contains("\u{FFFD}") {
            throw refusal("its definition has a literal that is not UTF-8")
        }
        try setCollations(in: &parts.options, column: nil)
        try setEngine(in: &parts.options)
        leftOut.option("TABLESPACE", from: &parts.options)
        leftOut.option("DATA", "DIRECTORY", from: &parts.options)
        leftOut.option("INDEX", "DIRECTORY", from: &parts.options)
        if parts.options.has("VERSIONING") { throw refusal("it is system-versioned") }
        if sourceIsMariaDB != targetIsMariaDB {
            let dialect: any TableDialect = targetIsMariaDB ? MariaDBDialect(table: self) : MySQLDialect(table: self)
            try dialect.rewrite(&parts, &leftOut)
        }
        try ColumnSelection(table: self).rewrite(&parts, &leftOut)
        if !targetIsMariaDB { nameConstraintsOnce(in: &parts.items, used: &usedConstraintNames) }
        return Result(
            statement: parts.text(for: target),
            leftOut: leftOut.names,
            functions: Self.functions(in: parts.items)
        )
    }

    /// Names of functions in defaults, generated columns, checks and indexes.
    private static func functions(in items: [[DDLToken]]) -> Set<String> {
        // The second word of a column is its type.
        Set(items.flatMap { item in Array(item.dropFirst(item.first?.kind == .name ? 2 : 0)).calledFunctions })
    }

    func refusal(_ found: String) -> Failure {
        Failure(
            .unsupported,
            "table \(source.name) cannot be created on the target: \(found)",
            remedy:
                "create it on the target by hand and set if_target_exists: ignore, or take it out of the task's objects"
        )
    }

    /// Gives every character set the collation that the source's column or table has; a server's default is its own.
    private func setCollations(in tokens: inout [DDLToken], column: String?) throws(Failure) {
        var own = collation
        if let column, let index = source.index(ofColumn: column), let found = source.columns[index].collation {
            own = found
        }
        var index = 0
        while index < tokens.count {
            defer { index += 1 }
            if tokens[index].isWord("COLLATE") {
                let place = valuePlace(index + 1, tokens)
                guard place < tokens.count else { continue }
                tokens[place].text = try mapped(tokens[place].text)
            }
            var place: Int?
            if tokens[index].isWord("CHARSET") { place = valuePlace(index + 1, tokens) }
            if tokens[index].isWord("CHARACTER"), index + 1 < tokens.count, tokens[index + 1].isWord("SET") {
                place = valuePlace(index + 2, tokens)
            }
            guard let place, place < tokens.count else { continue }
            let after = place + 1
            let isFollowed = after < tokens.count && tokens[after].isWord("COLLATE")
            let given =
                isFollowed && valuePlace(after + 1, tokens) < tokens.count
                ? tokens[valuePlace(after + 1, tokens)].text : own
            let there = try mapped(given)
            tokens[place].text = String(there.prefix { $0 != "_" })
            if !isFollowed {
                tokens.insert(contentsOf: [DDLToken(.word, "COLLATE"), DDLToken(.word, there)], at: after)
            }
        }
    }

    private func valuePlace(_ index: Int, _ tokens: [DDLToken]) -> Int {
        index < tokens.count && tokens[index].isPunctuation("=") ? index + 1 : index
    }

    private func mapped(_ collation: String) throws(Failure) -> String {
        guard let there = collations.target(of: collation) else {
            throw refusal("the target has no collation like \(collation)")
        }
        return there
    }

    private func redirectReferences(in tokens: inout [DDLToken]) throws(Failure) {
        guard let place = tokens.place(of: "REFERENCES"), place + 1 < tokens.count, let first = tokens[place + 1].name
        else { return }
        var referenced = TableName(database: source.name.database, table: first)
        var end = place + 2
        if end + 1 < tokens.count, tokens[end].isPunctuation("."), let second = tokens[end + 1].name {
            referenced = TableName(database: first, table: second)
            end += 2
        }
        try ColumnSelection(table: self).rename(referenced, in: &tokens, from: end)
        let there =
            map.target(of: referenced)
            ?? TableName(
                database: map.targetDatabase(of: referenced.database) ?? referenced.database,
                table: referenced.table
            )
        tokens.replaceSubrange(
            place + 1..<end,
            with: [
                .name(there.database), DDLToken(.punctuation, ".", hasSpaceBefore: false),
                .name(there.table, hasSpaceBefore: false),
            ]
        )
    }

    private func setEngine(in options: inout [DDLToken]) throws(Failure) {
        for index in options.indices where options[index].isWord("ENGINE") {
            let place = valuePlace(index + 1, options)
            guard place < options.count, !options[place].isWord("INNODB") else { continue }
            guard Self.replacedEngines.contains(options[place].text.uppercased()) else {
                throw refusal("its engine is \(options[place].text)")
            }
            options[place].text = "InnoDB"
            // Such formats are of those engines.
            options.removeOption(["ROW_FORMAT"], mayBeName: true)
            options.removeOption(["PAGE_CHECKSUM"], mayBeName: true)
            options.removeOption(["TRANSACTIONAL"], mayBeName: true)
            return try setEngine(in: &options)
        }
    }

    /// Names of CHECK constraints are of a table in MariaDB, but of a database in MySQL.
    private func nameConstraintsOnce(in items: inout [[DDLToken]], used: inout Set<String>) {
        for index in items.indices {
            guard items[index].count > 2, items[index][0].isWord("CONSTRAINT"), let name = items[index][1].name,
                items[index][2].isWord("CHECK")
            else { continue }
            if !used.insert(name.lowercased()).inserted || (sourceIsMariaDB && name.hasPrefix("CONSTRAINT_")) {
                items[index].removeFirst(2)
            }
        }
    }
}

/// What one kind of server writes otherwise than the other.
protocol TableDialect {
    func rewrite(_ parts: inout CreateTableStatement, _ leftOut: inout LeftOut) throws(Failure)
}
