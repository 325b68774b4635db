import SupervisorAPI
import SupervisorHTTP
import SupervisorProcess
import SupervisorTasks
import SyncModel
import SystemPackage

/// The API's operations, carried out by the fleet.
struct FleetOperations: Operations {
    let fleet: Fleet
    let logs: FilePath
    let clock: any Clock<Duration>

    func wait(for goal: WaitGoal, of name: String) async throws -> WaitView {
        do {
            let state = try await fleet.wait(for: goal.target, of: name)
            return WaitView(name: name, goal: goal, state: state)
        } catch {
            // The time limit, or the end of the daemon: the caller says which.
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }
}

extension FleetOperations: TaskOperations {
    func createTask(_ request: TaskRequest) async throws -> TaskView {
        TaskView(try await fleet.createTask(request.spec, secrets: request.secrets).snapshot)
    }

    func configureTask(_ name: String, as request: TaskRequest) async throws -> TaskView {
        try await fleet.configureTask(name, spec: request.spec, secrets: request.secrets)
        return try await task(name)
    }

    func tasks() async throws -> [TaskView] {
        var views: [TaskView] = []
        for task in await fleet.allTasks() { views.append(TaskView(await task.snapshot)) }
        return views
    }

    func task(_ name: String) async throws -> TaskView {
        TaskView(try await fleet.task(name).snapshot)
    }

    func verifyTask(_ name: String) async throws -> VerificationView {
        VerificationView(try await fleet.verifyTask(name).snapshot)
    }

    func startTask(_ name: String) async throws -> StartedTask {
        let wasVerified = try await fleet.startTask(name, at: nil)
        let snapshot = try await fleet.task(name).snapshot
        return StartedTask(task: TaskView(snapshot), verification: wasVerified ? VerificationView(snapshot) : nil)
    }

    func perform(_ action: SimpleAction, onTask name: String) async throws -> TaskView {
        switch action {
        case .pause: try await fleet.pauseTask(name)
        case .resume: try await fleet.resumeTask(name)
        case .retry: try await fleet.retryTask(name)
        case .stop: try await fleet.stopTask(name)
        }
        return try await task(name)
    }

    func limitTask(_ name: String, to request: LimitRequest) async throws -> TaskView {
        try await fleet.limitTask(name, rowsPerSecond: request.rowsPerSecond)
        return try await task(name)
    }

    func deleteTask(_ name: String) async throws {
        // What the clean-up had to leave behind is in the log and in the message center.
        _ = try await fleet.deleteTask(name)
    }

    func taskSpec(_ name: String) async throws -> TaskSpec {
        try await fleet.task(name).spec
    }

    func taskLogs(_ name: String, lines: Int?, follow: Bool) async throws -> LogPieces {
        _ = try await fleet.task(name)
        return TaskLog(path: logs.appending("\(name).log"), clock: clock).pieces(lines: lines, follow: follow)
    }
}

extension FleetOperations: PairOperations {
    func createPair(_ request: PairRequest) async throws -> PairView {
        let pair = try await fleet.createPair(request.spec, secrets: request.secrets)
        return await Self.view(pair)
    }

    func pairs() async throws -> [PairView] {
        var views: [PairView] = []
        for pair in await fleet.allPairs() { views.append(await Self.view(pair)) }
        return views
    }

    func pair(_ name: String) async throws -> PairView {
        await Self.view(try await fleet.pair(name))
    }

    func verifyPair(_ name: String) async throws -> PairVerificationView {
        let pair = try await fleet.pair(name)
        try await pair.verify()
        return PairVerificationView(name: name, tasks: await pair.snapshots().map(VerificationView.init))
    }

    func startPair(_ name: String) async throws -> StartedPair {
        let pair = try await fleet.pair(name)
        let isVerified = await pair.gate != .closed
        _ = try await pair.start()
        let verification =
            isVerified
            ? nil : PairVerificationView(name: name, tasks: await pair.snapshots().map(VerificationView.init))
        return StartedPair(pair: await Self.view(pair), verification: verification)
    }

    func perform(_ action: SimpleAction, onPair name: String) async throws -> PairView {
        let pair = try await fleet.pair(name)
        switch action {
        case .pause: try await pair.pause()
        case .resume: try await pair.resume()
        case .stop: try await pair.stop()
        case .retry:
            throw Failure(.notAllowed, "a pair cannot be retried", remedy: "retry its tasks, or: pair start \(name)")
        }
        return await Self.view(pair)
    }

    func deletePair(_ name: String) async throws {
        _ = try await fleet.deletePair(name)
    }

    private static func view(_ pair: PairCoordinator) async -> PairView {
        let tasks = await pair.snapshots()
        return PairView(name: pair.name, state: await pair.state(), tasks: tasks.map(TaskView.init))
    }
}

extension FleetOperations: ConflictOperations {
    func conflicts(of name: String, _ query: ConflictQuery) async throws -> ConflictPage {
        let before = try query.before.map { try Self.number($0) }
        // One more than asked for tells whether there are more.
        let found = try await fleet.conflicts(
            of: name,
            undecidedOnly: query.unresolvedOnly,
            limit: query.limit + 1,
            before: before
        )
        var views: [ConflictView] = []
        for conflict in found.prefix(query.limit) {
            views.append(ConflictView(conflict, task: await fleet.taskName(conflict.task)))
        }
        return ConflictPage(conflicts: views, more: found.count > query.limit)
    }

    func conflict(_ id: String) async throws -> ConflictView {
        let found = try await fleet.conflict(try Self.number(id))
        return ConflictView(found, task: await fleet.taskName(found.task))
    }

    func resolveConflict(_ id: String, take side: ConflictSide) async throws -> ConflictView {
        let resolved = try await fleet.resolveConflict(try Self.number(id), takingSource: side == .source)
        return ConflictView(resolved, task: await fleet.taskName(resolved.task))
    }

    private static func number(_ id: String) throws(Failure) -> Int64 {
        if let number = Int64(id) { return number }
        throw Failure(
            .notFound,
            "there is no conflict '\(id)'",
            remedy: "'conflict list NAME' shows a task's conflicts"
        )
    }
}
