package import SyncMySQL
package import WorkerCheckpoint
package import WorkerDDL
package import WorkerSchema

extension SchemaHistory {
    /// The history that is kept with the task's checkpoint.
    package convenience init(kept: SchemaTable.Kept, _ context: TaskContext) {
        self.init(kept.tables, openStatements: kept.openStatements, shared: kept.shared, databases: context.objects.databases)
    }

    /// A history that knows nothing yet, for a reader that begins where nobody has kept one.
    package convenience init(empty context: TaskContext) { self.init([:], databases: context.objects.databases) }

    /// All tables of the databases, by name.
    package static func definitions(in databases: [String], _ session: Session) throws(MySQLError) -> [TableName: TableDefinition] {
        var result: [TableName: TableDefinition] = [:]
        for database in databases {
            for definition in try SchemaReader(session).definitions(in: database) { result[definition.name] = definition }
        }
        return result
    }
}
