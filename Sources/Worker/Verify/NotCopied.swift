import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Triggers, events, sequences and MariaDB's packages of the source that a task does not bring to the target.
struct NotCopied {
    /// With what they are, each once.
    private(set) var names: [String] = []

    init(_ scope: VerifyScope) throws(MySQLError) {
        let source = try scope.session(.source)
        let selected = Set(try scope.selected().tables.map(\.source))
        for row in try source.rows(
            "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS"
        ) {
            guard let database = row[0], let table = row[1], let name = row[2] else { continue }
            if selected.contains(TableName(database: database, table: table)) {
                names.append("trigger \(database).\(name)")
            }
        }
        for row in try source.rows("SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS ORDER BY 1, 2") {
            add("event", row, scope)
        }
        for row in try source.rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SEQUENCE' ORDER BY 1, 2"
        ) {
            add("sequence", row, scope)
        }
        for row in try source.rows(
            "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES ORDER BY 1, 2"
        ) {
            guard let database = row[0], let kind = row[2],
                scope.objects.selection(database)?.routines != .all || kind.contains("PACKAGE")
            else { continue }
            if case .named(let wanted)? = scope.objects.selection(database)?.routines, wanted.contains(row[1] ?? "") {
                continue
            }
            add(kind.lowercased(), row, scope)
        }
    }

    private mutating func add(_ kind: String, _ row: TextRow, _ scope: VerifyScope) {
        guard let database = row[0], let name = row[1], scope.objects.isWhole(database) else { return }
        names.append("\(kind) \(database).\(name)")
    }
}
