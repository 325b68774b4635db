import SyncModel

extension TaskStateMachine {
    package mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .accepted(let job, let failure): return accepted(job, failure)
        case .verified(let failedItems): return verified(failedItems)
        case .pauseAnswered: return pauseAnswered()
        case .ready: return becameReady()
        case .phase(let phase):
            if process == .live(.run) || (process == .leaving(.run) && !isChanging) { self.phase = phase }
            return []
        case .moved:
            guard awaitsProgress else { return [] }
            hasLasted = false
            return forgetFailures()
        case .reported(let failure):
            if reported == nil { reported = failure }
            return []
        case .exited(let exit): return exited(exit)
        case .fired(let timer): return fired(timer)
        case .gateWaits(let failure):
            if desired == .held { self.failure = failure }
            return []
        case .gateFailed(let failure):
            guard desired == .held else { return [] }
            desired = .idle
            state = .failed
            self.failure = failure
            return dismiss()
        case .isolated(let failure):
            if state == .pausing || state == .paused, failure != nil || self.failure?.code == .isolated { self.failure = failure }
            return []
        case .due:
            guard state == .scheduled, waitsForTime else { return [] }
            return timeHasCome()
        case .shutdown:
            closing = true
            return dismiss()
        }
    }

    private mutating func accepted(_ job: Job, _ failure: Failure?) -> [Action] {
        guard process == .live(job) else { return [] }
        if let failure, reported == nil { reported = failure }
        answered = true
        // A verification that was refused, an errand that is done and a run that was refused all end the worker.
        if failure != nil || job == .errand { return dismiss() }
        return []
    }

    private mutating func verified(_ failedItems: [String]) -> [Action] {
        guard state == .verifying, process == .live(.verify) else { return [] }
        var actions = dismiss()
        guard failedItems.isEmpty else {
            verificationFailed(
                Failure(
                    .verificationFailed,
                    "the verification failed: \(failedItems.joined(separator: ", "))",
                    remedy: "mend what the failed items name, then verify again"
                )
            )
            return actions
        }
        verifiedFreshly = true
        actions.append(.startTimer(.freshness, Self.freshFor))
        state = .verified
        failure = nil
        if desired == .up { actions += schedule() }
        return actions
    }

    private mutating func verificationFailed(_ cause: Failure) {
        state = .verifyFailed
        failure = cause
        if desired == .up { desired = .idle }
    }

    private mutating func pauseAnswered() -> [Action] {
        guard state == .pausing else { return [] }
        state = .paused
        return [.cancelTimer(.pause)] + dismiss()
    }

    private mutating func becameReady() -> [Action] {
        guard process == .live(.run), state == .scheduled || state == .retrying || state == .running else { return [] }
        state = .running
        failure = nil
        startAt = nil
        return [.startTimer(.healthy, Self.healthyAfter)]
    }

    mutating func timeHasCome() -> [Action] {
        startAt = nil
        waitsForTime = false
        if !verifiedFreshly { beginVerifying() }
        return settle()
    }

    private mutating func exited(_ exit: WorkerExit) -> [Action] {
        let job: Job
        switch process {
        case .none: return []
        case .live(let current), .leaving(let current): job = current
        }
        let wasAsked = if case .leaving = process { true } else { false }
        process = .none
        var actions: [Action] = [.cancelTimer(.healthy), .cancelTimer(.pause)]
        let wasReported = reported != nil
        let cause = reported ?? exit.failure ?? (wasAsked ? nil : Self.unasked(exit))
        reported = nil
        switch job {
        case .verify:
            if state == .verifying, !closing { actions += verifierExited(cause, exit) }
        case .run:
            // One that has said why it ends has not crashed, however it went then.
            let crashed = wasReported ? false : exit.crashed || exit.failure != nil
            if !closing, let cause { actions += runnerFailed(cause, crashed: crashed) }
        case .errand:
            if state == .stopping, desired == .gone, cleanedUp {
                actions.append(.cancelTimer(.cleanUp))
                cleanUpFailure = cause
            }
        }
        return actions + settle()
    }

    private static func unasked(_ exit: WorkerExit) -> Failure {
        Failure(
            .workerCrashed,
            "the worker ended without being asked: \(exit.description)",
            remedy: "it is started again; if this repeats, read the task's log",
            kind: .transient
        )
    }

    private mutating func verifierExited(_ cause: Failure?, _ exit: WorkerExit) -> [Action] {
        let cause = cause ?? Self.unasked(exit)
        verifyAttempt += 1
        let mayHeal = cause.kind == .transient && (exit.crashed || exit.failure != nil)
        if !mayHeal || verifyAttempt >= Self.verifyAttempts { verificationFailed(cause) }
        return []
    }

    private mutating func runnerFailed(_ cause: Failure, crashed: Bool) -> [Action] {
        switch state {
        case .pausing:
            if cause.kind != .transient { failure = cause }
            return []
        case .scheduled, .running, .retrying: break
        default: return []
        }
        if desired != .up { return [] }
        failure = cause
        if cause.code == .conflictReported {
            state = .paused
            desired = .paused
            return forgetFailures()
        }
        guard cause.kind == .transient, retryMinutes > 0, !windowIsOver else {
            state = .failed
            return forgetFailures()
        }
        restarts += 1
        state = .retrying
        var actions = openWindow()
        let delay = backoff.next(immediateFirst: crashed)
        waitsForRetry = delay > .zero
        if waitsForRetry { actions.append(.startTimer(.retry, delay)) }
        return actions
    }

    private mutating func fired(_ timer: Timer) -> [Action] {
        switch timer {
        case .retry:
            waitsForRetry = false
            return settle()
        case .retryWindow:
            windowIsOver = true
            guard state == .retrying, windowIsOpen else { return [] }
            state = .failed
            return forgetFailures() + dismiss()
        case .healthy:
            hasLasted = state == .running
            return []
        case .pause:
            return state == .pausing ? dismiss() : []
        case .freshness:
            verifiedFreshly = false
            return []
        case .cleanUp:
            guard desired == .gone else { return [] }
            if reported == nil {
                reported = Failure(
                    .timedOut,
                    "the clean-up did not finish in time",
                    remedy: "remove the task's rows from the tables of `__dts__` on both servers by hand, and the database when `__dts__`.`task` is empty",
                    kind: .transient
                )
            }
            return dismiss()
        }
    }
}
