package import SyncModel
package import SyncMySQL
package import WorkerSchema

/// What a structure and data initialization would refuse, found out without changing anything.
package struct StructureRehearsal: Sendable {
    /// A procedure or function of the source.
    package struct Routine: Sendable {
        package let name: String
        package let isFunction: Bool
        /// By its name on the target.
        package let database: String
        /// Whether it says that it gives the same result on every server, or changes nothing.
        package let isSafeForBinlog: Bool

        init(_ translation: RoutineTranslation) {
            name = translation.source.description
            isFunction = translation.source.kind == "FUNCTION"
            database = translation.database
            isSafeForBinlog = translation.source.isSafeForBinlog
        }
    }

    /// Objects that cannot be created, or do not exist on the source.
    package let refusals: [Failure]
    /// Selected tables, views and routines that the target has already, by their names there.
    package let present: [String]
    /// Selected tables of the source that the target does not have, by their names there.
    package let missing: [TableName]
    /// What definitions of the source say that the target's will not, in words.
    package let leftOut: [String]
    /// Procedures and functions that would be made.
    package let routines: [Routine]
    /// Views whose definer will be the task's user, in words.
    package let replacedDefiners: [String]
    /// The task's user on the target.
    package let taskUser: String

    package init(_ objects: ObjectMap, source: Session, target: Session) throws {
        let found = try StructureSource(objects, source)
        let plan = try StructurePlan(found, objects, sourceIsMariaDB: source.isMariaDB, target)
        refusals = plan.refusals
        leftOut = plan.leftOut
        routines = plan.routines.map { Routine($0.translation) }
        replacedDefiners = plan.replacedDefiners
        taskUser = plan.taskUser
        present = plan.objects.filter(\.isThere).map(\.target.description) + plan.presentRoutines
        missing = plan.objects.filter { object in
            if case .table = object.statement { !object.isThere } else { false }
        }.map(\.target)
    }

    /// Routines that are selected by name and do not exist on the source.
    package static func missingRoutines(_ objects: ObjectMap, _ source: Session) throws(MySQLError) -> [Failure] {
        try RoutineSource(objects, source).missing
    }

    /// Why rows of a table cannot be copied into one of the target; nil: they can. Without a counterpart, whether they
    /// could be copied into an equal one.
    ///
    /// - Parameter selected: the columns that are copied.
    package static func refusal(
        of table: TableDefinition, into counterpart: TableDefinition?, selected: ColumnMap = .all
    ) -> Failure? {
        do {
            _ = try CopyPlan(table, counterpart ?? selected.applied(to: table), selected: selected)
            return nil
        } catch {
            return error
        }
    }
}
