import Glibc
import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema
import WorkerSource

/// Executes a definition statement on the target in a session of its own, under the settings it had on the source.
struct DefinitionExecutor {
    let context: TaskContext

    init(_ context: TaskContext) { self.context = context }

    // MARK: Executing

    /// A session for one statement, which can still read any definition.
    func connect() throws -> Session {
        try context.attempt(.target, "connecting") {
            var options = context.target
            // A large table takes hours to be rebuilt.
            options.readTimeout = 0
            return try Session(options)
        }
    }

    /// Sets the session up for the statement. From here on it serves for nothing else: servers read even definitions under the
    /// character set of the session.
    ///
    /// - Parameter zone: see ``StatementZone/words(for:)``.
    func prepare(_ session: Session, for change: DefinitionChange, zone: String?) throws {
        try context.attempt(.target, "preparing a statement") {
            try session.prepareForWriting()
            // What makes or drops a database needs none to be in; it may be the one that is not there.
            let needsDatabase = change.statement.kind != .createDatabase && change.statement.kind != .dropDatabase
            if let database = change.statement.database, needsDatabase {
                try session.execute("USE \(quoteIdentifier(database))")
            }
            do {
                try StatementEnvironment(change, source: context.sourceProfile, target: context.targetProfile, zone: zone).apply(to: session)
            } catch let error as MySQLError where Self.saysItIsUnknown.contains(error.code.rawValue) {
                throw Failure(
                    .ddlFailed,
                    "the target \(context.target.endpoint.address) refused a setting of the session in which the source executed the statement at "
                        + "\(change.place): \(error) — \(change.statement.text.prefix(1000))",
                    remedy: "give what stands for the statement on the target with 'task replace-statement', or execute that there by hand and "
                        + "leave the statement out with 'task skip-statement'",
                    statement: change.id.description
                )
            }
        }
    }

    /// A character set, a collation, a value of a variable; a collation of another character set.
    private static let saysItIsUnknown: Set<UInt32> = [1115, 1231, 1253, 1273, 3899]

    /// - Parameter isChecking: whether the session checks foreign keys.
    func execute(_ change: DefinitionChange, _ session: Session, isChecking: Bool = false) throws {
        do {
            try context.control.watching(session) {
                _ = try change.statement.bytes.withUnsafeBytes { (bytes) throws(MySQLError) in
                    try session.execute(bytes)
                }
            }
        } catch let error as MySQLError {
            // What failed on the source in part, as DROP of several tables can, fails here in the same way.
            if change.errorCode != 0, error.code.rawValue == UInt32(change.errorCode) { return }
            if try droppedAllThatThereWas(change.statement, error, session) { return }
            // MariaDB makes the index of a foreign key over a virtual column only where it checks foreign keys.
            if !isChecking, context.targetProfile.isMariaDB, !change.session.noForeignKeyChecks, error.code.rawValue == Self.lacksIndex {
                try context.attempt(.target, "preparing a statement") { try session.execute("SET SESSION foreign_key_checks = 1") }
                return try execute(change, session, isChecking: true)
            }
            if error.isLockFailure || error.isPassing {
                throw error.failure(
                    role: "target",
                    address: context.target.endpoint.address,
                    doing: "executing a statement"
                )
            }
            let what = change.isReplacement ? "replacement of the statement" : "statement"
            throw Failure(
                .ddlFailed,
                "the target \(context.target.endpoint.address) refused the \(what) at \(change.place): \(error) — "
                    + change.statement.text.prefix(1000),
                remedy: Self.saysItIsDone.contains(error.code.rawValue)
                    ? "where the target already is as the statement makes it, leave it out with 'task skip-statement', and no row is lost; "
                        + "otherwise mend what the server's message says and retry the task, or give another one with 'task replace-statement'"
                    : "mend what the server's message says and retry the task: the statement is executed again; or leave it out "
                        + "with 'task skip-statement', or give another one with 'task replace-statement'",
                statement: change.id.description
            )
        }
    }

    private static let lacksIndex: UInt32 = 1821

