import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// What has to be made on the target, all of it translated: what cannot be is refused while nothing has been made.
struct StructurePlan {
    enum Statement {
        case table(String)
        /// With the collation of the connection to make it in.
        case view(ViewTranslation, collation: String?)
    }

    struct Object {
        var source: TableName
        var target: TableName
        var isThere: Bool
        var statement: Statement
    }

    private(set) var databases: [(name: String, collation: String)] = []
    private(set) var objects: [Object] = []
    private(set) var definitions: [TableName: TableDefinition] = [:]
    let collations: CollationMap

    /// - Throws: `unsupported`, naming the object.
    init(_ found: StructureSource, _ context: TaskContext, _ target: Session) throws {
        collations = try context.attempt(.target, "reading its collations") { try CollationMap(target: target) }
        try addDatabases(found, context)
        var present: Set<TableName> = []
        var constraints: [String: Set<String>] = [:]
        for database in Set(context.objects.databases.compactMap { context.objects.targetDatabase(of: $0) }) {
            let names = try context.attempt(.target, "reading the tables of \(database)") {
                try SchemaReader(target).tables(in: database) + SchemaReader(target).views(in: database)
            }
            present.formUnion(names.map { TableName(database: database, table: $0) })
            if !context.targetProfile.isMariaDB { constraints[database] = try Self.constraints(database, context, target) }
        }
        for table in found.tables {
            guard let there = context.objects.target(of: table.definition.name) else { continue }
            definitions[table.definition.name] = table.definition
            let isThere = present.contains(there)
            // A table that is there already need not be one that could be created.
            var statement = ""
            if !isThere {
                let translation = TableTranslation(
                    source: table.definition, collation: table.collation, target: there, map: context.objects, collations: collations,
                    sourceIsMariaDB: context.sourceProfile.isMariaDB, targetIsMariaDB: context.targetProfile.isMariaDB)
                statement = try translation.translate(
                    table.statement, usedConstraintNames: &constraints[there.database, default: []])
            }
            objects.append(Object(source: table.definition.name, target: there, isThere: isThere, statement: .table(statement)))
        }
        for view in found.views {
            guard let database = context.objects.targetDatabase(of: view.name.database) else { continue }
            let there = TableName(database: database, table: view.name.table)
            let translation = try ViewTranslation(
                view, to: there, map: context.objects, targetIsMariaDB: context.targetProfile.isMariaDB, collations: collations)
            objects.append(
                Object(
                    source: view.name, target: there, isThere: present.contains(there),
                    statement: .view(translation, collation: collations.target(of: view.collation))))
        }
    }

    private mutating func addDatabases(_ found: StructureSource, _ context: TaskContext) throws(Failure) {
        for database in found.databases {
            guard let name = context.objects.targetDatabase(of: database.name), !databases.contains(where: { $0.name == name }) else { continue }
            guard let collation = database.collation.isEmpty ? "" : collations.target(of: database.collation) else {
                throw Failure(
                    .unsupported, "database \(database.name) cannot be created on the target, which has no collation like \(database.collation)",
                    remedy: "create the database on the target by hand")
            }
            databases.append((name, collation))
        }
    }

    private static func constraints(_ database: String, _ context: TaskContext, _ target: Session) throws -> Set<String> {
        try context.attempt(.target, "reading the constraints of \(database)") {
            Set(
                try target.rows(
                    """
                    SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS
                    WHERE CONSTRAINT_SCHEMA = \(quoteText(database)) AND CONSTRAINT_TYPE = 'CHECK'
                    """
                ).compactMap { $0[0]?.lowercased() })
        }
    }
}
