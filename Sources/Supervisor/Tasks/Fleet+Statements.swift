package import SyncModel
import SyncWire

extension Fleet {
    /// Has the definition statement that a task stopped at left out, or another one executed in its place, and lets the task
    /// go on.
    ///
    /// The decision is kept on the target before the task is started, so that nothing that ends in between loses it: a
    /// later `retry` goes by it.
    /// - Parameter replacement: nil: nothing is executed.
    /// - Throws: `not-allowed` when the task did not stop at a statement, or when the replacement cannot be executed.
    package func decideStatement(ofTask name: String, replacement: String?) async throws(Failure) {
        let task = try task(name)
        let statement = try await task.undecidedStatement()
        _ = try await task.errand(
            .decide(StatementDecision(statement: statement, replacement: replacement)),
            leavesTraces: true
        )
        try await retryTask(name)
    }
}

extension TaskSupervisor {
    fileprivate func undecidedStatement() throws(Failure) -> String {
        if let statement = machine.undecidedStatement { return statement }
        if machine.desired == .gone { throw machine.refusal(of: "skip-statement", offered: actions) }
        let error = machine.failure.map { " with the error \($0.code.rawValue)" } ?? ""
        throw Failure(
            .notAllowed,
            "the task is \(machine.state.rawValue)\(error); it has not stopped at a definition statement",
            remedy:
                "only the statement of a \(FailureCode.ddlFailed.rawValue) or \(FailureCode.ddlUnsupported.rawValue) can be left out or replaced; possible now: \(actions.joined(separator: ", "))"
        )
    }
}
