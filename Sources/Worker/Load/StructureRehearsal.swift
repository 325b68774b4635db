package import SyncModel
package import SyncMySQL
package import WorkerSchema

/// What a structure and data initialization would refuse, found out without changing anything.
package struct StructureRehearsal: Sendable {
    /// Objects that cannot be created, or do not exist on the source.
    package let refusals: [Failure]
    /// Selected tables and views that the target has already, by their names there.
    package let present: [TableName]
    /// Selected tables of the source that the target does not have, by their names there.
    package let missing: [TableName]
    /// What definitions of the source say that the target's will not, in words.
    package let leftOut: [String]
    /// Views whose definer will be the task's user, in words.
    package let replacedDefiners: [String]
    /// The task's user on the target.
    package let taskUser: String

    package init(_ objects: ObjectMap, source: Session, target: Session) throws {
        let found = try StructureSource(objects, source)
        let plan = try StructurePlan(found, objects, sourceIsMariaDB: source.isMariaDB, target)
        refusals = plan.refusals
        leftOut = plan.leftOut
        replacedDefiners = plan.replacedDefiners
        taskUser = plan.taskUser
        present = plan.objects.filter(\.isThere).map(\.target)
        missing = plan.objects.filter { object in
            if case .table = object.statement { !object.isThere } else { false }
        }.map(\.target)
    }

    /// Why rows of a table cannot be copied into one of the target; nil: they can. Without a counterpart, whether they
    /// could be copied into an equal one.
    package static func refusal(of table: TableDefinition, into counterpart: TableDefinition?) -> Failure? {
        do {
            _ = try CopyPlan(table, counterpart ?? table)
            return nil
        } catch {
            return error
        }
    }
}
