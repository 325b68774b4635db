package import SyncModel

/// A two-way sync as `pair show NAME --json` prints it.
package struct PairView: Sendable, Hashable, Codable {
    package var name: String
    /// The state of both tasks as one.
    package var state: TaskState
    /// a-to-b, then b-to-a.
    package var tasks: [TaskView]

    package init(name: String, state: TaskState, tasks: [TaskView]) {
        self.name = name
        self.state = state
        self.tasks = tasks
    }
}
