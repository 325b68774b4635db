import Logging
import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema
import WorkerSource

extension DefinitionExecutor {
    /// A view keeps its definer where the target has the account and the task's user may name it. Otherwise it becomes one of
    /// the task's user that checks the rights of whoever reads it, as with the initialization of the structure: nobody gets
    /// the rights of that user by what somebody else has written.
    func settlingDefiner(_ change: DefinitionChange, _ session: Session) throws -> DefinitionChange {
        guard change.statement.kind == .createView, !change.isReplacement else { return change }
        let keeps = try context.attempt(.target, "looking for the definer of a view") {
            var definers = try Definers(session)
            return try definers.canKeep(change.statement.definer)
        }
        if keeps { return change }
        context.logger.notice(
            "the view becomes one of the task's user, with SQL SECURITY INVOKER",
            metadata: ["definer": "\(change.statement.definer?.description ?? "none")", "place": "\(change.place)"])
        var change = change
        change.statement = change.statement.asInvoker
        return change
    }
}
