package import SyncModel
package import SyncWire

/// Runs worker processes. The real one is in SupervisorProcess; tests have their own.
package protocol WorkerLauncher: Sendable {
    /// Runs one worker from its spawn to its end and returns how it ended; by then no process is left.
    ///
    /// - Parameters:
    ///   - task: name of the task, for the log.
    ///   - events: called for one event after the other, in the order of the worker's messages; the next message is not
    ///     read before it returns, so that a flood stays in the pipe.
    func run(task: String, events: @escaping @Sendable (WorkerEvent) async -> Void) async -> WorkerExit
}

/// What a worker's process does, seen from the task.
package enum WorkerEvent: Sendable {
    /// The process is there.
    case started(any WorkerHandle)
    /// It has said hello and speaks our version; commands may be sent.
    case connected
    case message(WorkerMessage)
}

/// A running worker.
package protocol WorkerHandle: Sendable {
    var pid: Int { get }

    /// Queues a message; never waits.
    /// - Returns: false when the worker is leaving or does not read what it is told; its exit follows.
    @discardableResult
    func send(_ message: SupervisorMessage) -> Bool

    /// Asks the worker to stop at a commit boundary; when it does not, closes its stdin, then SIGTERM, then SIGKILL,
    /// each after its own time. Returns at once; the second call does nothing.
    func dismiss()
}

/// How a worker ended.
package struct WorkerExit: Sendable, Hashable, CustomStringConvertible {
    package enum Status: Sendable, Hashable {
        case exited(Int)
        case signaled(Int)
        /// There never was a process.
        case notStarted
    }

    package var status: Status
    /// What the launcher held against the worker before it ended it: silence, an illegible message, a spawn that failed.
    package var failure: Failure?
    /// The worker's last words, if it said any.
    package var done: WorkerMessage.DoneReason?

    package init(status: Status, failure: Failure? = nil, done: WorkerMessage.DoneReason? = nil) {
        self.status = status
        self.failure = failure
        self.done = done
    }

    /// Ended without having said so.
    package var crashed: Bool { done == nil }

    package var description: String {
        switch status {
        case .exited(let code): "exit status \(code)\(done == nil ? " without 'done'" : "")"
        case .signaled(let signal): "signal \(signal)"
        case .notStarted: "not started"
        }
    }
}
