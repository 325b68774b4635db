import SyncModel
import WorkerSchema

/// Rewrites a source's CREATE VIEW for the target.
struct ViewTranslation: Sendable {
    /// The statement with the definer that the source's view has.
    let withDefiner: String
    /// The same as a view of the task's user that checks the rights of whoever reads it.
    let asInvoker: String
    /// `user` and `host` of the definer.
    let definer: (user: String, host: String)?

    /// - Throws: `unsupported` when the text is not understood.
    init(_ view: StructureSource.View, to target: TableName, map: ObjectMap, collations: CollationMap) throws(Failure) {
        var tokens = DDLTokens.of(view.statement)
        guard let viewWord = tokens.firstIndex(where: { $0.isWord("VIEW") }), viewWord + 1 < tokens.count,
            tokens[viewWord + 1].name != nil,
            let definerWord = tokens[..<viewWord].firstIndex(where: { $0.isWord("DEFINER") }),
            let security = tokens[..<viewWord].firstIndex(where: { $0.isWord("SECURITY") }), security + 1 < viewWord
        else {
            throw Failure(
                .unsupported,
                "the definition of view \(view.name) is not understood",
                remedy: "take the view out of the task's objects"
            )
        }
        tokens[viewWord + 1] = .name(target.table)
        let body = viewWord + 2
        Self.redirect(&tokens, from: body, view.name.database, map)
        for index in tokens.indices where index > body && tokens[index - 1].isWord("COLLATE") {
            guard let there = collations.target(of: tokens[index].text) else {
                throw Failure(
                    .unsupported,
                    "view \(view.name) cannot be created on the target: it has no collation like \(tokens[index].text)",
                    remedy:
                        "create it on the target by hand and set if_target_exists: ignore, or take it out of the task's objects"
                )
            }
            tokens[index].text = there
        }
        // DEFINER = `user` @ `host`
        let end = tokens[definerWord..<security].firstIndex { $0.isWord("SQL") } ?? security
        let names = tokens[definerWord..<end].compactMap(\.name)
        definer = names.count == 2 ? (names[0], names[1]) : nil
        withDefiner = DDLTokens.text(tokens)
        tokens[security + 1].text = "INVOKER"
        tokens.removeSubrange(definerWord..<end)
        asInvoker = DDLTokens.text(tokens)
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
                let there = map.target(of: TableName(database: first, table: second))
            {
                let isColumn = index + 3 < tokens.count && tokens[index + 3].isPunctuation(".")
                // Two names outside of FROM are a table and its column.
                guard isTable || isColumn else { continue }
                tokens[index] = .name(there.database, hasSpaceBefore: tokens[index].hasSpaceBefore)
                tokens[index + 2] = .name(there.table, hasSpaceBefore: false)
                index += isColumn ? 4 : 2
            } else if !isQualified, isTable, let there = map.target(of: TableName(database: database, table: first)),
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

    /// Behind FROM or JOIN, with any number of parentheses between.
    private static func standsForTable(_ tokens: [DDLToken], _ index: Int) -> Bool {
        var before = index - 1
        while before >= 0, tokens[before].isPunctuation("(") { before -= 1 }
        return before >= 0
            && (tokens[before].isWord("FROM") || tokens[before].isWord("JOIN")
                || tokens[before].isWord("STRAIGHT_JOIN"))
    }
}
