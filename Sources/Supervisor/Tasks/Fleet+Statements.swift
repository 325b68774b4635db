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
        let statement = try await task.undecidedStatement(replacing: replacement != nil)
        _ = try await task.errand(
            .decide(StatementDecision(statement: statement, replacement: replacement)),
            leavesTraces: true
        )
        try await retryTask(name)
    }
}

extension TaskSupervisor {
    fileprivate func undecidedStatement(replacing: Bool) throws(Failure) -> String {
        if let statement = machine.undecidedStatement {
            guard replacing, !machine.isReplaceable else { return statement }
            throw Failure(
                .notAllowed, "the statement that the task stopped at changed rows, and a definition statement cannot stand for it",
                remedy: "make on the target what it did there, then leave it out with 'task skip-statement'")
        }
        if machine.desired == .gone { throw machine.refusal(of: "skip-statement", offered: actions) }
        let error = machine.failure.map { " with the error \($0.code.rawValue)" } ?? ""
        throw Failure(
            .notAllowed,
            "the task is \(machine.state.rawValue)\(error); it has not stopped at a statement",
            remedy:
                "only the statement of a \(FailureCode.ddlFailed.rawValue), \(FailureCode.ddlUnsupported.rawValue) or \(FailureCode.statementFormat.rawValue) can be left out; possible now: \(actions.joined(separator: ", "))"
        )
    }
}
