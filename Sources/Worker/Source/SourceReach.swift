import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Asks the source's `information_schema`, and remembers the answers until a definition statement comes by.
///
/// Used on one thread.
final class SourceReach: StatementReach {
    private struct Question: Hashable {
        var tables: Set<TableName>
        var calls: Set<RowStatement.Call>
    }

    private static let longest = 1000
    private static let rounds = 20

    private let context: TaskContext
    private let server: KeptSession
    private var answers: [Question: StatementDanger?] = [:]
    /// Of which nothing was redefined between their first statement and the moment in which the source was asked.
    private var settled: Set<Set<TableName>> = []
    private var sight: Sight?

    /// What the task's user may see on the source.
    private struct Sight {
        var account: String
        /// Triggers of all tables.
        var triggers: Bool
        /// Databases, or patterns of their names, whose triggers it sees.
        var databases: [String]
        var routines: Bool
    }

    init(_ context: TaskContext) {
        self.context = context
        server = KeptSession(context, .source)
    }

    func forget() {
        answers = [:]
        settled = []
        sight = nil
    }

    func reason(
        tables: Set<TableName>, calls: Set<RowStatement.Call>, isSynced: (TableName) -> Bool
    ) throws -> StatementDanger? {
        let question = Question(tables: tables, calls: calls)
        if let known = answers[question] { return known }
        let answer = try ask { try find(question, isSynced, $0) }
        if answers.count >= Self.longest { answers = [:] }
        answers[question] = .some(answer)
        return answer
    }

    func isSettled(behind reading: ReadingPlace, about tables: Set<TableName>) throws -> Bool {
        if settled.contains(tables) { return true }
        let end = try ask { try currentBinlogPosition($0, context.sourceProfile) }
        var isSettled = true
        if !reading.place.isAtOrBehind(end) {
            try LogScan(context, as: "reach").read(from: reading.transaction, to: end) { [profile = context.sourceProfile] event, _, place in
                guard case .query(let query) = event, !reading.place.isAtOrBehind(place.position), let found = query.definition(on: profile) else {
                    return true
                }
                switch found.kind.object {
                case .table:
                    // Its own triggers and keys go with a table; a key of another table is taken away by name.
                    let isKey = found.statement.map { $0.kind.verb == .alter && query.text.uppercased().contains("DROP") } ?? true
                    let names = Set((found.statement?.subjects ?? []).map { $0.description.lowercased() })
                    isSettled = !isKey && names.isDisjoint(with: tables.map { $0.description.lowercased() })
                // What is made anew cannot have worked before.
                case .view, .trigger, .procedure, .function, .database, .other:
                    isSettled = found.kind.verb == .create && !query.text.uppercased().contains("REPLACE")
                default: break
                }
                return isSettled
            }
        }
        if isSettled { settled.insert(tables) }
        return isSettled
    }

    private func ask<T>(_ body: (Session) throws -> T) throws -> T { try server.ask("finding out what a statement changes", body) }

    private func find(_ question: Question, _ isSynced: (TableName) -> Bool, _ session: Session) throws -> StatementDanger? {
        let sight = try self.sight ?? look(session)
        self.sight = sight
        if let danger = unseen(question, sight, session) { return danger }
        var (tables, calls) = (question.tables, question.calls)
        var (seenTables, seenCalls) = (tables, calls)
        var bodies: [Body] = []
        for _ in 0..<Self.rounds {
            bodies = []
            for (database, names) in Dictionary(grouping: tables, by: \.database) {
                let found = try objects(database, names.map(\.table), session)
                if let table = found.tables.first(where: isSynced) { return StatementDanger("it may change \(table)") }
                bodies += found.bodies
                bodies += try triggers(found.tables, database, session)
                for child in try children(of: found.tables, database, session) {
                    if isSynced(child) { return StatementDanger("a foreign key makes it change \(child)") }
                    bodies.append(Body(what: "a foreign key", text: child.quoted, database: database, ansiQuotes: false))
                }
            }
            for (database, names) in Dictionary(grouping: calls, by: \.database) {
                bodies += try routines(database, names.map(\.name), session)
            }
            if bodies.isEmpty { return nil }
            tables = []
            calls = []
            for body in bodies {
                guard let text = body.text, !text.isEmpty else {
                    return StatementDanger(
                        "it makes \(body.what) work, whose text the source does not show to \(sight.account)",
                        grant: context.sourceProfile.isMariaDB
                            ? "GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO \(sight.account)"
                            : "GRANT SHOW VIEW, TRIGGER, SHOW_ROUTINE ON *.* TO \(sight.account)")
                }
                let mentions = BodyMentions(text, database: body.database, ansiQuotes: body.ansiQuotes)
                for table in mentions.tables where try isSynced(table) && exists(table, session) {
                    return StatementDanger("it makes \(body.what) work, which names \(table)")
                }
                tables.formUnion(mentions.tables)
                calls.formUnion(mentions.calls)
            }
            if !sight.triggers || !sight.routines {
                return StatementDanger(
                    "it makes \(bodies[0].what) work, and \(sight.account) may not see all triggers and routines of the source",
                    grant: grantToSee(sight))
            }
            tables.subtract(seenTables)
            calls.subtract(seenCalls)
            seenTables.formUnion(tables)
            seenCalls.formUnion(calls)
            if tables.isEmpty, calls.isEmpty { return nil }
        }
        return StatementDanger("it makes \(bodies.first?.what ?? "routines") work, which reaches too far to be followed")
    }

    // MARK: What may be seen

    private func grantToSee(_ sight: Sight) -> String {
        context.sourceProfile.isMariaDB
            ? "GRANT TRIGGER ON *.* TO \(sight.account); GRANT SELECT ON mysql.proc TO \(sight.account)"
            : "GRANT TRIGGER, SHOW_ROUTINE ON *.* TO \(sight.account)"
    }

