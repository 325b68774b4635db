/// What the operator wants done about one definition statement that a task stopped at.
package struct StatementDecision: Sendable, Hashable {
    /// ``Failure/statement`` of the failure that the task stopped with.
    package var statement: String
    /// What is executed on the target in its place, in the target's names; nil: nothing is.
    package var replacement: String?

    package init(statement: String, replacement: String?) {
        self.statement = statement
        self.replacement = replacement
    }
}
