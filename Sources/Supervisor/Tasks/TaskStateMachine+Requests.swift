package import SyncModel

extension TaskStateMachine {
    /// What a person, or the pair's coordinator on behalf of one, can ask for.
    package enum Request: Sendable, Hashable {
        /// The specification was replaced. `affectsWorker` says that a worker that runs has to begin anew with it.
        case configure(affectsWorker: Bool)
        case verify
        /// - Parameter at: microseconds since 1970 UTC; nil = now.
        case start(at: UInt64?)
        /// Start, but wait for the gate of the pair; ``start(at:)`` opens it.
        /// - Parameter at: microseconds since 1970 UTC at which the pair is to start; nil: it is being started.
        case hold(at: UInt64? = nil)
        /// The time that the pair waited for has come, or does not count any more: as before ``hold(at:)``.
        case release
        case pause
        case resume
        case retry
        case stop
        /// Stop on behalf of the pair, at whatever point of its start the task is.
        case giveUp
        case delete
        /// Something that changes nothing about the task's life, but is not possible in every state.
        case beside(String)

        /// Whether it wants the task to run.
        package var bringsUp: Bool {
            switch self {
            case .start, .hold, .resume, .retry: true
            case .configure, .verify, .release, .pause, .stop, .giveUp, .delete, .beside: false
            }
        }

        /// The word of the API.
        package var word: String {
            switch self {
            case .configure: "configure"
            case .verify: "verify"
            case .start, .hold, .release: "start"
            case .pause: "pause"
            case .resume: "resume"
            case .retry: "retry"
            case .stop, .giveUp: "stop"
            case .delete: "delete"
            case .beside(let word): word
            }
        }
    }

    /// - Throws: ``Failure`` `not-allowed`; then nothing has changed.
    package mutating func handle(_ request: Request) throws(Failure) -> [Action] {
        guard isAllowed(request) else { throw refusal(of: request.word) }
        switch request {
        case .configure(let affectsWorker): return configure(affectsWorker: affectsWorker)
        case .beside: return []
        case .verify:
            beginVerifying()
            return settle()
        case .start(let time): return start(at: time)
        case .hold(let time):
            desired = .held
            state = .scheduled
            failure = nil
            startAt = time
            return []
        case .release:
            desired = .idle
            state = verifiedFreshly ? .verified : .configured
            startAt = nil
            return []
        case .pause: return pause()
        case .resume:
            return comeUp { machine in
                if machine.startAt == nil, machine.isUnverified {
                    machine.beginVerifying()
                    return []
                }
                return machine.schedule()
            }
        case .retry:
            return comeUp { machine in
                // Now, even if it was to wait for its time.
                let waited = machine.startAt != nil && machine.process != .live(.run)
                machine.startAt = nil
                machine.waitsForTime = false
                if machine.isUnverified || waited && !machine.verifiedFreshly {
                    machine.beginVerifying()
                } else {
                    machine.state = .retrying
                }
                return []
            }
        case .stop, .giveUp:
            desired = .stopped
            return leave()
        case .delete:
            desired = .gone
            return leave()
        }
    }

    private mutating func configure(affectsWorker: Bool) -> [Action] {
        verifiedFreshly = false
        switch state {
        case .created, .configured, .verified, .verifyFailed:
            state = .configured
            failure = nil
            startAt = nil
            return []
        case .running where affectsWorker:
            // What is being synced is about to be another; the next worker says how far it is with that.
            phase = nil
            isChanging = true
            return dismiss() + settle()
        case .retrying where affectsWorker:
            return process == .live(.run) ? dismiss() : []
        default: return []
        }
    }

    /// Whether no worker has run yet, nor a verification shortly before.
    private var isUnverified: Bool { !leftTraces && !verifiedFreshly }

    /// Another time for a start that waits for its time; nil: at once.
    package mutating func reschedule(at time: UInt64?) -> [Action] {
        guard startAt != nil else { return [] }
        startAt = time
        guard state == .scheduled, waitsForTime else { return [] }
        return time.map { [.waitUntil($0)] } ?? timeHasCome()
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
