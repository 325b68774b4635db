import SupervisorBilling
import SyncModel
import SyncWire

/// What billing asks of a task.
extension TaskSupervisor {
    /// What it has done since it was last asked.
    func takeUsage() -> UsageSample {
        let counts = progress?.counts ?? Counts()
        defer { bytesRead = 0 }
        return UsageSample(
            ran: runMeter.take(environment.clock), applied: counts.inserts + counts.updates + counts.deletes,
            loaded: progress?.load.rowsDone ?? 0, bytes: bytesRead)
    }

    /// The count of a worker begins anew with it.
    func count(_ bytesOfWorker: UInt64?) {
        guard let bytes = bytesOfWorker, bytes > bytesOfThisWorker else { return }
        bytesRead += bytes - bytesOfThisWorker
        bytesOfThisWorker = bytes
    }

    /// It was isolated when the supervisor ended.
    func stayIsolated(_ failure: Failure) { isolation = failure }

    /// From now on it may not be started; if it is up, it stops at a commit boundary. May be repeated.
    /// - Throws: `store-failed`; then it goes on running for now.
    func isolate(_ failure: Failure) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        isolation = failure
        guard machine.desired == .up, machine.isAllowed(.pause) else {
            hub.notify()
            return
        }
        let (old, formerRequester) = (record, requester)
        record.failedAt = environment.now()
        requester = nil
        do throws(Failure) {
            try await change { machine throws(Failure) in
                let actions = try machine.handle(.pause)
                return actions + machine.handle(.isolated(failure))
            }
        } catch {
            (record, requester) = (old, formerRequester)
            throw error
        }
    }

    /// - Parameter resuming: whether it goes on by itself, if nothing else was asked for meanwhile.
    /// - Returns: whether it does.
    /// - Throws: `store-failed`, or `not-allowed` while its worker is still leaving; then it stays isolated.
    func liftIsolation(resuming: Bool) async throws(Failure) -> Bool {
        await takeTurn()
        defer { endTurn() }
        guard machine.state != .pausing else {
            throw Failure(.notAllowed, "the task is just being stopped", remedy: "wait until it is paused", kind: .transient)
        }
        let goesOn = resuming && machine.state == .paused && machine.desired == .paused
        try await change { machine throws(Failure) in
            if goesOn { return try machine.handle(.resume) }
            return machine.handle(.isolated(nil))
        }
        isolation = nil
        return goesOn
    }

    /// - Throws: `isolated`.
    func refuseIfIsolated() throws(Failure) {
        if let isolation { throw isolation }
    }
}

extension BilledTask {
    init(_ task: TaskSnapshot) {
        self.init(id: task.id, name: task.name, pair: task.pair?.pair, owner: task.spec.ownerEmail, mode: task.spec.billing)
    }
}
