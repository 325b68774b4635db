import SyncModel
import SyncMySQL
package import WorkerCheckpoint
package import WorkerSchema

/// Makes the selected databases, tables and views on the target, as the source has them.
///
/// Can be run again after a crash at any point: what this task is going to make is noted in `__dts__.load_state` first, and
/// what is noted counts as its own. Everything that is known to have no exact counterpart on the target is refused
/// before anything is made.
package struct StructureInitializer {
    private let context: TaskContext
    private let only: Set<TableName>?
    private let newDatabases: Set<String>
    /// Tables that are made before what the target has made of them is looked at.
    private static let madeAtOnce = 100

    /// - Parameters:
    ///   - only: tables and views of the source that are to be made; nil: all that are selected.
    ///   - newDatabases: then, databases of the source whose procedures and functions are to be made too.
    package init(_ context: TaskContext, only: Set<TableName>? = nil, newDatabases: Set<String> = []) {
        self.context = context
        self.only = only
        self.newDatabases = newDatabases
    }

    /// Blocks until all is made.
    ///
    /// - Throws: `Stopped`; ``Failure`` `target-exists`, `unsupported`, `unknown-database`, `unknown-table`,
    ///   `schema-mismatch` or what the servers answered.
    package func run() throws {
        let source = try context.openSource()
        let target = try context.openTarget()
        try context.control.watching(source) {
            try context.control.watching(target) {
                var found = try context.attempt(.source, "reading definitions") {
                    try StructureSource(context.objects, source) { try context.control.checkStop() }
                }
                // What is there already need not be what could be made.
                if let only { found = found.only(only, newDatabases: newDatabases) }
                try prepare(target)
                let plan = try context.attempt(.target, "reading what is there") {
                    try StructurePlan(found, context.objects, sourceIsMariaDB: context.sourceProfile.isMariaDB, target)
                }
                if let refusal = plan.refusals.first { throw refusal }
                try make(plan, on: target)
            }
        }
    }

    /// DDL is text: names, comments and defaults come in the character set of the session.
    private func prepare(_ target: Session) throws {
        try context.attempt(.target, "preparing to create tables") {
            try target.execute("SET NAMES utf8mb4")
            let wishes = [
                "innodb_strict_mode = 0", "explicit_defaults_for_timestamp = 1",
                "sql_generate_invisible_primary_key = 0",
            ]
            for wish in wishes {
                // Not known to every server, and some may only be set with a privilege; what comes of it is checked below.
                _ = try? target.execute("SET SESSION \(wish)")
            }
        }
    }

    private func make(_ plan: StructurePlan, on target: Session) throws {
        let own = try context.attempt(.target, "reading the load state") {
            Set(try LoadState(task: context.taskID).tables(target).keys)
        }
        let missing = plan.objects.filter { !$0.isThere }
        let foreign =
            plan.objects.filter { $0.isThere && !own.contains($0.source) }.map(\.target.description)
            + (only == nil ? plan.presentRoutines : [])
        if context.spec.ifTargetExists == .error, !foreign.isEmpty {
            let names = foreign.prefix(20).joined(separator: ", ")
            throw Failure(
                .targetExists,
                "the target has \(foreign.count) of the selected objects already: \(names)",
                remedy: "drop or rename them, map the names, or set if_target_exists: ignore"
            )
        }
        try createDatabases(plan, target)
        try note(missing.map(\.source), target)
        let catalog = DefinitionCatalog()
        let tables = missing.filter { if case .table = $0.statement { true } else { false } }
        for start in stride(from: 0, to: tables.count, by: Self.madeAtOnce) {
            let some = tables[start..<min(start + Self.madeAtOnce, tables.count)]
            for case let (object, .table(statement)) in some.map({ ($0, $0.statement) }) {
                try context.control.checkStop()
                try execute(statement, "creating table \(object.target)", target)
            }
            catalog.forget(some.map(\.target))
            for object in some { try check(object, plan, target, catalog) }
        }
        for (routine, keepsDefiner) in plan.routines {
            try context.control.checkStop()
            try create(routine, keepsDefiner: keepsDefiner, target)
        }
        try createViews(missing, plan, target)
    }

    private func createDatabases(_ plan: StructurePlan, _ target: Session) throws {
        for (name, collation) in plan.databases {
            try context.attempt(.target, "creating database \(name)") {
                // Without a look first, an existing database would cost a warning and the privilege.
                guard try !SchemaReader(target).databaseExists(name) else { return }
                let characterSet = collation.prefix { $0 != "_" }
                let defaults = collation.isEmpty ? "" : " DEFAULT CHARACTER SET \(characterSet) COLLATE \(collation)"
                try target.execute("\(mark)CREATE DATABASE IF NOT EXISTS \(quoteIdentifier(name))\(defaults)")
            }
        }
    }

    /// In one marked transaction, before the first of them is made.
    private func note(_ objects: [TableName], _ target: Session) throws {
        guard !objects.isEmpty else { return }
        try context.attempt(.target, "noting what will be created") {
            let state = LoadState(task: context.taskID)
            try target.execute("START TRANSACTION")
            try context.store.mark(
                target,
                lane: 0,
                transactions: 0,
                origins: context.sourceProfile.uuid,
                checkpoint: nil
            )
            for object in objects { try target.execute(state.noteStatement(object)) }
            try target.execute("COMMIT")
        }
    }

    private func execute(_ statement: String, _ action: String, _ target: Session) throws {
        try context.attempt(.target, action) { try target.execute(mark + statement) }
    }

    private var mark: String { DDLMark.comment(origins: context.sourceProfile.uuid) }

    /// A server may pass over in silence what it does not know.
    private func check(
        _ object: StructurePlan.Object, _ plan: StructurePlan, _ target: Session, _ catalog: DefinitionCatalog
    ) throws {
        guard let wanted = plan.definitions[object.source] else { return }
        let made = try context.attempt(.target, "reading table \(object.target)") { try catalog.table(object.target, target) }
        guard let made else { return }
        let differences = SchemaComparison(
            plan.collations,
            kindsDiffer: context.sourceProfile.isMariaDB != context.targetProfile.isMariaDB
        ).differences(wanted, made)
        guard differences.isEmpty else {
            throw Failure(
                .schemaMismatch,
                "the target made table \(object.target) otherwise than it was told: \(differences.joined(separator: "; "))",
                remedy:
                    "create the table on the target by hand and set if_target_exists: ignore, or take it out of the task's objects"
            )
        }
    }

    /// A view may need another one: those that fail are tried again after the others, as long as that helps.
    private func createViews(_ missing: [StructurePlan.Object], _ plan: StructurePlan, _ target: Session) throws {
        var left = missing.filter { if case .view = $0.statement { true } else { false } }
        while !left.isEmpty {
            var failed: [StructurePlan.Object] = []
            var reason: MySQLError?
            for object in left {
                try context.control.checkStop()
                do {
                    try create(view: object, target)
                } catch let error as MySQLError {
                    guard error.isAboutDefinition else {
                        throw error.failure(
                            role: "target",
                            address: context.target.endpoint.address,
                            doing: "creating view \(object.target)"
                        )
                    }
                    failed.append(object)
                    reason = error
                }
            }
            if failed.count == left.count, let reason, let object = failed.last {
                throw Failure(
                    .unsupported,
                    "view \(object.source) cannot be created on the target as \(object.target): \(reason)",
                    remedy:
                        "select what the view needs, create it on the target by hand, or leave it out by naming the wanted views"
                )
            }
            left = failed
        }
    }

    private func create(_ routine: RoutineTranslation, keepsDefiner: Bool, _ target: Session) throws {
        let action = "creating \(routine.source.kind.lowercased()) \(routine.database).\(routine.source.name)"
        let mode = try context.attempt(.target, action) { try target.value("SELECT @@SESSION.sql_mode") ?? "" }
        try context.attempt(.target, action) {
            try target.execute("USE \(quoteIdentifier(routine.database))")
            let settings =
                "character_set_client = \(routine.source.characterSet), collation_connection = \(routine.source.collation)"
            try target.execute("SET SESSION \(settings), sql_mode = \(quoteText(routine.source.sqlMode))")
            do {
                try target.execute(mark + (keepsDefiner ? routine.withDefiner : routine.asInvoker))
            } catch let error as MySQLError where keepsDefiner && error.code == .specificAccessDenied {
                // Some accounts are guarded by a further privilege.
                try target.execute(mark + routine.asInvoker)
            }
            try target.execute("SET NAMES utf8mb4")
            try target.execute("SET SESSION sql_mode = \(quoteText(mode))")
        }
    }

    private func create(view object: StructurePlan.Object, _ target: Session) throws {
        guard case .view(let view) = object.statement else { return }
        // The name of the database comes in the character set of the session.
        try target.execute("SET NAMES utf8mb4")
        try target.execute("USE \(quoteIdentifier(object.target.database))")
        try target.execute(
            "SET SESSION character_set_client = \(view.characterSet), collation_connection = \(view.collation)"
        )
        if object.keepsDefiner {
            do {
                try target.execute(view.withDefiner)
                return
            } catch {
                // Some accounts are guarded by a further privilege.
                guard error.code == .specificAccessDenied else { throw error }
            }
        }
        try target.execute(view.asInvoker)
    }
}

extension MySQLError {
    /// The statement itself is at fault, or something that it names is missing.
    fileprivate var isAboutDefinition: Bool { !isPassing && !isLockFailure }
}
