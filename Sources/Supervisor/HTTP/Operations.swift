package import SupervisorAPI
package import SyncModel

/// All that the API can ask of the daemon.
///
/// Every operation throws ``Failure`` (`not-found`, `not-allowed`, …); any other error is answered as `internal-error`
/// without its text. Names have been checked to be single path components, but not to exist. Verifications and starts,
/// which can take long, are cancelled when the daemon stops; all others are finished first.
package protocol Operations: TaskOperations, PairOperations, ConflictOperations, NoticeOperations, BillingOperations {
    /// Returns as soon as the goal is reached; `name` is a task or a pair.
    ///
    /// The caller sets the time limit by cancelling, so the operation must end soon after its cancellation.
    /// - Throws: the task's own ``Failure`` when it is failed, stopped or paused by an error and the goal is another
    ///   state: it would never be reached.
    func wait(for goal: WaitGoal, of name: String) async throws -> WaitView
    /// All tasks but those stopped for good, with their servers.
    func topology() async throws -> TopologyView
}

/// One-way tasks.
package protocol TaskOperations: Sendable {
    /// Verifies nothing and starts nothing.
    /// - Throws: `already-exists`.
    func createTask(_ request: TaskRequest) async throws -> TaskView
    /// Replaces the task's specification and passwords; `request.spec.name` is `name`.
    func configureTask(_ name: String, as request: TaskRequest) async throws -> TaskView
    func tasks() async throws -> [TaskView]
    func task(_ name: String) async throws -> TaskView
    /// Returns when all items are known; an item that failed is not an error, and nothing to a task that has been started.
    func verifyTask(_ name: String) async throws -> VerificationView
    /// Logs in to both servers, whatever the task does; its state and its last verification stay as they are.
    func testConnection(ofTask name: String) async throws -> VerificationView
    /// Verifies, then starts. Returns when the task has been accepted for running; a failed verification is not an error.
    /// With a time in the request it is scheduled for then.
    func startTask(_ name: String, _ request: StartRequest) async throws -> StartedTask
    /// Returns when the task is in the state that the action leads to.
    func perform(_ action: SimpleAction, onTask name: String) async throws -> TaskView
    /// Tables of which the source says something else now than the task goes by.
    /// - Throws: `not-allowed` while the task runs.
    func definitions(ofTask name: String) async throws -> VerificationView
    /// Has the task go by what the source says of its tables now, and lets it go on.
    /// - Throws: `not-allowed` while it runs, and when nothing can be adopted.
    func adoptDefinitions(ofTask name: String) async throws -> TaskView
    /// Leaves out the definition statement that the task stopped at, and lets the task go on.
    /// - Throws: `not-allowed` when the task did not stop at one.
    func skipStatement(ofTask name: String) async throws -> TaskView
    /// Has another statement executed on the target in its place.
    /// - Throws: `not-allowed` when the task did not stop at one, or when this one cannot be executed.
    func replaceStatement(ofTask name: String, with request: ReplaceStatementRequest) async throws -> TaskView
    func limitTask(_ name: String, to request: LimitRequest) async throws -> TaskView
    /// Acknowledges the risk of an item that the last verification failed at.
    /// - Throws: `not-found`; `not-allowed` when the item did not fail or cannot be skipped.
    func skipCheck(_ request: SkipCheckRequest, ofTask name: String) async throws -> TaskView
    func renameTask(_ name: String, to request: RenameRequest) async throws -> TaskView
    /// Creates another task with the same settings, which waits to be configured.
    func createTask(like name: String, _ request: SimilarRequest) async throws -> TaskView
    /// Removes the task and what it keeps in the databases.
    /// - Returns: what had to stay there, and how it is removed.
    func deleteTask(_ name: String) async throws -> [Failure]
    /// The task as the user described it, with the changes since then.
    func taskSpec(_ name: String) async throws -> TaskSpec
    /// What the task's workers have written.
    /// - Parameters:
    ///   - lines: only the last so many lines; nil: all that is kept.
    ///   - follow: go on with what is written from now on, until the reader cancels.
    func taskLogs(_ name: String, lines: Int?, follow: Bool) async throws -> LogPieces
}

/// Two-way syncs.
package protocol PairOperations: Sendable {
    /// Creates both tasks; verifies nothing and starts nothing.
    func createPair(_ request: PairRequest) async throws -> PairView
    /// Replaces the settings and passwords of both halves, or of neither; `request.spec.name` is `name`.
    func configurePair(_ name: String, as request: PairRequest) async throws -> PairView
    func pairs() async throws -> [PairView]
    func pair(_ name: String) async throws -> PairView
    func verifyPair(_ name: String) async throws -> PairVerificationView
    /// Runs the gate. Returns when the first task has been accepted for running.
    /// With a time in the request it is scheduled for then.
    func startPair(_ name: String, _ request: StartRequest) async throws -> StartedPair
    func perform(_ action: SimpleAction, onPair name: String) async throws -> PairView
    /// - Returns: what had to stay in the databases, and how it is removed.
    func deletePair(_ name: String) async throws -> [Failure]
    /// The pair as the user described it, with the changes since then.
    func pairSpec(_ name: String) async throws -> PairSpec
}

/// The conflict log.
package protocol ConflictOperations: Sendable {
    /// Conflicts of a task, or of both tasks of a pair.
    func conflicts(of name: String, _ query: ConflictQuery) async throws -> ConflictPage
    func conflict(_ id: String) async throws -> ConflictView
    /// With a side of the pair, what the other half has found of the same row is decided too.
    /// - Throws: `not-allowed` when the conflict is not awaiting a decision.
    func resolveConflict(_ id: String, take side: ConflictSide) async throws -> ConflictView
    /// Decides all that await a decision.
    func resolveConflicts(_ request: ResolveAllRequest) async throws -> ResolvedConflicts
}

/// The message center and the channels.
package protocol NoticeOperations: Sendable {
    /// Newest first.
    func messages(_ query: NoticeQuery) async throws -> NoticePage
    /// Marks it as read.
    func readMessage(_ id: String) async throws -> NoticeView
    func readAllMessages() async throws -> ReadAllView
    /// What has not arrived.
    func outbox() async throws -> OutboxView
    /// Sends a test message; that it was refused is not an error.
    func testChannel(_ name: String) async throws -> ChannelTestView
}

/// What is free or paid for, and what was used.
package protocol BillingOperations: Sendable {
    func billing() async throws -> BillingView
    /// Up to now, also of tasks that were deleted.
    func usage(_ query: UsageQuery) async throws -> UsageView
}

/// Actions that need nothing but a name.
package enum SimpleAction: String, Sendable, Hashable, CaseIterable {
    case pause, resume, retry, stop
}

/// Pieces of a log file as they come, cut anywhere.
package typealias LogPieces = any AsyncSequence<[UInt8], any Error> & Sendable
