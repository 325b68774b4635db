package import SyncModel

/// Answer of `GET /tasks`.
package struct TaskList: Sendable, Hashable, Codable {
    package var tasks: [TaskView]

    package init(tasks: [TaskView]) {
        self.tasks = tasks
    }
}

/// Answer of `GET /pairs`.
package struct PairList: Sendable, Hashable, Codable {
    package var pairs: [PairView]

    package init(pairs: [PairView]) {
        self.pairs = pairs
    }
}

/// Answer of `POST /tasks/NAME/start`. When the verification failed, nothing was started.
package struct StartedTask: Sendable, Hashable, Codable {
    package var task: TaskView
    /// nil when the task had been verified before and nothing has changed since.
    @OrNull package var verification: VerificationView?

    package init(task: TaskView, verification: VerificationView?) {
        self.task = task
        self.verification = verification
    }
}

/// Answer of `POST /pairs/NAME/start`. When the verification of one task failed, neither was started.
package struct StartedPair: Sendable, Hashable, Codable {
    package var pair: PairView
    @OrNull package var verification: PairVerificationView?

    package init(pair: PairView, verification: PairVerificationView?) {
        self.pair = pair
        self.verification = verification
    }
}

/// Answer of a deletion.
package struct Deleted: Sendable, Hashable, Codable {
    package var deleted: String
    /// What had to stay in the databases, why, and how it is removed; left out when nothing had to.
    package var left: [ErrorBody.Details]?

    package init(_ name: String, left: [Failure] = []) {
        deleted = name
        self.left = left.isEmpty ? nil : left.map { ErrorBody($0).error }
    }
}

/// Answer of `GET /version`.
package struct VersionView: Sendable, Hashable, Codable {
    /// Version of the program.
    package static let current = VersionView(program: "dts-supervisor", version: "0.1.0", api: 1)

    package var program: String
    package var version: String
    /// Version of the API; it is also in every path.
    package var api: Int
}
