package import WorkerBinlog
package import WorkerSchema

/// A statement that changes rows, logged as its text instead of as rows: which tables it may change, as far as its text tells.
///
/// Triggers, views and stored functions may make it change others; whoever wants to know asks the server about ``changed`` and
/// ``calls``.
package struct RowStatement: Sendable {
    /// A stored routine that it may call: anything that is written like a call.
    package struct Call: Sendable, Hashable {
        package var database: String
        package var name: String
        /// It would be a package (MariaDB), of which a part is called.
        package var isPackage = false
    }

    /// Tables and views whose rows it changes. Names that are its own (aliases, common table expressions) are resolved.
    package private(set) var changed: [TableName] = []
    package private(set) var calls: Set<Call> = []

    private let sessionDatabase: String
    /// Tokens of a name behind which a list of columns stands, as arguments stand behind a function's.
    private var columnsBehind: Range<Int>?
    /// Names of common table expressions, in lower case.
    private var expressions: Set<String> = []

    /// - Returns: nil when its form is not known.
    package init?(_ statement: [UInt8], sessionDatabase: String, dialect: SQLDialect = []) {
        self.sessionDatabase = sessionDatabase
        let tokens = SQLToken.all(of: statement, dialect)
        var cursor = SQLCursor(tokens)
        if cursor.skip("SET", "STATEMENT"), !cursor.seek("FOR") { return nil }
        if cursor.skip("WITH"), !takeExpressions(&cursor) { return nil }
        guard let verb = cursor.next(), verb.kind == .word else { return nil }
        switch verb.text.uppercased() {
        case "INSERT", "REPLACE": guard insert(&cursor) else { return nil }
        case "UPDATE": guard update(&cursor) else { return nil }
        case "DELETE": guard delete(&cursor) else { return nil }
        case "LOAD": guard load(&cursor) else { return nil }
        // They change what their functions and procedures do.
        case "SELECT", "DO", "CALL", "VALUES", "TABLE": break
        default: return nil
        }
        let rest = columnsBehind.map { Array(tokens[..<$0.lowerBound] + tokens[$0.upperBound...]) } ?? tokens
        calls = Self.calls(in: rest, database: sessionDatabase)
    }

    // MARK: Verbs

    private mutating func insert(_ cursor: inout SQLCursor) -> Bool {
        cursor.skip(any: ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"])
        _ = cursor.skip("INTO")
        let start = cursor.index
        guard let table = cursor.tableName(sessionDatabase) else { return false }
        columnsBehind = start..<cursor.index
        changed = [table.name]
        return true
    }

    private mutating func update(_ cursor: inout SQLCursor) -> Bool {
        cursor.skip(any: ["LOW_PRIORITY", "IGNORE"])
        let places = cursor.upTo(["SET"])
        guard cursor.skip("SET"), let factors = factors(places) else { return false }
        let tables = factors.filter { $0.table != nil }
        if factors.count == 1 {
            changed = tables.compactMap(\.table)
            return true
        }
        for assignment in cursor.upTo(Self.ends).items {
            var column = SQLCursor(assignment)
            guard let parts = column.parts(), let owner = owner(of: parts, among: factors) else {
                // A column without its table's name may be of any.
                changed = tables.compactMap(\.table)
                return true
            }
            if let table = owner.table, !changed.contains(table) { changed.append(table) }
        }
        return true
    }

    private mutating func delete(_ cursor: inout SQLCursor) -> Bool {
        cursor.skip(any: ["LOW_PRIORITY", "QUICK", "IGNORE"])
        // Of MariaDB; elsewhere it is a name like others.
        _ = cursor.current?.isWord("HISTORY") == true && cursor.peek()?.isWord("FROM") == true && cursor.skip("HISTORY")
        let isBehind = cursor.skip("FROM")
        let named = cursor.upTo(["USING", "FROM"] + Self.ends)
        guard cursor.skip("USING") || !isBehind && cursor.skip("FROM") else {
            // One table, which may have another name here.
            guard isBehind, let factors = factors(named), factors.count == 1 else { return false }
            changed = factors.compactMap(\.table)
            return true
        }
        guard let factors = factors(cursor.upTo(Self.ends)) else { return false }
        for item in named.items {
            var name = SQLCursor(item)
            guard let parts = name.parts() else { return false }
            if parts.count == 1, let factor = factors.first(where: { $0.alias == parts[0].lowercased() }) {
                if let table = factor.table { changed.append(table) }
            } else {
                changed.append(TableName(database: parts.count > 1 ? parts[0] : sessionDatabase, table: parts[parts.count - 1]))
            }
        }
        return !changed.isEmpty || !named.isEmpty
    }

    private mutating func load(_ cursor: inout SQLCursor) -> Bool {
        if cursor.skip("INDEX") { return true }
        while !cursor.isAtEnd {
            if cursor.skip("INTO", "TABLE") {
                guard let table = cursor.tableName(sessionDatabase) else { return false }
                changed = [table.name]
                return true
            }
            cursor.advance()
        }
        return false
    }

    // MARK: Parts

    /// What ends the list of tables, or of assignments.
    private static let ends = ["WHERE", "ORDER", "LIMIT", "RETURNING"]

    /// `WITH [RECURSIVE] name [(columns)] AS (query) [CYCLE …], …`
    private mutating func takeExpressions(_ cursor: inout SQLCursor) -> Bool {
        _ = cursor.skip("RECURSIVE")
        repeat {
            guard let name = cursor.next()?.identifier else { return false }
            expressions.insert(name.lowercased())
            if cursor.current?.isPunctuation("(") == true { guard cursor.parenthesis() != nil else { return false } }
            guard cursor.skip("AS"), cursor.parenthesis() != nil else { return false }
            if cursor.skip("CYCLE") { while let token = cursor.current, !token.isWord("RESTRICT") { _ = token; cursor.advance() } }
            _ = cursor.skip("RESTRICT")
        } while cursor.skip(punctuation: ",")
        return true
    }

    /// A table in a list of them, under the name that the statement calls it by.
    private struct Factor {
        /// In lower case.
        var alias: String
        /// nil for a query, or a name of the statement's own.
        var table: TableName?
        var hasAlias: Bool
    }

    private func owner(of column: [String], among factors: [Factor]) -> Factor? {
        switch column.count {
        case 2: factors.first { $0.alias == column[0].lowercased() }
        case 3:
            factors.first {
                !$0.hasAlias && $0.alias == column[1].lowercased() && $0.table?.database.lowercased() == column[0].lowercased()
            }
        default: nil
        }
    }

    private static let notAliases: Set<String> = [
        "ON", "USING", "JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "NATURAL", "STRAIGHT_JOIN", "OUTER", "USE", "IGNORE", "FORCE", "PARTITION",
        "FOR", "TABLESAMPLE", "QUALIFY",
    ]

    /// The tables of a list with joins.
    private func factors(_ tokens: [SQLToken]) -> [Factor]? {
        var cursor = SQLCursor(tokens)
        var result: [Factor] = []
        var isExpected = true
        while let token = cursor.current {
            if isExpected {
                if token.isPunctuation("(") {
                    let next = cursor.peek()
                    // What follows is a list of tables in parentheses, of which there may be several.
                    guard next.map({ ["SELECT", "WITH", "VALUES", "TABLE"].contains(where: $0.isWord) }) == true || isQuery(cursor) else {
                        cursor.advance()
                        continue
                    }
                    guard cursor.parenthesis() != nil else { return nil }
                    result.append(Factor(alias: cursor.alias(Self.notAliases) ?? "", table: nil, hasAlias: true))
                } else if token.isPunctuation("{") {
                    cursor.advance()
                    cursor.advance()
                    continue
                } else if token.isWord("LATERAL") {
                    cursor.advance()
                    continue
                } else if token.kind != .name, cursor.peek()?.isPunctuation("(") == true {
                    // A function that makes a table.
                    cursor.advance()
                    guard cursor.parenthesis() != nil else { return nil }
                    result.append(Factor(alias: cursor.alias(Self.notAliases) ?? "", table: nil, hasAlias: true))
                } else {
                    guard let (name, isQualified) = cursor.tableName(sessionDatabase) else { return nil }
                    if cursor.skip("PARTITION") { guard cursor.parenthesis() != nil else { return nil } }
                    let alias = cursor.alias(Self.notAliases)
                    let isOwn = !isQualified && expressions.contains(name.table.lowercased())
                    result.append(Factor(alias: (alias ?? name.table).lowercased(), table: isOwn ? nil : name, hasAlias: alias != nil))
                }
                isExpected = false
            } else if token.isPunctuation("(") {
                guard cursor.parenthesis() != nil else { return nil }
            } else {
                isExpected = token.isPunctuation(",") || token.isWord("JOIN") || token.isWord("STRAIGHT_JOIN")
                cursor.advance()
            }
        }
        return isExpected ? nil : result
    }

    /// Whether parentheses open here that hold a query: `((SELECT …) …)`.
    private func isQuery(_ cursor: SQLCursor) -> Bool {
        var cursor = cursor
        while cursor.skip(punctuation: "(") {}
        return ["SELECT", "WITH", "VALUES"].contains { cursor.current?.isWord($0) == true }
    }

    /// Everything that is written like a call.
    static func calls(in tokens: [SQLToken], database: String) -> Set<Call> {
        var result: Set<Call> = []
        for (place, token) in tokens.enumerated() {
            guard let name = token.identifier, token.kind != .string else { continue }
            let isCalled = place > 0 && tokens[place - 1].isWord("CALL")
            let hasArguments = place + 1 < tokens.count && tokens[place + 1].isPunctuation("(")
            if place > 1, tokens[place - 1].isPunctuation("."), let owner = tokens[place - 2].identifier {
                let isQualifiedCall = place > 2 && tokens[place - 3].isWord("CALL")
                if hasArguments || isQualifiedCall {
                    result.insert(Call(database: owner, name: name))
                    // Of a package, `owner` is the package's name.
                    result.insert(Call(database: database, name: owner, isPackage: true))
                }
            } else if hasArguments || isCalled {
                result.insert(Call(database: database, name: name))
            }
        }
        return result
    }
}

/// What the text of a view, trigger or routine may be about: more rather than less.
package struct BodyMentions: Sendable {
    package let tables: Set<TableName>
    package let calls: Set<RowStatement.Call>

    /// - Parameter database: where names without one are.
    package init(_ body: String, database: String, ansiQuotes: Bool) {
        let tokens = SQLToken.all(of: Array(body.utf8), ansiQuotes ? [.ansiQuotes] : [])
        var tables: Set<TableName> = []
        for (place, token) in tokens.enumerated() {
            guard let name = token.identifier, token.kind != .string else { continue }
            if place > 1, tokens[place - 1].isPunctuation("."), let owner = tokens[place - 2].identifier {
                tables.insert(TableName(database: owner, table: name))
            } else {
                tables.insert(TableName(database: database, table: name))
            }
        }
        self.tables = tables
        calls = RowStatement.calls(in: tokens, database: database)
    }
}

extension SQLCursor {
    /// Goes past any of these keywords.
    fileprivate mutating func skip(any words: [String]) {
        while let token = current, words.contains(where: token.isWord) { advance() }
    }

    /// Goes behind the next such keyword that stands in no parentheses.
    fileprivate mutating func seek(_ word: String) -> Bool {
        _ = upTo([word])
        return skip(word)
    }

    /// What stands before the next of these keywords, in no parentheses.
    fileprivate mutating func upTo(_ words: [String]) -> [SQLToken] {
        var result: [SQLToken] = []
        var depth = 0
        while let token = current {
            if depth == 0, words.contains(where: token.isWord), result.last?.isPunctuation(".") != true { break }
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            result.append(token)
            advance()
        }
        return result
    }

    /// Names with points between them; a `*` at the end is left out.
    fileprivate mutating func parts() -> [String]? {
        guard let first = next()?.identifier else { return nil }
        var result = [first]
        while skip(punctuation: ".") {
            if skip(punctuation: "*") { return result }
            guard let part = next()?.identifier else { return nil }
            result.append(part)
        }
        return result
    }

    fileprivate mutating func tableName(_ database: String) -> (name: TableName, isQualified: Bool)? {
        guard current?.kind != .string, let parts = parts(), parts.count <= 2 else { return nil }
        return (TableName(database: parts.count == 2 ? parts[0] : database, table: parts[parts.count - 1]), parts.count == 2)
    }

    /// `[AS] name`.
    fileprivate mutating func alias(_ keywords: Set<String>) -> String? {
        let isSure = skip("AS")
        guard let token = current, let name = token.identifier else { return nil }
        if !isSure, token.kind == .word, keywords.contains(token.text.uppercased()) { return nil }
        advance()
        // The columns' names.
        if isSure, current?.isPunctuation("(") == true { _ = parenthesis() }
        return name.lowercased()
    }
}
