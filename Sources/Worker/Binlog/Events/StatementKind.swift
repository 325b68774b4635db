/// What a statement in the log does, told from its first words.
package enum StatementKind: Sendable, Hashable {
    case begin
    case commit
    case rollback
    case savepoint
    case rollbackToSavepoint
    case releaseSavepoint
    case xaStart
    case xaEnd
    case xaPrepare
    case xaCommit
    case xaRollback
    case ddl(DDLKind)
    /// A change of rows in statement format.
    case dml
    /// Nothing that changes rows or definitions of tables, or nothing that is known.
    case other

    package init(_ statement: UnsafeRawBufferPointer, _ dialect: SQLDialect = []) {
        var scanner = SQLScanner(statement, dialect)
        self = StatementKind.classify(&scanner)
    }

    private static func classify(_ scanner: inout SQLScanner) -> StatementKind {
        switch scanner.nextKeyword() {
        case "BEGIN": return .begin
        case "START": return scanner.nextKeyword() == "TRANSACTION" ? .begin : .other
        case "COMMIT": return .commit
        case "ROLLBACK":
            while let word = scanner.nextKeyword() {
                if word == "TO" { return .rollbackToSavepoint }
            }
            return .rollback
        case "SAVEPOINT": return .savepoint
        case "RELEASE": return .releaseSavepoint
        case "XA": return xa(scanner.nextKeyword())
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "CALL", "DO", "WITH", "SELECT", "VALUES", "TABLE":
            return .dml
        case "SET":
            // MariaDB: SET STATEMENT variable = value, … FOR statement
            guard scanner.nextKeyword() == "STATEMENT" else { return .other }
            while let token = scanner.next() {
                if case .word(let range) = token, scanner.matches(range, "FOR") { return classify(&scanner) }
            }
            return .other
        case let verb?:
            return DDLKind(verb: verb, &scanner).map { .ddl($0) } ?? .other
        case nil: return .other
        }
    }

    private static func xa(_ verb: String?) -> StatementKind {
        switch verb {
        case "START", "BEGIN": .xaStart
        case "END": .xaEnd
        case "PREPARE": .xaPrepare
        case "COMMIT": .xaCommit
        case "ROLLBACK": .xaRollback
        default: .other
        }
    }
}

/// What a definition statement does: its verb, and the kind of object it does it to.
package struct DDLKind: Sendable, Hashable, CustomStringConvertible {
    package enum Verb: String, Sendable, Hashable { case create, alter, drop, truncate, rename }
    package enum Object: String, Sendable, Hashable {
        case table, index, view, database, trigger, procedure, function, event, sequence, user, role, server
        case tablespace
        /// Logged for its DROP only; it must not touch a table of the same name.
        case temporaryTable = "temporary-table"
        /// An object that holds no rows of a table and that has no case of its own.
        case other
    }

    package let verb: Verb
    package let object: Object

    package init(_ verb: Verb, _ object: Object) {
        self.verb = verb
        self.object = object
    }

    /// For example `create-table`.
    package var description: String { "\(verb.rawValue)-\(object.rawValue)" }

    /// nil when the verb is none of DDL.
    init?(verb: String, _ scanner: inout SQLScanner) {
        switch verb {
        case "CREATE": self.init(.create, DDLKind.object(&scanner))
        case "ALTER": self.init(.alter, DDLKind.object(&scanner))
        case "DROP": self.init(.drop, DDLKind.object(&scanner))
        case "RENAME": self.init(.rename, DDLKind.object(&scanner))
        case "TRUNCATE": self.init(.truncate, .table)  // TRUNCATE [TABLE] name
        default: return nil
        }
    }

    /// Looks for the kind of object behind modifiers such as `OR REPLACE`, `TEMPORARY`, `DEFINER = …`, `UNIQUE`.
    private static func object(_ scanner: inout SQLScanner) -> Object {
        var isTemporary = false
        for _ in 0..<24 {
            guard let token = scanner.next() else { return .other }
            guard case .word(let range) = token else { continue }
            if scanner.matches(range, "TEMPORARY") { isTemporary = true }
            if scanner.matches(range, "TABLE") || scanner.matches(range, "TABLES") {
                return isTemporary ? .temporaryTable : .table
            }
            if scanner.matches(range, "INDEX") { return .index }
            if scanner.matches(range, "VIEW") { return .view }
            if scanner.matches(range, "DATABASE") || scanner.matches(range, "SCHEMA") { return .database }
            if scanner.matches(range, "TRIGGER") { return .trigger }
            if scanner.matches(range, "PROCEDURE") { return .procedure }
            if scanner.matches(range, "FUNCTION") { return .function }
            if scanner.matches(range, "EVENT") { return .event }
            if scanner.matches(range, "SEQUENCE") { return .sequence }
            if scanner.matches(range, "USER") { return .user }
            if scanner.matches(range, "ROLE") { return .role }
            if scanner.matches(range, "SERVER") { return .server }
            if scanner.matches(range, "TABLESPACE") { return .tablespace }
        }
        return .other
    }
}
