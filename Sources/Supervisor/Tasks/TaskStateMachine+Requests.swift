package import SyncModel

extension TaskStateMachine {
    /// What a person, or the pair's coordinator on behalf of one, can ask for.
    package enum Request: Sendable, Hashable {
        /// The specification was replaced. `harmless` says that only addresses, passwords, limits and the like changed,
        /// which a task with a checkpoint may take up.
        case configure(harmless: Bool)
        case verify
        /// - Parameter at: microseconds since 1970 UTC; nil = now.
        case start(at: UInt64?)
        /// Start, but wait for the gate of the pair; ``start(at:)`` opens it.
        case hold
        case pause
        case resume
        case retry
        case stop
        case delete

        /// The word of the API.
        package var word: String {
            switch self {
            case .configure: "configure"
            case .verify: "verify"
            case .start, .hold: "start"
            case .pause: "pause"
            case .resume: "resume"
            case .retry: "retry"
            case .stop: "stop"
            case .delete: "delete"
            }
        }
    }

    /// The words that the user may say in this state.
    package var actions: [String] {
        if desired == .gone { return [] }
        return switch state {
        case .created: ["configure", "delete"]
        case .configured: ["configure", "verify", "start", "delete"]
        case .verifying: ["delete"]
        case .verified, .verifyFailed: ["configure", "verify", "start", "delete"]
        case .scheduled: waitsForTime ? ["start", "pause", "stop", "delete"] : ["pause", "stop", "delete"]
        case .running: ["pause", "stop", "delete"]
        case .pausing: ["stop", "delete"]
        case .paused: ["configure", "resume", "retry"] + decisions + ["stop", "delete"]
        case .retrying: ["pause", "retry", "stop", "delete"]
        case .failed: ["configure", "retry"] + decisions + ["stop", "delete"]
        case .stopping, .stopped: ["delete"]
        }
    }

    private var decisions: [String] {
        undecidedStatement == nil ? [] : ["skip-statement", "replace-statement"]
    }

    /// The definition statement that the task stopped at and that the operator may decide about, see
    /// ``StatementDecision``; nil when it runs or stopped for another reason.
    package var undecidedStatement: String? {
        guard desired != .gone, state == .failed || state == .paused, let failure,
            [.ddlFailed, .ddlUnsupported, .schemaMismatch].contains(failure.code)
        else { return nil }
        return failure.statement
    }

    /// - Throws: ``Failure`` `not-allowed`; then nothing has changed.
    package mutating func handle(_ request: Request) throws(Failure) -> [Action] {
        guard isAllowed(request) else { throw refusal(of: request) }
        switch request {
        case .configure: return configure()
        case .verify:
            beginVerifying()
            return settle()
        case .start(let time): return start(at: time)
        case .hold:
            desired = .held
            state = .scheduled
            failure = nil
            startAt = nil
            return []
        case .pause: return pause()
        case .resume: return comeUp { machine in machine.schedule() }
        case .retry:
            return comeUp { machine in
                machine.state = .retrying
                return []
            }
        case .stop:
            desired = .stopped
            return leave()
        case .delete:
            desired = .gone
            return leave()
        }
    }

    private func isAllowed(_ request: Request) -> Bool {
        switch request {
        case .configure(let harmless):
            actions.contains(request.word) && (harmless || (state != .paused && state != .failed))
        // After a start of the pair that failed before the task ran.
        case .verify: actions.contains(request.word) || (state == .failed && desired == .idle)
        case .start: actions.contains(request.word) || desired == .held
        case .hold: actions.contains(request.word) || state == .paused || state == .failed || desired == .held
        // Giving up for good is possible at any time, but only offered where it means something.
        case .stop: desired != .gone && state != .stopped && state != .stopping
        default: actions.contains(request.word)
        }
    }

    private func refusal(of request: Request) -> Failure {
        if case .configure = request, actions.contains(request.word) {
            return Failure(
                .notAllowed,
                "the task is \(state.rawValue) and has a checkpoint; its objects and options cannot change any more",
                remedy: "change only addresses, accounts, limits and the conflict policy, or create a new task"
            )
        }
        let allowed = actions.isEmpty ? "nothing" : actions.joined(separator: ", ")
        return Failure(
            .notAllowed,
            "'\(request.word)' is not possible while the task is \(desired == .gone ? "being deleted" : state.rawValue)",
            remedy: "possible now: \(allowed)"
        )
    }

    private mutating func configure() -> [Action] {
        guard state != .paused, state != .failed else { return [] }
        state = .configured
        failure = nil
        startAt = nil
        verifiedFreshly = false
        return []
    }

    private mutating func start(at time: UInt64?) -> [Action] {
        let wasHeld = desired == .held
        desired = .up
        startAt = time
        restarts = 0
        var actions = forgetFailures()
        if verifiedFreshly || wasHeld {
            actions += schedule()
        } else {
            beginVerifying()
        }
        return actions + settle()
    }

    private mutating func pause() -> [Action] {
        desired = .paused
        var actions = forgetFailures()
        let wasRunning = state == .running
        state = .pausing
        if wasRunning, process == .live(.run) {
            actions += [.sendPause, .startTimer(.pause, Self.pauseLimit)]
            return actions
        }
        if case .live(.run) = process { actions += dismiss() }
        return actions + settle()
    }

    private mutating func comeUp(_ become: (inout Self) -> [Action]) -> [Action] {
        desired = .up
        restarts = 0
        let actions = forgetFailures()
        return actions + become(&self) + settle()
    }

    private mutating func leave() -> [Action] {
        state = .stopping
        return forgetFailures() + dismiss() + settle()
    }

    /// A worker for one command, apart from the task's life.
    /// - Returns: nil while a worker is there: send the command to it, or wait for its exit.
    package mutating func beginErrand(leavesTraces: Bool) -> [Action]? {
        guard process == .none, !closing else { return nil }
        if leavesTraces { leftTraces = true }
        process = .live(.errand)
        reported = nil
        answered = false
        return [.launch(.errand)]
    }
}
