package import SyncModel

/// A task as an edge of the graph of all tasks.
package struct GraphTask: Sendable, Hashable {
    package var id: String
    package var name: String
    /// Keys of its servers, see ``ServerNames``.
    package var source: String
    package var target: String
    package var objects: [ObjectSelection]
    package var sql: SQLSelection
    package var conflict: ConflictPolicy
    package var initialization: Set<TaskSpec.Initialization>
    /// Whether it has a checkpoint, or may have one.
    package var hasBegun: Bool
    /// Microseconds since 1970 UTC; older tasks keep their routes.
    package var createdAt: UInt64

    package init(
        id: String, name: String, source: String, target: String, objects: [ObjectSelection], sql: SQLSelection = SQLSelection(),
        conflict: ConflictPolicy = .report, initialization: Set<TaskSpec.Initialization> = [], hasBegun: Bool = false,
        createdAt: UInt64 = 0
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.target = target
        self.objects = objects
        self.sql = sql
        self.conflict = conflict
        self.initialization = initialization
        self.hasBegun = hasBegun
        self.createdAt = createdAt
    }

    /// What of a table the task carries, as one word: which kinds of changes, rows and columns.
    func part(of table: TableNode) -> String {
        let kinds = "\(sql.insert) \(sql.update) \(sql.delete)"
        let selection = objects.first { $0.database == table.database }?.tables?.first { $0.name == table.table }
        guard let selection else { return kinds }
        let names = (selection.rename ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(kinds) \(selection.filter ?? "") \(selection.columns ?? []) \(names)"
    }

    var carriesRows: Bool { sql.insert || sql.update || sql.delete }
    var carriesDefinitions: Bool { sql.ddl != .none }
}

/// A table, or what a database has beside the tables that some task names, on one server.
package struct TableNode: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var server: String
    package var database: String
    /// nil: every table that no task names.
    package var table: String?

    package init(server: String, database: String, table: String?) {
        self.server = server
        self.database = database
        self.table = table
    }

    package static func < (one: TableNode, other: TableNode) -> Bool {
        (one.server, one.database, one.table ?? "") < (other.server, other.database, other.table ?? "")
    }

    package var description: String { table.map { "\(database).\($0)" } ?? "\(database).*" }
}
