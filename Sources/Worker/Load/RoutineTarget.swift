import SyncMySQL
import WorkerSchema

/// What a target has of procedures and functions already, and whether it takes others.
struct RoutineTarget {
    enum Present { case missing, equal, other }

    private let target: Session

    init(_ target: Session) { self.target = target }

    /// One with the same body is what a run before this one has made, or could have.
    func find(_ routine: RoutineSource.Routine, in database: String) throws(MySQLError) -> Present {
        let name = TableName(database: database, table: routine.name)
        guard
            try target.value(
                """
                SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = \(quoteText(database))
                    AND ROUTINE_NAME = \(quoteText(routine.name)) AND ROUTINE_TYPE = \(quoteText(routine.kind))
                """
            ) != nil
        else { return .missing }
        let row = try target.rows("SHOW CREATE \(routine.kind) \(name.quoted)").first
        guard let row, row.count > 2, row[1] == routine.sqlMode, let there = row[2].flatMap(Self.body),
            there == routine.statement.flatMap(Self.body)
        else { return .other }
        return .equal
    }

    /// Why the routine would be another one there; nil: it would not.
    func obstacle(to routine: RoutineSource.Routine, in database: String, _ made: [(name: String, collation: String)])
        throws(MySQLError)
        -> String?
    {
        let there = try target.value(
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(quoteText(database))"
        )
        guard let collation = there ?? made.first(where: { $0.name == database })?.collation,
            collation == routine.databaseCollation
        else {
            return
                "texts without a character set are in \(routine.databaseCollation) in it, which is not the collation of the target's database"
        }
        guard try knows(sqlMode: routine.sqlMode) else {
            return "the target does not know its sql_mode \(routine.sqlMode)"
        }
        return nil
    }

    private func knows(sqlMode: String) throws(MySQLError) -> Bool {
        let own = try target.value("SELECT @@SESSION.sql_mode") ?? ""
        do {
            try target.execute("SET SESSION sql_mode = \(quoteText(sqlMode))")
        } catch {
            if error.isPassing { throw error }
            return false
        }
        try target.execute("SET SESSION sql_mode = \(quoteText(own))")
        return true
    }

    /// From the parameters on, without the line that gives it the rights of its caller.
    private static func body(_ statement: String) -> String? {
        DDLTokens.divide(statement) { $0.isPunctuation("(") }?.rest.replacing("\n    SQL SECURITY INVOKER", with: "")
    }
}
