import SupervisorAPI
import SupervisorHTTP
import SupervisorTasks
import SyncModel

extension FleetOperations {
    func createPair(_ request: PairRequest) async throws -> PairView {
        let pair = try await fleet.createPair(request.spec, secrets: request.secrets)
        return await Self.view(pair)
    }

    func configurePair(_ name: String, as request: PairRequest) async throws -> PairView {
        await Self.view(try await fleet.configurePair(name, spec: request.spec, secrets: request.secrets))
    }

    func pairs() async throws -> [PairView] {
        var views: [PairView] = []
        for pair in await fleet.allPairs() { views.append(await Self.view(pair)) }
        for record in await fleet.allUnreadablePairs() { views.append(await view(record)) }
        return views.sorted { $0.name < $1.name }
    }

    func pair(_ name: String) async throws -> PairView {
        if let record = await fleet.unreadablePair(name) { return await view(record) }
        let pair = try await fleet.pair(name)
        let tasks = await pair.measuredSnapshots()
        return PairView(name: pair.name, state: await pair.state(), tasks: tasks.map(TaskView.init))
    }

    func verifyPair(_ name: String) async throws -> PairVerificationView {
        let pair = try await fleet.pair(name)
        try await pair.verify()
        return PairVerificationView(name: name, tasks: await pair.snapshots().map(VerificationView.init))
    }

    func startPair(_ name: String, _ request: StartRequest) async throws -> StartedPair {
        let pair = try await fleet.pair(name)
        let isVerified = await pair.gate != .closed
        _ = try await pair.start(at: request.at?.microsecondsSince1970)
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
        case .retry: try await pair.retry()
        }
        return await Self.view(pair)
    }

    func deletePair(_ name: String) async throws -> [Failure] { try await fleet.deletePair(name) }

    func pairSpec(_ name: String) async throws -> PairSpec { try await fleet.pair(name).spec }

    /// A pair that is not whole, with those of its tasks that are there.
    private func view(_ record: UnreadableRecord) async -> PairView {
        let (tasks, unreadable) = await fleet.halves(of: record)
        var views: [TaskView] = []
        for task in tasks { views.append(TaskView(await task.snapshot)) }
        views += unreadable.map { TaskView($0, at: started) }
        return PairView(
            name: record.name, state: .failed, tasks: views.sorted { $0.name < $1.name }, error: TaskErrorView(record.failure, at: started))
    }

    private static func view(_ pair: PairCoordinator) async -> PairView {
        let tasks = await pair.snapshots()
        return PairView(name: pair.name, state: await pair.state(), tasks: tasks.map(TaskView.init))
    }
}
