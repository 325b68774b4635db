package import SyncModel
package import SyncMySQL

/// Checks everything that a task relies on, on both servers, and changes nothing on either.
package struct Verifier {
    private let taskID: String
    private let spec: TaskSpec
    private let pair: PairRole?
    private let source: Session.Options
    private let target: Session.Options

    /// - Parameter pair: the task's place in a pair; nil for a one-way task.
    package init(taskID: String, spec: TaskSpec, pair: PairRole?, source: Session.Options, target: Session.Options) {
        self.taskID = taskID
        self.spec = spec
        self.pair = pair
        self.source = source
        self.target = target
    }

    /// Blocks until every item is checked; reports each once, in a fixed order.
    ///
    /// Never throws on what a server answers: that is what it is there to find. Items that need a server which cannot
    /// be reached are reported as `skipped`. The task may run when no item is `fail`, but for those that are skippable
    /// and were acknowledged.
    package func run(_ report: (CheckItem) throws -> Void) rethrows {}
}
