package import SyncModel

/// A two-way sync as `pair show NAME --json` prints it.
package struct PairView: Sendable, Hashable, Codable {
    package var name: String
    /// The state of both tasks as one.
    package var state: TaskState
    /// a-to-b, then b-to-a.
    package var tasks: [TaskView]
    /// Why the pair itself cannot be used; left out where it can.
    package var error: TaskErrorView?

    package init(name: String, state: TaskState, tasks: [TaskView], error: TaskErrorView? = nil) {
        self.error = error
        self.name = name
        self.state = state
        self.tasks = tasks
    }
}
