package import SyncModel

/// What a new specification would change about a task, and which of that cannot be changed any more.
package struct SpecificationChange: Sendable, Hashable {
    /// The task syncs other objects or statements than before, so its servers have to be looked at first.
    package let concernsWhatIsSynced: Bool
    /// What the task means for other tasks is another.
    package let concernsOthers: Bool
    /// A worker that runs has to begin anew with it.
    package let affectsWorker: Bool
    /// What a verification found may not be true any more.
    package let outdatesVerification: Bool
    /// `FIELD: reason` of each field that has to stay as it is.
    package let refusals: [String]

    /// How far the task is.
    package enum Stage: Sendable, Hashable, Comparable {
        /// Nothing is settled yet.
        case created
        /// Its servers are settled.
        case configured
        /// A worker has run: there is a checkpoint that speaks of what was synced.
        case begun
    }

    package init(from old: TaskSpec, to new: TaskSpec, stage: Stage) {
        concernsWhatIsSynced = old.objects != new.objects || old.sql != new.sql
        concernsOthers =
            concernsWhatIsSynced || old.conflict != new.conflict || Self.addresses(old.source) != Self.addresses(new.source)
            || Self.addresses(old.target) != Self.addresses(new.target)
        outdatesVerification =
            concernsWhatIsSynced || old.initialization != new.initialization || old.ifTargetExists != new.ifTargetExists
        affectsWorker =
            concernsWhatIsSynced || old.source != new.source || old.target != new.target || old.conflict != new.conflict
        var refusals: [String] = []
        if stage >= .configured {
            refusals += Self.endpoint("source", old.source, new.source) + Self.endpoint("target", old.target, new.target)
        }
        if stage == .begun {
            for (field, isSame) in [
                ("initialization", old.initialization == new.initialization),
                ("if_target_exists", old.ifTargetExists == new.ifTargetExists),
                ("source.positioning", old.source.positioning == new.source.positioning),
                ("target.positioning", old.target.positioning == new.target.positioning),
            ] where !isSame {
                refusals.append("\(field): was settled when the task began")
            }
            refusals += old.objects.refusals(of: new.objects)
        }
        self.refusals = refusals
    }

    /// - Throws: `not-allowed` with all fields that have to stay.
    package func check(_ task: String) throws(Failure) {
        guard !refusals.isEmpty else { return }
        throw Failure(
            .notAllowed,
            "task '\(task)' cannot be changed like this: \(refusals.joined(separator: "; "))",
            remedy: "leave these fields as 'task export \(task)' shows them, or create a new task"
        )
    }

    private static func addresses(_ endpoint: Endpoint) -> [String] { endpoint.single.map(\.address) }

    private static func endpoint(_ name: String, _ old: Endpoint, _ new: Endpoint) -> [String] {
        [
            ("type", old.type == new.type), ("region", old.region == new.region),
            ("provider", old.provider == new.provider), ("access", old.access == new.access),
        ].filter { !$0.1 }.map { "\(name).\($0.0): is settled once the task is configured" }
    }
}
