import Logging
import SupervisorTopology
package import SyncModel
import SyncWire

/// Changes of a task's specification, in whatever state it is.
extension TaskSupervisor {
    /// Takes up another specification. Where a task that has begun is to sync something else, its worker first verifies
    /// that this can be done; a task that runs then goes on with it, at a commit boundary.
    ///
    /// - Parameter mergesData: for a task of a pair; nil: as before.
    /// - Throws: `not-allowed` when the task's state forbids it or a field cannot be changed any more;
    ///   `verification-failed` when the servers do not allow it. Then nothing has changed.
    package func configure(spec: TaskSpec, secrets: Secrets, mergesData: Bool? = nil) async throws(Failure) {
        await beginChange()
        defer { endChange() }
        let change = try permitted(spec)
        if stage == .begun, change.concernsOthers { try await verify(spec, secrets, onServers: change.concernsWhatIsSynced) }
        await takeTurn()
        defer { endTurn() }
        // The verification took its time.
        let permitted = try permitted(spec)
        let isRescheduled = spec.runAt != record.spec.runAt
        var time: UInt64?
        if isRescheduled, let text = spec.runAt { time = try Fleet.moment(text) }
        let affectsWorker = permitted.affectsWorker || secrets != record.secrets
        let old = record
        record.spec = spec
        record.spec.name = record.name
        record.secrets = secrets
        if let mergesData { record.pair?.mergesData = mergesData }
        if permitted.outdatesVerification { record.skippedItems = [] }
        do throws(Failure) {
            try await self.change { machine throws(Failure) in
                machine.retryMinutes = spec.retryMinutes
                let actions = try machine.handle(.configure(affectsWorker: affectsWorker))
                return isRescheduled ? actions + machine.reschedule(at: time) : actions
            }
        } catch {
            record = old
            throw error
        }
        if spec.effectiveLimits != old.spec.effectiveLimits { send(.limit(spec.effectiveLimits), for: .nobody) }
    }

    /// Waits until no other change is under way.
    func beginChange() async {
        if !changes.enter() { await withCheckedContinuation { changes.enqueue($0) } }
    }

    func endChange() { changes.leave() }

    var stage: SpecificationChange.Stage {
        machine.leftTraces ? .begun : machine.state == .created ? .created : .configured
    }

    /// What another specification would change; its refusals are the caller's to heed.
    /// - Throws: `not-allowed` when the task's state forbids any change.
    func change(to spec: TaskSpec) throws(Failure) -> SpecificationChange {
        try permit(.configure(affectsWorker: false))
        try spec.checkLength()
        return SpecificationChange(from: record.spec, to: spec, stage: stage)
    }

    private func permitted(_ spec: TaskSpec) throws(Failure) -> SpecificationChange {
        let change = try change(to: spec)
        try change.check(record.name)
        return change
    }

    /// - Parameters:
    ///   - onServers: whether the servers have to be looked at; what the task does to others is always looked at.
    ///   - others: tasks that change with this one, by identifier.
    /// - Throws: `verification-failed` with what has to be mended first.
    func verify(_ spec: TaskSpec, _ secrets: Secrets, onServers: Bool, with others: [String: TaskSpec] = [:]) async throws(Failure) {
        let surroundings = await surroundings(others.merging([id: spec]) { $1 })
        var items = surroundings.items.map(acknowledged)
        if onServers {
            items += try await reply(to: .verify, as: workersConfiguration(spec, secrets, surroundings.routes)).items
            await note(items)
        } else {
            // What was found on the servers still holds.
            let others = (verification?.items ?? []).filter { !GraphChecks.items.contains($0.item) }
            if verification?.items != items + others { await note(items + others) }
        }
        let failed = items.filter { $0.level == .fail }
        guard failed.isEmpty else {
            throw Failure(
                .verificationFailed,
                "the change was not made: \(failed.map { "\($0.item): \($0.facts)" }.joined(separator: "; "))",
                remedy: failed.map(\.remedy).filter { !$0.isEmpty }.joined(separator: "; ")
            )
        }
    }

    /// Keeps what was found, for whoever looks at it or acknowledges it.
    @discardableResult
    func note(_ items: [CheckItem]) async -> Verification {
        let verification = Verification(items: items, at: environment.now())
        let notices = alarms(of: verification).map { [notice($0)] } ?? []
        self.verification = verification
        do throws(Failure) {
            try await environment.store.save(verification: verification, of: id, notices: notices)
        } catch {
            storeFailed(error)
            unsavedNotices += notices
            recordIsDirty = true
        }
        hub.notify()
        return verification
    }

    /// The task as a worker is told of it: with the limits that hold. A server that has been reached with encryption is not
    /// reached without any more, whatever it or somebody between says.
    func workersConfiguration(_ spec: TaskSpec, _ secrets: Secrets, _ routes: TaskRoutes) -> Configuration {
        var spec = spec
        spec.limits = spec.effectiveLimits
        if record.source?.encrypted == true { spec.source.tls = spec.source.tls.insisting }
        if record.target?.encrypted == true { spec.target.tls = spec.target.tls.insisting }
        var daemon = environment.daemon
        daemon?.hasRun = hasRun
        return Configuration(taskID: id, spec: spec, secrets: secrets, pair: record.pair, routes: routes, daemon: daemon)
    }

    /// Gives the task another name; its identifier, and so all that it has in the databases, stays.
    /// - Parameter moveLog: called once the name is stored, while no worker writes.
    package func rename(to name: String, _ moveLog: @Sendable () -> Void) async throws(Failure) {
        for await _ in hub.changes() {
            await takeTurn()
            defer { endTurn() }
            try permit(.beside("rename"))
            // One that was just told to leave still writes its log.
            endMeasuring()
            guard isQuiet, measuring == nil else { continue }
            let old = record
            record.name = name
            record.spec.name = name
            do throws(Failure) {
                try await change { _ throws(Failure) in [] }
            } catch {
                record = old
                throw error
            }
            logger[metadataKey: "task"] = "\(name)"
            moveLog()
            return
        }
        throw Failure(.timedOut, "the caller gave up", remedy: "rename the task again", kind: .transient)
    }
}