    private func unseen(_ question: Question, _ sight: Sight, _ session: Session) -> StatementDanger? {
        let hidden = question.tables.first { table in !sight.databases.contains { LikePattern($0).matches(table.database) } }
        if !sight.triggers, let table = hidden {
            return StatementDanger(
                "\(sight.account) may not see whether \(table) has triggers",
                grant: "GRANT TRIGGER ON \(quoteIdentifier(table.database)).* TO \(sight.account)")
        }
        // A package's part is a call by itself.
        let unknown = question.calls.first { !$0.isPackage && !NativeFunctions.names.contains($0.name.uppercased()) }
        if !sight.routines, let call = unknown {
            return StatementDanger("\(sight.account) may not see whether \(call.name) is a stored function", grant: grantToSee(sight))
        }
        return nil
    }

    private func look(_ session: Session) throws -> Sight {
        let user = try session.value("SELECT CURRENT_USER()") ?? ""
        let parts = user.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let account = "'\(parts.dropLast().joined(separator: "@"))'@'\(parts.last ?? "")'"
        func list(_ query: String) throws -> [String] { try session.rows(query).compactMap { $0[0] } }
        let global = Set(try list("SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = \(quoteText(account))"))
        let databases = try list(
            """
            SELECT TABLE_SCHEMA FROM information_schema.SCHEMA_PRIVILEGES
            WHERE GRANTEE = \(quoteText(account)) AND PRIVILEGE_TYPE = 'TRIGGER'
            """)
        let seesRoutines =
            try global.contains("SELECT") || global.contains("SHOW_ROUTINE") || context.sourceProfile.isMariaDB && mayReadRoutines(session)
        return Sight(account: account, triggers: global.contains("TRIGGER"), databases: databases, routines: seesRoutines)
    }

    /// MariaDB keeps routines in a table, and shows those of others to whoever may read it.
    private func mayReadRoutines(_ session: Session) throws(MySQLError) -> Bool {
        do {
            _ = try session.value("SELECT 1 FROM mysql.proc LIMIT 1")
            return true
        } catch {
            if error.isPassing { throw error }
            return false
        }
    }

    // MARK: What there is

    /// A text that is executed with the statement.
    private struct Body {
        var what: String
        /// nil: it is not shown.
        var text: String?
        var database: String
        var ansiQuotes: Bool
    }

    private func list(_ names: [String]) -> String { "(\(names.map(quoteText).joined(separator: ", ")))" }

    private func exists(_ table: TableName, _ session: Session) throws -> Bool {
        try !objects(table.database, [table.table], session).tables.isEmpty
    }

    /// Which of these names are base tables; and the texts of those that are views.
    private func objects(_ database: String, _ names: [String], _ session: Session) throws -> (tables: [TableName], bodies: [Body]) {
        if names.isEmpty { return ([], []) }
        let rows = try session.rows(
            """
            SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = \(quoteText(database)) AND TABLE_NAME IN \(list(names))
            """)
        let views = rows.filter { $0[1] == "VIEW" }.compactMap { $0[0] }
        let tables = rows.filter { $0[1] != "VIEW" }.compactMap { $0[0] }.map { TableName(database: database, table: $0) }
        if views.isEmpty { return (tables, []) }
        let texts = try session.rows(
            """
            SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
            WHERE TABLE_SCHEMA = \(quoteText(database)) AND TABLE_NAME IN \(list(views))
            """)
        // One that is not shown is none that does nothing.
        let hidden = Set(views).subtracting(texts.compactMap { $0[0] }).map { Body(what: "the view \(database).\($0)", text: nil, database: database, ansiQuotes: false) }
        return (tables, hidden + texts.map { Body(what: "the view \(database).\($0[0] ?? "")", text: $0[1], database: database, ansiQuotes: false) })
    }

    private func triggers(_ tables: [TableName], _ database: String, _ session: Session) throws -> [Body] {
        if tables.isEmpty { return [] }
        return try session.rows(
            """
            SELECT TRIGGER_NAME, ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS
            WHERE EVENT_OBJECT_SCHEMA = \(quoteText(database)) AND EVENT_OBJECT_TABLE IN \(list(tables.map(\.table)))
            """
        ).map {
            Body(what: "the trigger \(database).\($0[0] ?? "")", text: $0[1], database: database, ansiQuotes: $0[2]?.contains("ANSI_QUOTES") == true)
        }
    }

    /// Tables whose rows change with those of these tables, by foreign keys.
    private func children(of tables: [TableName], _ database: String, _ session: Session) throws -> [TableName] {
        if tables.isEmpty { return [] }
        return try session.rows(
            """
            SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
            WHERE UNIQUE_CONSTRAINT_SCHEMA = \(quoteText(database)) AND REFERENCED_TABLE_NAME IN \(list(tables.map(\.table)))
                AND (UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION') OR DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION'))
            """
        ).map { TableName(database: $0[0] ?? "", table: $0[1] ?? "") }
    }

    private func routines(_ database: String, _ names: [String], _ session: Session) throws -> [Body] {
        try session.rows(
            """
            SELECT ROUTINE_NAME, ROUTINE_DEFINITION, SQL_MODE, ROUTINE_TYPE FROM information_schema.ROUTINES
            WHERE ROUTINE_SCHEMA = \(quoteText(database)) AND ROUTINE_NAME IN \(list(names))
            """
        ).map {
            Body(
                what: "the \(($0[3] ?? "routine").lowercased()) \(database).\($0[0] ?? "")", text: $0[1], database: database,
                ansiQuotes: $0[2]?.contains("ANSI_QUOTES") == true)
        }
    }
}
