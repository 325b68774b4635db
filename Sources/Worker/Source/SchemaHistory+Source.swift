import SyncModel
package import SyncMySQL
package import WorkerCheckpoint
package import WorkerDDL
package import WorkerSchema

extension SchemaHistory {
    /// The history that is kept with the task's checkpoint.
    package convenience init(kept: SchemaTable.Kept, _ context: TaskContext) throws {
        let databases = context.objects.databases
        let characterSets = try context.attempt(.source, "reading its databases") {
            try Self.characterSets(of: databases, try Session(context.source))
        }
        self.init(
            kept.tables,
            openStatements: kept.openStatements,
            shared: kept.shared,
            databases: databases,
            characterSets: characterSets,
            isMariaDB: context.sourceProfile.isMariaDB
        )
    }

    /// A history that begins with what the source says now, for a reader that begins near the end of the log.
    package convenience init(now context: TaskContext) throws {
        let databases = context.objects.databases
        let (tables, characterSets) = try context.attempt(.source, "reading its tables") {
            let session = try Session(context.source)
            return (try Self.definitions(in: databases, session), try Self.characterSets(of: databases, session))
        }
        self.init(
            tables.mapValues { .some($0) },
            databases: databases,
            characterSets: characterSets,
            isMariaDB: context.sourceProfile.isMariaDB
        )
    }

    /// All tables of the databases, by name.
    package static func definitions(in databases: [String], _ session: Session) throws(MySQLError) -> [TableName:
        TableDefinition]
    {
        var result: [TableName: TableDefinition] = [:]
        for database in databases {
            for definition in try SchemaReader(session).definitions(in: database) {
                result[definition.name] = definition
            }
        }
        return result
    }

    private static func characterSets(of databases: [String], _ session: Session) throws(MySQLError) -> [String: String]
    {
        var result: [String: String] = [:]
        for database in databases { result[database] = try SchemaReader(session).characterSet(of: database) }
        return result
    }
}
