import SyncModel
import SyncMySQL
import WorkerSchema

/// What has to be made on the target, all of it translated: what cannot be is refused while nothing has been made.
struct StructurePlan {
    enum Statement {
        case table(String)
        case view(ViewTranslation)
    }

    struct Object {
        var source: TableName
        var target: TableName
        var isThere: Bool
        var statement: Statement
        /// Of a view: whether the target has its definer and the task's user may name it.
        var keepsDefiner = true
    }

    private(set) var databases: [(name: String, collation: String)] = []
    private(set) var objects: [Object] = []
    private(set) var definitions: [TableName: TableDefinition] = [:]
    /// What cannot be made, with the object's name; not empty: nothing may be made.
    private(set) var refusals: [Failure] = []
    /// Routines to be made, and whether they keep their definer.
    private(set) var routines: [(translation: RoutineTranslation, keepsDefiner: Bool)] = []
    /// Those that the target has already, with another body.
    private(set) var presentRoutines: [String] = []
    /// Views and routines whose definer cannot be kept, in words.
    private(set) var replacedDefiners: [String] = []
    /// What definitions say that the target's will not, in words.
    private(set) var leftOut: [String] = []
    let collations: CollationMap
    private var functions: TargetFunctions
    private var definers: Definers

    init(_ found: StructureSource, _ map: ObjectMap, sourceIsMariaDB: Bool, _ target: Session) throws(MySQLError) {
        collations = try CollationMap(target: target)
        functions = TargetFunctions(target)
        definers = try Definers(target)
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
                defaults: table.defaults,
                target: there,
                map: map,
                columns: map.columns(of: table.definition.name),
                collations: collations,
                types: types,
                sourceIsMariaDB: sourceIsMariaDB,
                targetIsMariaDB: target.isMariaDB
            )
            try add(table, translation, isThere: present.contains(there), &constraints[there.database, default: []])
        }
        for routine in found.routines {
            guard let database = map.targetDatabase(of: routine.database) else { continue }
            try add(routine, database, kindsDiffer: sourceIsMariaDB != target.isMariaDB, target)
        }
        for view in found.views {
            guard let database = map.targetDatabase(of: view.name.database) else { continue }
            let there = TableName(database: database, table: view.name.table)
            try add(view, there, map, isThere: present.contains(there))
        }
    }

    private mutating func add(
        _ table: StructureSource.Table,
        _ translation: TableTranslation,
        isThere: Bool,
        _ constraints: inout Set<String>
    ) throws(MySQLError) {
        definitions[table.definition.name] = translation.columns.applied(to: table.definition)
        var statement = ""
        // A table that is there already need not be one that could be created.
        if !isThere,
            let result = translated({ () throws(Failure) in
                try translation.translate(table.statement, usedConstraintNames: &constraints)
            })
        {
            statement = result.statement
            leftOut += result.leftOut.map { "\($0) (\(table.definition.name))" }
            if let unknown = try functions.unknown(of: result.functions) {
                refusals.append(translation.refusal("it calls the function \(unknown), which the target does not have"))
            }
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

    private mutating func translated<Result>(_ translate: () throws(Failure) -> Result) -> Result? {
        do {
            return try translate()
        } catch {
            refusals.append(error)
            return nil
        }
    }

    private mutating func add(_ view: StructureSource.View, _ there: TableName, _ map: ObjectMap, isThere: Bool)
        throws(MySQLError)
    {
        let translation: ViewTranslation
        do {
            translation = try ViewTranslation(view, to: there, map: map, collations: collations)
        } catch {
            if !isThere { refusals.append(error) }
            return
        }
        if !isThere, let unknown = try functions.unknown(of: translation.functions) {
            refusals.append(
                ViewTranslation.refusal(view.name, "it calls the function \(unknown), which the target does not have")
            )
        }
        let keepsDefiner = try definers.canKeep(translation.definer)
        if !isThere, !keepsDefiner {
            replacedDefiners.append("view \(view.name) of \(translation.definer?.description ?? "a role")")
        }
        objects.append(
            Object(
                source: view.name,
                target: there,
                isThere: isThere,
                statement: .view(translation),
                keepsDefiner: keepsDefiner
            )
        )
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

    /// The task's user on the target, which takes the place of other definers.
    var taskUser: String { definers.taskUser }

    private mutating func add(
        _ routine: RoutineSource.Routine,
        _ database: String,
        kindsDiffer: Bool,
        _ target: Session
    )
        throws(MySQLError)
    {
        let present = try RoutineTarget(target).find(routine, in: database)
        // What is there already need not be what could be created.
        if present == .other {
            return presentRoutines.append("\(routine.kind.lowercased()) \(database).\(routine.name)")
        }
        if present == .equal { return }
        guard
            let translation = translated({ () throws(Failure) in
                try RoutineTranslation(routine, to: database, kindsDiffer: kindsDiffer)
            })
        else { return }
        if let obstacle = try RoutineTarget(target).obstacle(to: routine, in: database, databases) {
            return refusals.append(RoutineTranslation.refusal(routine, obstacle))
        }
        let account = Account(definer: routine.definer)
        let keepsDefiner = try definers.canKeep(account)
        if !keepsDefiner { replacedDefiners.append("\(routine.description) of \(routine.definer)") }
        routines.append((translation, keepsDefiner))
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
