import SyncModel
import WorkerSchema

/// A source's procedure or function for a target of the same kind. The body stays as it is, letter by letter.
struct RoutineTranslation: Sendable {
    let source: RoutineSource.Routine
    /// Its database on the target.
    let database: String
    /// With the definer that the source's has.
    let withDefiner: String
    /// The same of the task's user, working with the rights of whoever calls it.
    let asInvoker: String

    /// - Throws: `unsupported`, naming the routine and what it is that cannot be carried over; `privilege-missing`.
    init(_ routine: RoutineSource.Routine, to database: String, kindsDiffer: Bool) throws(Failure) {
        source = routine
        self.database = database
        guard let statement = routine.statement else {
            throw Failure(
                .privilegeMissing,
                "the source does not show the definition of \(routine.description) to the task's user",
                remedy:
                    "GRANT SHOW_ROUTINE ON *.* (MariaDB: SELECT ON mysql.proc) to it, or take the routine out of the task's objects"
            )
        }
        for name in [routine.characterSet, routine.collation] where !CharacterSetName.isName(name) {
            throw Self.refusal(routine, "its character set or collation is called '\(name.prefix(100))'")
        }
        guard Self.isHead(DDLTokens.of(statement), of: routine) else { throw Self.refusal(routine, "its definition is not understood") }
        if kindsDiffer { throw Self.refusal(routine, "the target is of another kind, and bodies are not translated") }
        if statement.contains("\u{FFFD}") { throw Self.refusal(routine, "it has a literal that is not UTF-8") }
        if !["utf8mb4", "utf8mb3", "utf8"].contains(routine.characterSet), !statement.utf8.allSatisfy({ $0 < 128 }) {
            throw Self.refusal(
                routine,
                "it was written in the character set \(routine.characterSet), with letters beyond ASCII"
            )
        }
        if database != routine.database, Self.names(routine.database, in: statement) {
            throw Self.refusal(routine, "it names the database \(routine.database), which has another name there")
        }
        // What stands before the parameters is written anew: a server may read it otherwise, by its version or the `sql_mode`.
        guard let (head, rest) = DDLTokens.divide(statement, before: { $0.isPunctuation("(") }), let invoker = Self.withInvoker(rest) else {
            throw Self.refusal(routine, "its definition is not understood")
        }
        let isAggregate = DDLTokens.of(head).contains { $0.isWord("AGGREGATE") }
        let name = "\(isAggregate ? "AGGREGATE " : "")\(routine.kind.uppercased()) \(quoteIdentifier(routine.name))"
        let definer = Account(definer: routine.definer).map { "DEFINER=\(quoteIdentifier($0.user))@\(quoteIdentifier($0.host)) " }
        withDefiner = "CREATE \(definer ?? "")\(name)\(rest)"
        asInvoker = "CREATE \(name)\(invoker)"
    }

    /// `CREATE DEFINER=… PROCEDURE name (`: the statement makes this routine and nothing else.
    private static func isHead(_ tokens: [DDLToken], of routine: RoutineSource.Routine) -> Bool {
        guard ["PROCEDURE", "FUNCTION"].contains(routine.kind.uppercased()), tokens.first?.isWord("CREATE") == true, let kind = tokens.firstIndex(where: { $0.isWord(routine.kind.uppercased()) }),
            kind + 2 < tokens.count
        else { return false }
        let isPlain = tokens[1..<kind].allSatisfy { token in
            // Under ANSI_QUOTES, names stand in double quotes.
            token.kind == .name || token.kind == .string || token.isPunctuation("=") || token.text == "@" || token.isWord("DEFINER") || token.isWord("AGGREGATE")
        }
        let place = tokens[kind + 1].isWord("IF") ? kind + 4 : kind + 1
        guard isPlain, place + 1 < tokens.count, tokens[place + 1].isPunctuation("(") else { return false }
        let token = tokens[place]
        let quoted = String(token.text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
        let name = token.name ?? (token.kind == .string ? quoted : token.text)
        return name.lowercased() == routine.name.lowercased()
    }

    static func refusal(_ routine: RoutineSource.Routine, _ found: String) -> Failure {
        Failure(
            .unsupported,
            "\(routine.description) cannot be created on the target: \(found)",
            remedy: "create it on the target by hand, or name the routines that are wanted without it"
        )
    }

    private static func names(_ database: String, in statement: String) -> Bool {
        DDLTokens.of(statement).contains { token in
            switch token.kind {
            case .name: token.name?.lowercased() == database.lowercased()
            case .word: token.text.lowercased() == database.lowercased()
            // A name, under ANSI_QUOTES; or text that becomes a statement.
            case .string: token.text.lowercased().contains(database.lowercased())
            case .punctuation: false
            }
        }
    }

    /// Servers begin a line after the parameters and the type: this is where characteristics stand.
    private static func withInvoker(_ statement: String) -> String? {
        var depth = 0
        let parts = DDLTokens.divide(statement) { token in
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            return depth == 0 && token.isPunctuation(")")
        }
        guard let parts, let line = parts.rest.firstIndex(of: "\n") else { return nil }
        // Said twice, the last one counts; what is printed is INVOKER then, too.
        return parts.head + parts.rest[..<line] + "\n    SQL SECURITY INVOKER" + parts.rest[line...]
    }
}
