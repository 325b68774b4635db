import SyncModel
import SyncMySQL
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
    /// What cannot be made, with the object's name; not empty: nothing may be made.
    private(set) var refusals: [Failure] = []
    let collations: CollationMap

    init(_ found: StructureSource, _ map: ObjectMap, sourceIsMariaDB: Bool, _ target: Session) throws(MySQLError) {
        collations = try CollationMap(target: target)
        let types = TargetTypes(try ServerProfile(target))
        refusals = found.missing
        for database in found.databases { addDatabase(database, map) }
        var present: Set<TableName> = []
        var constraints: [String: Set<String>] = [:]
        for database in Set(map.databases.compactMap { map.targetDatabase(of: $0) }) {
            let names = try SchemaReader(target).tables(in: database) + SchemaReader(target).views(in: database)
            present.formUnion(names.map { TableName(database: database, table: $0) })
            if !target.isMariaDB { constraints[database] = try Self.constraints(database, target) }
        }
        for table in found.tables {
            guard let there = map.target(of: table.definition.name) else { continue }
            let translation = TableTranslation(
                source: table.definition,
                collation: table.collation,
                target: there,
                map: map,
                collations: collations,
                types: types,
                sourceIsMariaDB: sourceIsMariaDB,
                targetIsMariaDB: target.isMariaDB
            )
            add(table, translation, isThere: present.contains(there), &constraints[there.database, default: []])
        }
        for view in found.views {
            guard let database = map.targetDatabase(of: view.name.database) else { continue }
            let there = TableName(database: database, table: view.name.table)
            add(view, there, map, isThere: present.contains(there))
        }
    }

    private mutating func add(
        _ table: StructureSource.Table,
        _ translation: TableTranslation,
        isThere: Bool,
        _ constraints: inout Set<String>
    ) {
        definitions[table.definition.name] = table.definition
        var statement = ""
        do {
            // A table that is there already need not be one that could be created.
            if !isThere { statement = try translation.translate(table.statement, usedConstraintNames: &constraints) }
        } catch {
            refusals.append(error)
        }
        objects.append(
            Object(
                source: table.definition.name,
                target: translation.target,
                isThere: isThere,
                statement: .table(statement)
            )
        )
    }

    private mutating func add(_ view: StructureSource.View, _ there: TableName, _ map: ObjectMap, isThere: Bool) {
        do {
            let translation = try ViewTranslation(view, to: there, map: map, collations: collations)
            objects.append(
                Object(
                    source: view.name,
                    target: there,
                    isThere: isThere,
                    statement: .view(translation, collation: collations.target(of: view.collation))
                )
            )
        } catch {
            if !isThere { refusals.append(error) }
        }
    }

    private mutating func addDatabase(_ database: StructureSource.Database, _ map: ObjectMap) {
        guard let name = map.targetDatabase(of: database.name), !databases.contains(where: { $0.name == name }) else {
            return
        }
        guard let collation = database.collation.isEmpty ? "" : collations.target(of: database.collation) else {
            refusals.append(
                Failure(
                    .unsupported,
                    "database \(database.name) cannot be created on the target, which has no collation like \(database.collation)",
                    remedy: "create the database on the target by hand"
                )
            )
            return
        }
        databases.append((name, collation))
    }

    private static func constraints(_ database: String, _ target: Session) throws(MySQLError) -> Set<String> {
        Set(
            try target.rows(
                """
                SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS
                WHERE CONSTRAINT_SCHEMA = \(quoteText(database)) AND CONSTRAINT_TYPE = 'CHECK'
                """
            ).compactMap { $0[0]?.lowercased() }
        )
    }
}
