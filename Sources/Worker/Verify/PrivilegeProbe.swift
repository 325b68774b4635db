import SyncModel
import SyncMySQL
import WorkerSchema

/// Finds out what a user may do by statements that cannot do anything: they need a table or column that does not exist, and
/// servers look at privileges first.
struct PrivilegeProbe {
    enum Privilege: String, CaseIterable {
        case select = "SELECT"
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
        case create = "CREATE"
        case drop = "DROP"
        case alter = "ALTER"
        case createView = "CREATE VIEW"
        case references = "REFERENCES"
        case lockTables = "LOCK TABLES"
    }

    private let session: Session
    private let nothing: String

    init(_ session: Session) {
        self.session = session
        nothing = "__dts_none_\(UInt32.random(in: 0...UInt32.max))"
    }

    /// Whether the user may do this on every table of a database, which need not exist.
    func has(_ privilege: Privilege, on database: String) throws(MySQLError) -> Bool {
        let name = TableName(database: database, table: nothing).quoted
        let other = TableName(database: database, table: nothing + "x").quoted
        let statement =
            switch privilege {
            case .select: "SELECT 1 FROM \(name)"
            case .insert: "INSERT INTO \(name) VALUES (1)"
            case .update: "UPDATE \(name) SET a = 1"
            case .delete: "DELETE FROM \(name)"
            case .create: "CREATE TABLE \(other) LIKE \(name)"
            case .drop: "ALTER TABLE \(name) RENAME TO \(other)"
            case .alter: "ALTER TABLE \(name) ADD a INT"
            case .createView: "CREATE VIEW \(other) AS SELECT 1 FROM \(name)"
            // Its key is over a column that it does not have.
            case .references: "CREATE TABLE \(other) (a INT, FOREIGN KEY (b) REFERENCES \(name) (a))"
            case .lockTables: "LOCK TABLES \(name) READ"
            }
        return try isAllowed(statement)
    }

    /// Whether the user may do this on one table, which exists. The statement is prepared and not executed.
    func has(_ privilege: Privilege, on table: TableName, column: String) throws(MySQLError) -> Bool {
        let name = table.quoted
        let column = quoteIdentifier(column)
        let statement: String
        switch privilege {
        case .select: statement = "SELECT \(column) FROM \(name)"
        case .insert: statement = "INSERT INTO \(name) (\(column)) VALUES (1)"
        case .update: statement = "UPDATE \(name) SET \(column) = 1"
        case .delete: statement = "DELETE FROM \(name)"
        default: return false
        }
        try session.execute("SET @dts_probe = \(quoteText(statement))")
        let isAllowed = try isAllowed("PREPARE dts_probe FROM @dts_probe")
        // Fails when there is nothing to forget.
        if isAllowed { _ = try? session.execute("DEALLOCATE PREPARE dts_probe") }
        return isAllowed
    }

    private func isAllowed(_ statement: String) throws(MySQLError) -> Bool {
        do {
            try session.execute(statement)
            return true
        } catch {
            switch error.code {
            case .databaseAccessDenied, .tableAccessDenied, .columnAccessDenied, .specificAccessDenied: return false
            default:
                // Anything else is said by a server that would have let the user.
                if error.isPassing || error.code == .syntaxError { throw error }
                return true
            }
        }
    }
}

extension MySQLError.Code {
    static let syntaxError = Self(rawValue: 1064)
}
