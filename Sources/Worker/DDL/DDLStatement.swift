package import WorkerBinlog
package import WorkerSchema

/// A definition statement in the log, taken apart as far as needed to know which tables it concerns and where their names
/// stand. The rest is the server's business.
package struct DDLStatement: Sendable {
    /// A table's name in the statement.
    package struct Reference: Sendable, Hashable {
        package enum Role: Sendable, Hashable {
            /// It is what the statement is about.
            case subject
            /// The name that a subject gets; belongs to the subject before it.
            case newName
            /// Its definition is copied (`LIKE`).
            case model
            /// A foreign key points to it.
            case parent
        }

        package var table: TableName
        package var role: Role
        /// Whether the statement names the database too.
        package var isQualified: Bool
        /// Where the name stands, its database included.
        package var range: Range<Int>
    }

    package var kind: WorkerBinlog.DDLKind
    package var bytes: [UInt8]
    /// Where its names and texts end.
    package let dialect: SQLDialect
    package var tokens: [SQLToken]
    package var references: [Reference] = []
    /// Where the part that says what happens to the subject begins: the items of ALTER, what follows the name in CREATE.
    package var body: Int = 0
    /// The database of CREATE, ALTER and DROP DATABASE, and where its name stands (nil: the session's).
    package var database: String?
    package var databaseRange: Range<Int>?
    /// The session's database when it ran; empty for none.
    package var sessionDatabase: String
    /// Where `START TRANSACTION` stands among the options of CREATE TABLE … SELECT as MySQL logs it: rows follow in the same transaction.
    var transactionRange: Range<Int>?
    package var opensTransaction: Bool { transactionRange != nil }
    /// Something that could be done twice, or whose effect cannot be told from the definitions.
    package var exchangesPartition = false
    /// It removes the rows of partitions.
    package var dropsPartition = false
    /// DISCARD or IMPORT TABLESPACE: another file takes the place of the table's.
    package var swapsFile = false
    /// CONVERT PARTITION … TO TABLE, CONVERT TABLE … TO PARTITION (MariaDB).
    package var convertsPartition = false
    /// Where the statement's verb stands, behind `SET STATEMENT … FOR`.
    package private(set) var verb = 0
    /// Those of its tables that are sequences; only whoever knows the source can tell.
    package var sequences: Set<TableName> = []
    /// It defines a foreign key that changes rows of its table when the parent's rows change.
    package var cascades = false

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var subjects: [TableName] { references.filter { $0.role == .subject || $0.role == .newName }.map(\.table) }

    /// - Returns: nil for statements about things that hold no rows of tables (triggers, users, …) and for those whose
    ///   grammar is unknown here.
    package init?(_ statement: [UInt8], kind: WorkerBinlog.DDLKind, sessionDatabase: String, dialect: SQLDialect = []) {
        bytes = statement
        self.dialect = dialect
        self.kind = kind
        self.sessionDatabase = dialect.folded(sessionDatabase)
        tokens = SQLToken.all(of: statement, dialect)
        if tokens.count > 1, tokens[0].isWord("SET"), tokens[1].isWord("STATEMENT") {
            verb = (tokens.firstIndex { $0.isWord("FOR") } ?? -1) + 1
        }
        var cursor = SQLCursor(tokens, at: verb)
        guard read(&cursor) else { return nil }
    }

    private mutating func read(_ cursor: inout SQLCursor) -> Bool {
        switch (kind.verb, kind.object) {
        case (.create, .table): createTable(&cursor)
        case (.alter, .table): alterTable(&cursor)
        case (.drop, .table), (.drop, .view): dropTables(&cursor)
        case (.rename, .table): renameTables(&cursor)
        case (.truncate, .table): truncate(&cursor)
        case (.create, .index), (.drop, .index): index(&cursor)
        case (.create, .view), (.alter, .view): view(&cursor)
        case (_, .sequence): dropTables(&cursor)
        case (_, .database): database(&cursor)
        default: false
        }
    }

    // MARK: Kinds

    private mutating func createTable(_ cursor: inout SQLCursor) -> Bool {
        guard seek("TABLE", &cursor) else { return false }
        _ = cursor.skip("IF", "NOT", "EXISTS")
        guard reference(&cursor, .subject) else { return false }
        body = cursor.index
        if cursor.skip("LIKE") { return reference(&cursor, .model) }
        if cursor.current?.isPunctuation("(") == true, cursor.peek()?.isWord("LIKE") == true {
            cursor.advance()
            cursor.advance()
            return reference(&cursor, .model)
        }
        transactionRange = startOfTransaction
        parents(from: body)
        cascades = hasCascades
        return true
    }

    private mutating func alterTable(_ cursor: inout SQLCursor) -> Bool {
        guard seek("TABLE", &cursor) else { return false }
        _ = cursor.skip("IF", "EXISTS")
        guard reference(&cursor, .subject) else { return false }
        if cursor.skip("WAIT") { cursor.advance() }
        _ = cursor.skip("NOWAIT")
        body = cursor.index
        var depth = 0
        while let token = cursor.current {
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            let startsItem = depth == 0 && (cursor.index == body || tokens[cursor.index - 1].isPunctuation(","))
            if startsItem, token.isWord("RENAME"), !isRenamedPart(cursor.peek()) {
                cursor.advance()
                if !cursor.skip("TO") && !cursor.skip("AS") { _ = cursor.skip(punctuation: "=") }
                guard reference(&cursor, .newName) else { return false }
                continue
            }
            if startsItem, token.isWord("EXCHANGE") { exchangesPartition = true }
            if startsItem, token.isWord("DISCARD") || token.isWord("IMPORT") { swapsFile = true }
            if startsItem, token.isWord("CONVERT"), cursor.peek()?.isWord("PARTITION") == true || cursor.peek()?.isWord("TABLE") == true {
                convertsPartition = true
            }
            if startsItem, token.isWord("DROP") || token.isWord("TRUNCATE"), cursor.peek()?.isWord("PARTITION") == true {
                dropsPartition = true
            }
            cursor.advance()
        }
        parents(from: body)
        cascades = hasCascades
        return true
    }

    private var startOfTransaction: Range<Int>? {
        var depth = 0
        for place in tokens.indices.dropFirst(body).dropLast() {
            if tokens[place].isPunctuation("(") { depth += 1 }
            if tokens[place].isPunctuation(")") { depth -= 1 }
            if depth == 0, tokens[place].isWord("START"), tokens[place + 1].isWord("TRANSACTION") {
                return tokens[place].range.lowerBound..<tokens[place + 1].range.upperBound
            }
        }
        return nil
    }

    /// `ON DELETE` or `ON UPDATE` with anything but RESTRICT and NO ACTION.
    private var hasCascades: Bool {
        tokens.indices.dropLast(2).contains { place in
            tokens[place].isWord("ON") && (tokens[place + 1].isWord("DELETE") || tokens[place + 1].isWord("UPDATE"))
                && (tokens[place + 2].isWord("CASCADE") || tokens[place + 2].isWord("SET"))
        }
    }

    private func isRenamedPart(_ token: SQLToken?) -> Bool {
        guard let token else { return false }
        return token.isWord("COLUMN") || token.isWord("INDEX") || token.isWord("KEY")
    }

    private mutating func dropTables(_ cursor: inout SQLCursor) -> Bool {
        guard seek("TABLE", &cursor) || seek("TABLES", &cursor) || seek("VIEW", &cursor) || seek("SEQUENCE", &cursor) else { return false }
        if !cursor.skip("IF", "NOT", "EXISTS") { _ = cursor.skip("IF", "EXISTS") }
        repeat {
            guard reference(&cursor, .subject) else { return false }
        } while cursor.skip(punctuation: ",")
        return true
    }

    private mutating func renameTables(_ cursor: inout SQLCursor) -> Bool {
        guard seek("TABLE", &cursor) || seek("TABLES", &cursor) else { return false }
        _ = cursor.skip("IF", "EXISTS")
        repeat {
            guard reference(&cursor, .subject) else { return false }
            if cursor.skip("WAIT") { cursor.advance() }
            _ = cursor.skip("NOWAIT")
            guard cursor.skip("TO"), reference(&cursor, .newName) else { return false }
        } while cursor.skip(punctuation: ",")
        return true
    }

    private mutating func truncate(_ cursor: inout SQLCursor) -> Bool {
        guard cursor.skip("TRUNCATE") else { return false }
        _ = cursor.skip("TABLE")
        return reference(&cursor, .subject)
    }

    private mutating func index(_ cursor: inout SQLCursor) -> Bool {
        guard seek("INDEX", &cursor) else { return false }
        while let token = cursor.current, !token.isWord("ON") || tokens[cursor.index - 1].isWord("INDEX") {
            cursor.advance()
        }
        return cursor.skip("ON") && reference(&cursor, .subject)
    }

    private mutating func view(_ cursor: inout SQLCursor) -> Bool {
        guard seek("VIEW", &cursor) else { return false }
        _ = cursor.skip("IF", "NOT", "EXISTS")
        guard reference(&cursor, .subject) else { return false }
        body = cursor.index
        return true
    }

    private mutating func database(_ cursor: inout SQLCursor) -> Bool {
        guard seek("DATABASE", &cursor) || seek("SCHEMA", &cursor) else { return false }
        if !cursor.skip("IF", "NOT", "EXISTS") { _ = cursor.skip("IF", "EXISTS") }
        let options = ["CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "READ", "ENCRYPTION", "COMMENT", "UPGRADE"]
        if let token = cursor.current, let name = token.identifier,
            !(token.kind == .word && options.contains(token.text.uppercased()))
        {
            database = dialect.folded(name)
            databaseRange = token.range
        } else {
            database = sessionDatabase
        }
        return true
    }

    // MARK: Parts

    /// Goes behind the first such keyword, which stands among modifiers near the beginning.
    private func seek(_ word: String, _ cursor: inout SQLCursor) -> Bool {
        guard let place = tokens[verb...].prefix(40).firstIndex(where: { $0.isWord(word) }) else { return false }
        cursor = SQLCursor(tokens, at: place + 1)
        return true
    }

    private mutating func reference(_ cursor: inout SQLCursor, _ role: Reference.Role) -> Bool {
        guard let first = cursor.next(), let name = first.identifier else { return false }
        guard cursor.current?.isPunctuation(".") == true, let second = cursor.peek(), let table = second.identifier
        else {
            references.append(
                Reference(
                    table: TableName(database: sessionDatabase, table: dialect.folded(name)),
                    role: role,
                    isQualified: false,
                    range: first.range
                )
            )
            return true
        }
        cursor.advance()
        cursor.advance()
        references.append(
            Reference(
                table: TableName(database: dialect.folded(name), table: dialect.folded(table)),
                role: role,
                isQualified: true,
                range: first.range.lowerBound..<second.range.upperBound
            )
        )
        return true
    }

    /// Tables that foreign keys point to.
    private mutating func parents(from start: Int) {
        for place in start..<max(start, tokens.count) where tokens[place].isWord("REFERENCES") {
            var cursor = SQLCursor(tokens, at: place + 1)
            _ = reference(&cursor, .parent)
        }
    }
}
