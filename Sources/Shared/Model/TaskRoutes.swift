/// How the changes of other servers reach a task's target, told to its worker.
///
/// A source has changes of its own and changes that tasks have brought to it from other servers. The second kind is passed
/// on, unless it reaches the target another way: then it would arrive twice. Which way it takes follows from the graph of
/// all tasks; a task goes by it when it begins, and gives a way up when a task that is more direct begins later.
package struct TaskRoutes: Sendable, Hashable, Codable {
    /// Identities of servers whose changes reach the target by other tasks.
    package var blocked: [String]
    /// Identifiers of tasks that bring their own source's changes to the same target. What is theirs is passed on only
    /// until they begin.
    package var direct: [String]
    /// Tasks that have passed the changes of this task's source on to the target so far. This task goes on where they have
    /// come to.
    package var takesOver: [TakeOver]

    package struct TakeOver: Sendable, Hashable, Codable {
        /// Identifier of the task that brings the changes to the target.
        package var from: String
        /// Identifier of the task by which they leave this task's source on their way there. If it has not begun, nothing has
        /// come that way.
        package var feeder: String
        /// Identifier of the task by which they come to the source of `from`; that of `feeder` where there is no other between.
        package var via: String

        package init(from: String, feeder: String, via: String) {
            self.from = from
            self.feeder = feeder
            self.via = via
        }
    }

    package init(blocked: [String] = [], direct: [String] = [], takesOver: [TakeOver] = []) {
        self.blocked = blocked
        self.direct = direct
        self.takesOver = takesOver
    }

    package var isEmpty: Bool { blocked.isEmpty && direct.isEmpty && takesOver.isEmpty }
}
