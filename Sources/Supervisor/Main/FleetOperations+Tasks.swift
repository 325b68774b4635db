import SupervisorAPI
import SupervisorHTTP
import SupervisorProcess
import SupervisorTasks
import SyncModel
import SystemPackage

extension FleetOperations {
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
        for record in await fleet.allUnreadableTasks() { views.append(TaskView(record, at: started)) }
        return views.sorted { $0.name < $1.name }
    }

    func task(_ name: String) async throws -> TaskView {
        if let record = await fleet.unreadableTask(name) { return TaskView(record, at: started) }
        return TaskView(try await fleet.task(name).measuredSnapshot())
    }

    func verifyTask(_ name: String) async throws -> VerificationView {
        VerificationView(try await fleet.verifyTask(name).snapshot)
    }

    func testConnection(ofTask name: String) async throws -> VerificationView {
        let items = try await fleet.testConnection(ofTask: name)
        return VerificationView(name: name, passed: !items.contains { $0.level == .fail }, items: items)
    }

    func startTask(_ name: String, _ request: StartRequest) async throws -> StartedTask {
        let wasVerified = try await fleet.startTask(name, at: request.at?.microsecondsSince1970)
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

    func definitions(ofTask name: String) async throws -> VerificationView {
        let items = try await fleet.definitions(ofTask: name)
        return VerificationView(name: name, passed: items.isEmpty, items: items)
    }

    func adoptDefinitions(ofTask name: String) async throws -> TaskView {
        try await fleet.adoptDefinitions(ofTask: name)
        return try await task(name)
    }

    func skipStatement(ofTask name: String) async throws -> TaskView {
        try await fleet.decideStatement(ofTask: name, replacement: nil)
        return try await task(name)
    }

    func replaceStatement(ofTask name: String, with request: ReplaceStatementRequest) async throws -> TaskView {
        try await fleet.decideStatement(ofTask: name, replacement: request.sql)
        return try await task(name)
    }

    func limitTask(_ name: String, to request: LimitRequest) async throws -> TaskView {
        try await fleet.limitTask(name) { limits in
            limits.rowsPerSecond = request.rowsPerSecond ?? limits.rowsPerSecond
            limits.loadThreads = request.loadThreads ?? limits.loadThreads
            limits.applyThreads = request.applyThreads ?? limits.applyThreads
        }
        return try await task(name)
    }

    func skipCheck(_ request: SkipCheckRequest, ofTask name: String) async throws -> TaskView {
        try await fleet.skipItem(request.item, ofTask: name)
        return try await task(name)
    }

    func renameTask(_ name: String, to request: RenameRequest) async throws -> TaskView {
        let renamed = try await fleet.renameTask(name, to: request.name) { [logs] in
            TaskLog.move(from: logs.appending("\(name).log"), to: logs.appending("\(request.name).log"))
        }
        return TaskView(await renamed.snapshot)
    }

    func createTask(like name: String, _ request: SimilarRequest) async throws -> TaskView {
        TaskView(try await fleet.createTask(like: name, named: request.name).snapshot)
    }

    func deleteTask(_ name: String) async throws -> [Failure] {
        try await fleet.deleteTask(name).map { [$0] } ?? []
    }

    func taskSpec(_ name: String) async throws -> TaskSpec {
        try await fleet.task(name).spec
    }

    func taskLogs(_ name: String, lines: Int?, follow: Bool) async throws -> LogPieces {
        _ = try await fleet.task(name)
        return TaskLog(path: logs.appending("\(name).log"), clock: clock).pieces(lines: lines, follow: follow)
    }
}
