package import SyncModel

extension TaskSupervisor {
    /// Returns when the condition no longer holds, the task is gone or the caller is cancelled.
    package func waitWhile(_ condition: @Sendable (TaskSnapshot) -> Bool) async {
        for await _ in hub.changes() {
            if isRemoved || !condition(snapshot) { return }
        }
    }

    package func waitUntilVerified() async {
        await waitWhile { $0.state == .verifying }
    }

    /// Stops the task, removes what it left in the databases and forgets it; returns when that is done.
    /// - Throws: `timed-out` when the caller is cancelled; the deletion goes on.
    package func delete() async throws(Failure) {
        if machine.desired != .gone { try await request(.delete) }
        for await _ in hub.changes() where isForgotten { return }
        throw Failure(.timedOut, "the caller gave up", remedy: "the deletion goes on", kind: .transient)
    }

    /// The start of the pair cannot go on for now; nil: it goes on.
    func gateWaits(_ failure: Failure?) async {
        await takeTurn()
        defer { endTurn() }
        await handle(.gateWaits(failure))
    }

    func gateFailed(_ failure: Failure) async {
        await takeTurn()
        defer { endTurn() }
        await handle(.gateFailed(failure))
    }
}
