import SyncModel
import SyncMySQL
import WorkerSchema

/// Procedures and functions of the source that are to be copied.
struct RoutineSource: Sendable {
    struct Routine: Sendable {
        var database: String
        var name: String
        /// `PROCEDURE` or `FUNCTION`.
        var kind: String
        /// As the server prints it; nil when the task's user may not see it.
        var statement: String?
        var definer: String
        /// What it was written under.
        var sqlMode: String
        var characterSet: String
        var collation: String
        var databaseCollation: String

        /// What a server with a binlog wants of functions, unless it trusts those who make them.
        var isSafeForBinlog: Bool

        var description: String { "\(kind.lowercased()) \(database).\(name)" }
    }

    private(set) var routines: [Routine] = []
    private(set) var missing: [Failure] = []

    init(_ objects: ObjectMap, _ source: Session) throws(MySQLError) {
        for database in objects.databases {
            guard let selection = objects.selection(database)?.routines else { continue }
            let all = try read(database, source)
            switch selection {
            case .all: routines += all
            case .named(let names):
                let wanted = Set(names.map { $0.lowercased() })
                routines += all.filter { wanted.contains($0.name.lowercased()) }
                let known = Set(all.map { $0.name.lowercased() })
                missing += names.filter { !known.contains($0.lowercased()) }.map { name in
                    Failure(
                        .unknownTable,
                        "the source has no procedure or function \(database).\(name)",
                        remedy: "create it or take it out of the task's objects"
                    )
                }
            }
        }
    }

    private func read(_ database: String, _ source: Session) throws(MySQLError) -> [Routine] {
        let rows = try source.rows(
            """
            SELECT ROUTINE_NAME, ROUTINE_TYPE, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION,
                IS_DETERMINISTIC = 'YES' OR SQL_DATA_ACCESS IN ('NO SQL', 'READS SQL DATA')
            FROM information_schema.ROUTINES
            WHERE ROUTINE_SCHEMA = \(quoteText(database)) AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION') ORDER BY ROUTINE_TYPE, ROUTINE_NAME
            """
        )
        var result: [Routine] = []
        for row in rows {
            // The word stands in statements for both servers.
            guard let name = row[0], let kind = row[1], ["PROCEDURE", "FUNCTION"].contains(kind) else {
                throw MySQLError(code: .invalidName, message: "it calls a kind of routine '\((row[1] ?? "").prefix(100))'")
            }
            let shown = try source.rows("SHOW CREATE \(kind) \(TableName(database: database, table: name).quoted)")
                .first
            result.append(
                Routine(
                    database: database,
                    name: name,
                    kind: kind,
                    statement: shown.flatMap { $0.count > 2 ? $0[2] : nil },
                    definer: row[2] ?? "",
                    // MariaDB's list has other names for some modes.
                    sqlMode: shown?[1] ?? "",
                    characterSet: row[3] ?? "",
                    collation: row[4] ?? "",
                    databaseCollation: row[5] ?? "",
                    isSafeForBinlog: row[6] == "1"
                )
            )
        }
        return result
    }
}
