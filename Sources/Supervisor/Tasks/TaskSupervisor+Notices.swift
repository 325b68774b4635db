import SupervisorNotices
import SyncModel
import SyncWire

extension TaskSupervisor {
    /// What a change is worth telling, as notices.
    func notices(from before: TaskEvents.Moment, to after: TaskEvents.Moment) -> [Notice] {
        let events = TaskEvents(from: before, to: after, requester: requester, startIsNews: startIsNews).all
        if after.memory.state == .running { startIsNews = false }
        for event in events { monitor.forget(event.event.closes) }
        return events.map(notice)
    }

    func notice(_ event: TaskEvents.Event) -> Notice {
        Notice(
            id: Fleet.newID(), event.event, taskID: id, task: record.name, pair: record.pair?.pair, owner: record.spec.ownerEmail,
            text: event.text, facts: event.facts, remedy: event.remedy, at: environment.now())
    }

    /// What is told of a task that is deleted.
    func farewell() -> [Notice] {
        let by = requester.map { " by \($0)" } ?? ""
        var events = [TaskEvents.Event(event: .stopped, text: "the task is deleted\(by)", facts: requester.map { [.init("by", $0)] } ?? [])]
        if let failure = machine.cleanUpFailure {
            events.append(.init(event: .cleanUpFailed, text: "\(failure.code.rawValue): \(failure.message)", remedy: failure.remedy))
        }
        return events.map(notice)
    }

    /// What has been told: one that failed told of that alone.
    private var knownAlarms: Set<String> {
        guard let verification, verification.failedItems.isEmpty else { return [] }
        return Set(verification.items.filter { $0.level == .alarm }.map(\.item))
    }

    /// What a verification warns of, when it is not what the last one warned of.
    func alarms(of found: Verification) -> TaskEvents.Event? {
        let names = found.items.filter { $0.level == .alarm }.map(\.item)
        // One that failed tells of that alone.
        guard !names.isEmpty, found.failedItems.isEmpty, Set(names) != knownAlarms else { return nil }
        return TaskEvents.Event(
            event: .verificationAlarms, text: "the verification warns of: \(names.joined(separator: ", "))",
            facts: found.items.filter { $0.level == .alarm }.prefix(20).map { .init($0.item, $0.facts) },
            remedy: "'task verify \(record.name)' shows them with what can be done")
    }

    /// Keeps what a worker says of a statement that is not carried over, and tells the worker when it is stored.
    func take(_ statement: UncarriedStatement) async {
        unsavedNotices += TaskEvents.of(statement).map(notice)
        recordIsDirty = true
        await saveWhatIsDirty()
        // What could not be stored is kept; the next one, or the next worker, comes back to it.
        if unsavedNotices.isEmpty { worker?.send(.statementsStored(through: statement.sequence)) }
    }

    /// Compares the task's figures with the thresholds. Called every few seconds.
    func watch() {
        guard machine.leftTraces, machine.desired == .up || machine.desired == .paused, machine.state != .stopped else { return }
        let now = environment.now()
        var figures = TaskMonitor.Figures()
        figures.isFollowing = machine.state == .running && worker != nil && runIsReady && machine.phase == .incremental
        figures.lagMs = progress?.lagMs
        figures.conflicts = progress?.conflicts.total ?? 0
        figures.sourceIsKnown = record.source != nil
        figures.retentionSeconds = record.source?.binlogRetentionSeconds
        figures.unreadSeconds = unreadSeconds(now)
        let events = monitor.look(figures, environment.thresholds(), now: now)
        guard !events.isEmpty else { return }
        unsavedNotices += events.map(notice)
        recordIsDirty = true
    }

    /// Age of the oldest change that still has to be read: while rows are copied, the changes since the copy began wait.
    private func unreadSeconds(_ now: UInt64) -> UInt64? {
        guard let progress else { return nil }
        guard progress.phase == .incremental else { return copySince.map { (now - min(now, $0)) / 1_000_000 } }
        guard let lag = progress.lagMs, progress.activeAt > 0 else { return nil }
        let told = progress.activeAt - min(progress.activeAt, lag * 1000)
        return (now - min(now, told)) / 1_000_000
    }
}
