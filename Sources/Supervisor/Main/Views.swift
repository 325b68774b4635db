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
            measuredAt: task.measuredAt.map(Timestamp.init(microsecondsSince1970:)),
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

extension TaskView {
    /// A task whose record cannot be read: what it is and does is not known.
    init(_ record: UnreadableRecord, at: Timestamp) {
        var id = ""
        var pair: String?
        if case .task(let itsID, let itsPair) = record.subject { (id, pair) = (itsID, itsPair) }
        let unknown = EndpointView(Endpoint(host: nil, user: ""))
        self.init(
            id: id, name: record.name, pair: pair, state: .failed, actions: pair == nil ? [.delete] : [], source: unknown, target: unknown,
            error: TaskErrorView(record.failure, at: at))
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
        if let record = stored.record {
            self.init(id: String(stored.id), task: task, record: record, resolved: stored.decided)
        } else {
            let failure = stored.unreadable?.failure ?? Failure(.recordUnreadable, "it cannot be read", remedy: "report this")
            self.init(id: String(stored.id), task: task, decision: stored.decision, resolved: stored.decided, unreadable: failure)
        }
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
