import SyncModel
import WorkerSchema

/// Rewrites a source's CREATE VIEW for the target.
struct ViewTranslation: Sendable {
    /// The statement with the definer that the source's view has.
    let withDefiner: String
    /// The same as a view of the task's user that checks the rights of whoever reads it.
    let asInvoker: String
    /// nil when it is a role.
    let definer: Account?
    /// Functions that it calls.
    let functions: Set<String>
    /// Of the connection to make it in: literals have these.
    let characterSet: String
    let collation: String

    /// - Throws: `unsupported` when the text is not understood.
    init(_ view: StructureSource.View, to target: TableName, map: ObjectMap, collations: CollationMap) throws(Failure) {
        var tokens = DDLTokens.of(view.statement)
        guard let viewWord = tokens.firstIndex(where: { $0.isWord("VIEW") }), viewWord + 1 < tokens.count,
            tokens[viewWord + 1].name != nil, Self.isHead(Array(tokens[..<viewWord])), Self.isBody(tokens[(viewWord + 2)...]),
            let definerWord = tokens[..<viewWord].firstIndex(where: { $0.isWord("DEFINER") }),
            let security = tokens[..<viewWord].firstIndex(where: { $0.isWord("SECURITY") }), security + 1 < viewWord
        else {
            throw Self.refusal(view.name, "its definition is not understood")
        }
        if view.statement.contains("\u{FFFD}") { throw Self.refusal(view.name, "it has a literal that is not UTF-8") }
        tokens[viewWord + 1] = .name(target.table)
        let body = viewWord + 2
        if let table = Self.withChosenColumns(tokens, from: body, view.name.database, map) {
            throw Self.refusal(view.name, "it reads \(table), of which columns are left out or have other names on the target")
        }
        Self.redirect(&tokens, from: body, view.name.database, map)
        for index in tokens.indices where index > body && tokens[index - 1].isWord("COLLATE") {
            guard let there = collations.target(of: tokens[index].text) else {
                throw Self.refusal(view.name, "the target has no collation like \(tokens[index].text)")
            }
            tokens[index].text = there
        }
        // DEFINER = `user` @ `host`
        let end = tokens[definerWord..<security].firstIndex { $0.isWord("SQL") } ?? security
        definer = Account(tokens[definerWord..<end])
        functions = Array(tokens[body...]).calledFunctions
        withDefiner = DDLTokens.text(tokens)
        (characterSet, collation) = try Self.connection(view, withDefiner, collations)
        tokens[security + 1].text = "INVOKER"
        tokens.removeSubrange(definerWord..<end)
        asInvoker = DDLTokens.text(tokens)
    }

    /// `CREATE ALGORITHM=… DEFINER=… SQL SECURITY …`, as servers print it: nothing that begins so does anything else.
    private static func isHead(_ tokens: [DDLToken]) -> Bool {
        let words: Set = ["ALGORITHM", "UNDEFINED", "MERGE", "TEMPTABLE", "DEFINER", "SQL", "SECURITY", "INVOKER"]
        return tokens.first?.isWord("CREATE") == true
            && tokens.dropFirst().allSatisfy { token in
                switch token.kind {
                case .word: words.contains(token.text.uppercased()) || token.text == "@"
                case .name: true
                case .punctuation: token.text == "="
                case .string: false
                }
            }
    }

    /// `AS`, or the columns before it: the name was the view's own and not that of a database.
    private static func isBody(_ tokens: ArraySlice<DDLToken>) -> Bool {
        guard let first = tokens.first, first.isWord("AS") || first.isPunctuation("(") else { return false }
        return !tokens.contains { $0.isPunctuation(";") }
    }

    static func refusal(_ view: TableName, _ found: String) -> Failure {
        Failure(
            .unsupported,
            "view \(view) cannot be created on the target: \(found)",
            remedy:
                "create it on the target by hand and set if_target_exists: ignore, or leave it out by naming the wanted views"
        )
    }

    /// A view is printed in the character set in which it was written, and its literals have this one.
    private static func connection(
        _ view: StructureSource.View,
        _ statement: String,
        _ collations: CollationMap
    ) throws(Failure) -> (characterSet: String, collation: String) {
        guard let collation = collations.target(of: view.collation) else {
            throw refusal(view.name, "the target has no collation like \(view.collation), in which it was written")
        }
        guard CharacterSetName.isName(view.characterSet) else {
            throw refusal(view.name, "its character set is called '\(view.characterSet.prefix(100))'")
        }
        let isUTF8 = ["utf8mb4", "utf8mb3", "utf8"].contains(view.characterSet)
        if !isUTF8, !statement.utf8.allSatisfy({ $0 < 128 }) {
            throw refusal(
                view.name,
                "it was written in the character set \(view.characterSet), with letters beyond ASCII"
            )
        }
        return (view.characterSet, collation)
    }

    /// Renamed tables get their old name as an alias, so that all references to columns stay as they are.
    private static func redirect(_ tokens: inout [DDLToken], from body: Int, _ database: String, _ map: ObjectMap) {
        var index = body
        while index < tokens.count {
            defer { index += 1 }
            guard let first = tokens[index].name else { continue }
            let isQualified =
                index + 2 < tokens.count && tokens[index + 1].isPunctuation(".") && tokens[index + 2].name != nil
            let isTable = standsForTable(tokens, index)
            if isQualified, let second = tokens[index + 2].name,
                let there = object(TableName(database: first, table: second), map)
            {
                let isColumn = index + 3 < tokens.count && tokens[index + 3].isPunctuation(".")
                // Two names outside of FROM are a table and its column.
                guard isTable || isColumn else { continue }
                tokens[index] = .name(there.database, hasSpaceBefore: tokens[index].hasSpaceBefore)
                tokens[index + 2] = .name(there.table, hasSpaceBefore: false)
                index += isColumn ? 4 : 2
            } else if !isQualified, isTable, let there = object(TableName(database: database, table: first), map),
                there.table != first
            {
                tokens[index] = .name(there.table, hasSpaceBefore: tokens[index].hasSpaceBefore)
                let hasAlias = index + 1 < tokens.count && tokens[index + 1].name != nil
                if !hasAlias {
                    tokens.insert(.name(first), at: index + 1)
                    index += 1
                }
            }
        }
    }

    /// A table that the view reads and that has other columns on the target.
    private static func withChosenColumns(_ tokens: [DDLToken], from body: Int, _ database: String, _ map: ObjectMap) -> TableName? {
        for index in body..<tokens.count where standsForTable(tokens, index) {
            guard let first = tokens[index].name else { continue }
            let second = index + 2 < tokens.count && tokens[index + 1].isPunctuation(".") ? tokens[index + 2].name : nil
            let table = second.map { TableName(database: first, table: $0) } ?? TableName(database: database, table: first)
            if !map.columns(of: table).isIdentity { return table }
        }
        return nil
    }

    private static func object(_ name: TableName, _ map: ObjectMap) -> TableName? {
        map.target(of: name) ?? map.targetOfView(name)
    }

    /// Behind FROM or JOIN, with any number of parentheses between.
    private static func standsForTable(_ tokens: [DDLToken], _ index: Int) -> Bool {
        var before = index - 1
        while before >= 0, tokens[before].isPunctuation("(") { before -= 1 }
        return before >= 0
            && (tokens[before].isWord("FROM") || tokens[before].isWord("JOIN")
                || tokens[before].isWord("STRAIGHT_JOIN"))
    }
}
