import SupervisorAPI
import SupervisorTasks
import SyncModel

extension TaskView {
    init(_ task: TaskSnapshot) {
        let failure =
            if let failure = task.failure {
                TaskErrorView(failure, at: Timestamp(microsecondsSince1970: task.failedAt ?? 0))
            } else if let trouble = task.storeTrouble {
                TaskErrorView(trouble.failure, at: Timestamp(microsecondsSince1970: trouble.since))
            } else {
                TaskErrorView?.none
            }
        self.init(
            id: task.id,
            name: task.name,
            pair: task.pair?.pair,
            state: task.state,
            phase: task.phase,
            actions: task.actions.compactMap(TaskAction.init(rawValue:)),
            source: EndpointView(task.spec.source, facts: task.source),
            target: EndpointView(task.spec.target, facts: task.target),
            position: PositionView(task.position),
            lagMs: task.lagMs,
            backlogBytes: task.backlogBytes,
            transactionBytes: task.transactionBytes,
            rate: task.rate.map { RateView(rowsPerSecond: $0.rowsPerSecond, percent: $0.percent, secondsLeft: $0.secondsLeft) },
            load: task.load,
            counts: task.counts,
            conflicts: ConflictsView(task.conflicts, unresolved: task.unresolvedConflicts),
            worker: WorkerView(pid: task.workerPID, restarts: task.restarts, rssBytes: task.rssBytes),
            limits: task.spec.effectiveLimits,
            specification: task.spec.specification,
            billing: task.spec.billing,
            owner: task.spec.ownerEmail,
            startAt: task.startAt.map(Timestamp.init(microsecondsSince1970:)),
            skippedChecks: task.skippedItems,
            error: failure
        )
    }
}

extension VerificationView {
    /// What the last verification found; one that did not come about has its failure as an item.
    init(_ task: TaskSnapshot) {
        var items = task.verification?.items ?? []
        // One that has been started stays what it is, whatever is found.
        let passed = task.state != .verifyFailed && !items.contains { $0.level == .fail }
        if let failure = task.failure, task.state == .verifyFailed, failure.code != .verificationFailed {
            items.append(
                CheckItem(
                    item: "verification",
                    level: .fail,
                    facts: failure.message,
                    remedy: failure.remedy,
                    code: failure.code
                )
            )
        }
        self.init(name: task.name, passed: passed, items: items)
    }
}

extension ConflictView {
    init(_ stored: StoredConflict, task: String) {
        self.init(id: String(stored.id), task: task, record: stored.record, resolved: stored.decided)
    }
}

extension WaitGoal {
    var target: WaitTarget {
        switch self {
        case .state(let state): .state(state)
        case .incremental: .incremental
        case .caughtUp: .caughtUp
        case .settled: .settled
        }
    }
}