    /// MariaDB's DROP of several tables, one of which is missing, drops the others and fails; the log has it without the error.
    private func droppedAllThatThereWas(_ statement: MappedStatement, _ error: MySQLError, _ session: Session) throws -> Bool {
        guard context.sourceProfile.isMariaDB, statement.kind == .dropTable, statement.tables.count > 1, error.code.rawValue == 1051 else {
            return false
        }
        return try description(of: statement, session).split(separator: "\n").allSatisfy { $0 == "-" }
    }

    /// There is, or is no longer, what the statement makes or drops: databases, tables, columns, keys, partitions.
    private static let saysItIsDone: Set<UInt32> = [1007, 1008, 1050, 1051, 1060, 1061, 1091, 1146, 1517, 1826]

    // MARK: After a crash

    /// Whether the statement that this note was written for took effect.
    ///
    /// - Throws: ``Failure`` `ddl-failed` when nobody can tell.
    func tookEffect(_ note: StatementRecord, _ change: DefinitionChange, _ session: Session) throws -> Bool {
        try endConnection(note, session)
        let reading = try connect()
        if try description(of: change.statement, reading) != note.before { return true }
        if let found = try StatementTrace(context).holds(note, session) { return found }
        if try leavesNoTrace(change.statement, reading) { throw doubt(change) }
        return false
    }

    /// Whether definitions look the same after the statement, and rows do not.
    private func leavesNoTrace(_ statement: MappedStatement, _ session: Session) throws -> Bool {
        if statement.mayReplaceRows { return true }
        guard !statement.renames.isEmpty, Set(statement.renames.keys) == Set(statement.renames.values) else { return false }
        return try context.attempt(.target, "reading definitions") {
            try statement.renames.allSatisfy { old, new in
                func columns(_ table: TableName) throws -> String {
                    try show("TABLE", table.quoted, session).replacing("CREATE TABLE \(quoteIdentifier(table.table))", with: "", maxReplacements: 1)
                }
                return try columns(old) == columns(new)
            }
        }
    }

    /// What to stop with when nobody can tell whether a statement was executed before its worker ended.
    private func doubt(_ change: DefinitionChange) -> Failure {
        Failure(
            .ddlFailed,
            "the worker ended while the target executed the statement at \(change.place), which leaves the definitions as they were, and "
                + "the target's log cannot be read back to there: nothing shows whether it did — \(change.statement.text.prefix(1000))",
            remedy: "look at the tables' rows on the target: when the statement was executed already, use 'task skip-statement'; "
                + "when it was not, give the statement itself with 'task replace-statement'; with REPLICATION SLAVE and REPLICATION CLIENT "
                + "(BINLOG MONITOR on MariaDB) on the target the task finds that out by itself another time",
            statement: change.id.description
        )
    }

    /// A server goes on with a statement whose client is gone.
    func endConnection(_ note: StatementRecord, _ session: Session) throws {
        while true {
            try context.control.checkStop()
            let found = try context.attempt(.target, "looking for a statement that still runs") {
                let user = try session.ownUser()
                return try session.connections().first { $0.id == note.connection && $0.user == user }
            }
            // After a restart of the server the number may be somebody else's.
            guard let found, found.statement == nil || found.runs(note.statement) else { return }
            // It may have ended in the meantime.
            _ = try? session.execute("KILL CONNECTION \(note.connection)")
            usleep(50_000)
        }
    }

    /// What the server says of everything that the statement may change, apart from the next AUTO_INCREMENT.
    ///
    /// - Parameter session: as sessions begin. Under other modes and character sets the same definition reads otherwise, or not at all.
    func description(of statement: MappedStatement, _ session: Session) throws -> String {
        var texts: [String] = []
        try context.attempt(.target, "reading definitions") {
            for table in statement.tables { texts.append(try show("TABLE", table.quoted, session)) }
            if let database = statement.changedDatabase {
                texts.append(try show("DATABASE", quoteIdentifier(database), session))
            }
        }
        return texts.joined(separator: "\n")
    }

    private func show(_ object: String, _ name: String, _ session: Session) throws(MySQLError) -> String {
        do {
            let row = try session.rows("SHOW CREATE \(object) \(name)").first ?? []
            let text = row.count > 1 ? row[1] ?? "" : ""
            return text.replacing(#/ AUTO_INCREMENT=[0-9]+/#, with: "")
        } catch {
            guard error.code == .unknownTable || error.code == .unknownDatabase else { throw error }
            return "-"
        }
    }
}
