import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// What the target says of its tables.
///
/// Used on one thread.
final class TargetDefinitions {
    private let server: KeptSession
    private let catalog = DefinitionCatalog()
    /// By the table that they refer to; nil: not read yet.
    private var cascadingKeys: [TableName: [CascadingKey]]?

    init(_ context: TaskContext) { server = KeptSession(context, .target) }

    /// How often the server was asked for definitions; see ``DefinitionCatalog/readings``.
    var readings: Int { catalog.readings }

    /// - Returns: nil when there is no such base table.
    func table(_ name: TableName) throws -> TableDefinition? {
        try ask("reading the definition of \(name)") { session in try catalog.table(name, session) }
    }

    /// Foreign keys that change other rows with those of the table.
    func cascadingKeys(to table: TableName) throws -> [CascadingKey] {
        if let known = cascadingKeys { return known[table] ?? [] }
        let found = try ask("reading the foreign keys that refer to its tables") { session in
            Dictionary(grouping: try SchemaReader(session).cascadingKeys(), by: \.parent)
        }
        cascadingKeys = found
        return found[table] ?? []
    }

    func ask<T>(_ action: String, _ body: (Session) throws -> T) throws -> T { try server.ask(action, body) }

    func forget(_ tables: some Sequence<TableName>) {
        catalog.forget(tables)
        cascadingKeys = nil
    }

    func forget(database: String) {
        catalog.forget(database: database)
        cascadingKeys = nil
    }

    func forgetAll() {
        catalog.forgetAll()
        cascadingKeys = nil
    }
}
