import SyncModel
import SyncWire

/// A change of a task's specification that is stored together with that of the other half of its pair.
extension TaskSupervisor {
    /// What the task will be once it is stored.
    struct Draft: Sendable {
        var record: TaskRecord
        fileprivate var machine: TaskStateMachine
        fileprivate var actions: [TaskStateMachine.Action]
    }

    /// Works out the change. The caller has the turn, and keeps it until the draft is adopted or given up.
    /// - Throws: `not-allowed` when the task's state forbids it.
    func draft(_ spec: TaskSpec, _ secrets: Secrets, _ role: PairRole) throws(Failure) -> Draft {
        let change = try change(to: spec)
        var next = machine
        next.retryMinutes = spec.retryMinutes
        let isAffected = change.affectsWorker || secrets != record.secrets || role != record.pair
        let actions = try next.handle(.configure(affectsWorker: isAffected))
        var written = record
        written.spec = spec
        written.secrets = secrets
        written.pair = role
        written.memory = next.memory
        if change.outdatesVerification { written.skippedItems = [] }
        if written.memory.failure == nil { written.failedAt = nil }
        return Draft(record: written, machine: next, actions: actions)
    }

    /// Makes the change, once it is stored.
    func adopt(_ draft: Draft) async {
        let old = record.spec
        await takeUp(draft.record, draft.machine, draft.actions)
        if record.spec.effectiveLimits != old.effectiveLimits { send(.limit(record.spec.effectiveLimits), for: .nobody) }
    }
}
