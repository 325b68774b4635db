package import SyncModel

/// What may be asked for in which state. README, "Lifecycle", has the same as a table.
extension TaskStateMachine {
    /// The words that the user may say in this state.
    package var actions: [String] {
        if desired == .gone { return [] }
        return lifecycle + (isQuiet ? ["rename"] : []) + (state == .stopped || state == .stopping ? [] : ["limit"])
            + ["similar", "export", "delete"]
    }

    private var lifecycle: [String] {
        switch state {
        case .created: ["configure"]
        case .configured, .verified: ["configure", "verify", "start"]
        case .verifyFailed: ["configure", "verify", "start", "skip-check"]
        case .verifying, .stopping, .stopped: []
        case .scheduled: waitsForTime ? ["configure", "verify", "start", "pause", "stop"] : (verifiesAside ? ["verify"] : []) + ["pause", "stop"]
        case .running: ["configure", "verify", "skip-check", "pause", "stop"]
        case .pausing: ["stop"]
        case .paused: ["configure", "verify", "skip-check", "resume", "retry"] + decisions + ["stop"]
        case .retrying: ["configure", "verify", "skip-check", "pause", "retry", "stop"]
        case .failed: ["configure", "verify", "skip-check", "retry"] + decisions + ["stop"]
        }
    }

    /// Whether a verification leaves the task's life as it is, whatever it finds: the task has been started.
    package var verifiesAside: Bool {
        switch state {
        case .running, .paused, .retrying: true
        case .scheduled: waitsForTime || desired == .held
        // Otherwise the start of the pair failed before the task ran.
        case .failed: desired != .idle
        case .created, .configured, .verifying, .verified, .verifyFailed, .pausing, .stopping, .stopped: false
        }
    }

    /// No worker is wanted, so the task's name is in nobody's hands.
    private var isQuiet: Bool {
        switch state {
        case .created, .configured, .verified, .verifyFailed, .paused, .failed, .stopped: true
        case .scheduled: waitsForTime
        case .verifying, .running, .pausing, .retrying, .stopping: false
        }
    }

    private var decisions: [String] {
        if undecidedStatement == nil { return [] }
        return isReplaceable ? ["skip-statement", "replace-statement"] : ["skip-statement"]
    }

    /// Whether a definition statement can stand for the one that the task stopped at: not for one that changed rows.
    package var isReplaceable: Bool { failure?.code != .statementFormat }

    /// The statement that the task stopped at and that the operator may decide about, see
    /// ``StatementDecision``; nil when it runs or stopped for another reason.
    package var undecidedStatement: String? {
        guard desired != .gone, state == .failed || state == .paused, let failure,
            [.ddlFailed, .ddlUnsupported, .schemaMismatch, .statementFormat].contains(failure.code)
        else { return nil }
        return failure.statement
    }

    package func isAllowed(_ request: Request) -> Bool {
        switch request {
        case .verify: actions.contains(request.word) && !verifiesAside
        case .start: actions.contains(request.word) || desired == .held
        case .hold: actions.contains(request.word) || state == .paused || state == .failed || desired == .held
        case .release: desired == .held
        case .giveUp: desired != .gone && state != .stopped && state != .stopping
        default: actions.contains(request.word)
        }
    }

    /// - Parameter offered: the words to name, where the task is offered fewer than its state allows.
    package func refusal(of word: String, offered: [String]? = nil) -> Failure {
        let allowed = offered ?? actions
        return Failure(
            .notAllowed,
            "'\(word)' is not possible while the task is \(desired == .gone ? "being deleted" : state.rawValue)",
            remedy: "possible now: \(allowed.isEmpty ? "nothing" : allowed.joined(separator: ", "))"
        )
    }
}
