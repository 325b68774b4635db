import SupervisorAPI
import SupervisorHTTP
import SupervisorNotices
import SyncModel

/// Operations over a dictionary: enough to see what a request did.
actor FakeOperations: Operations {
    private(set) var requests: [String: TaskRequest] = [:]
    private var states: [String: TaskState] = [:]
    private(set) var pairRequests: [String: PairRequest] = [:]
    private(set) var deleted: [String] = []
    private(set) var limits: [String: LimitRequest] = [:]
    private(set) var startTimes: [String: Timestamp] = [:]
    private(set) var skippedChecks: [String: [String]] = [:]
    /// What was to be done about statements, in order: `TASK skip`, or `TASK` and the replacement.
    private(set) var statements: [String] = []
    private(set) var resolved: [String: ConflictSide] = [:]
    private(set) var conflictQueries: [ConflictQuery] = []
    private(set) var noticeQueries: [NoticeQuery] = []
    private var message = StoredNotice(
        number: 7,
        notice: Notice(
            id: "0b1c", .failed, taskID: "t-1", task: "t", pair: "shop", owner: "ann@example.com", text: "binlog-purged: it is gone",
            facts: [.init("code", "binlog-purged")], remedy: "load again", at: 1_000_000),
        isRead: false)
    private(set) var waiting = 0
    private var failure: (any Error)?
    private var verificationPasses = true
    private var followers: [AsyncThrowingStream<[UInt8], any Error>.Continuation] = []
    private(set) var readersGone = 0
    var readers: Int { followers.count }

    /// What deletions leave behind.
    private var left: [Failure] = []

    // What a test sets.
    func leave(_ failures: [Failure]) { left = failures }
    func fail(with failure: any Error) { self.failure = failure }
    func failVerification() { verificationPasses = false }
    func set(_ name: String, _ state: TaskState) { states[name] = state }
    private var logs: [String: String] = [:]
    /// The log of a task, which need not be there.
    func setLog(_ name: String, _ text: String) { logs[name] = text }
    func writeLog(_ text: String) { followers.forEach { $0.yield(Array(text.utf8)) } }
    private func readerLeft() { readersGone += 1 }

    // Tasks
    func createTask(_ request: TaskRequest) throws -> TaskView {
        guard requests[request.spec.name] == nil else {
            throw Failure(.alreadyExists, "there is a task '\(request.spec.name)'", remedy: "choose another name")
        }
        requests[request.spec.name] = request
        states[request.spec.name] = .configured
        return try task(request.spec.name)
    }

    func configureTask(_ name: String, as request: TaskRequest) throws -> TaskView {
        _ = try task(name)
        requests[name] = request
        return try task(name)
    }

    func tasks() throws -> [TaskView] {
        if let failure { throw failure }
        return try requests.keys.sorted().map(task)
    }

    func task(_ name: String) throws -> TaskView {
        guard let request = requests[name], let state = states[name] else {
            throw Failure(.notFound, "there is no task '\(name)'", remedy: "see 'task list'")
        }
        let error = state == .failed ? TaskErrorView(failed, at: Timestamp(microsecondsSince1970: 0)) : nil
        return TaskView(
            id: "id-\(name)",
            name: name,
            state: state,
            phase: state == .running ? .incremental : nil,
            actions: [.start],
            source: EndpointView(request.spec.source),
            target: EndpointView(request.spec.target),
            limits: limits[name]?.rowsPerSecond.map { Limits(rowsPerSecond: $0) } ?? Limits(),
            startAt: startTimes[name],
            error: error
        )
    }

    func verifyTask(_ name: String) throws -> VerificationView {
        _ = try task(name)
        states[name] = verificationPasses ? .verified : .verifyFailed
        return verification(of: name)
    }

    func testConnection(ofTask name: String) throws -> VerificationView {
        _ = try task(name)
        return verification(of: name)
    }

    func startTask(_ name: String, _ request: StartRequest) throws -> StartedTask {
        let verification = try verifyTask(name)
        startTimes[name] = request.at
        if verification.passed { states[name] = request.at == nil ? .running : .scheduled }
        return StartedTask(task: try task(name), verification: verification)
    }

    func perform(_ action: SimpleAction, onTask name: String) throws -> TaskView {
        _ = try task(name)
        switch action {
        case .pause: states[name] = .paused
        case .resume, .retry: states[name] = .running
        case .stop: states[name] = .stopped
        }
        return try task(name)
    }

    func definitions(ofTask name: String) throws -> VerificationView {
        _ = try task(name)
        let item = CheckItem(item: "shop.t", level: .alarm, facts: "the task goes by (a int), the source has (b int)", remedy: "adopt it")
        return VerificationView(name: name, passed: false, items: [item])
    }

    func adoptDefinitions(ofTask name: String) throws -> TaskView {
        statements.append("\(name) adopt")
        return try task(name)
    }

    func skipStatement(ofTask name: String) throws -> TaskView {
        statements.append("\(name) skip")
        return try task(name)
    }

    func replaceStatement(ofTask name: String, with request: ReplaceStatementRequest) throws -> TaskView {
        statements.append("\(name) \(request.sql)")
        return try task(name)
    }

    func limitTask(_ name: String, to request: LimitRequest) throws -> TaskView {
        limits[name] = request
        return try task(name)
    }

    func skipCheck(_ request: SkipCheckRequest, ofTask name: String) throws -> TaskView {
        skippedChecks[name, default: []].append(request.item)
        return try task(name)
    }

    func renameTask(_ name: String, to request: RenameRequest) throws -> TaskView {
        _ = try task(name)
        requests[request.name] = requests.removeValue(forKey: name)
        states[request.name] = states.removeValue(forKey: name)
        return try task(request.name)
    }

    func createTask(like name: String, _ request: SimilarRequest) throws -> TaskView {
        _ = try task(name)
        let newName = request.name ?? "\(name)-2"
        requests[newName] = requests[name]
        states[newName] = .created
        return try task(newName)
    }

    func deleteTask(_ name: String) throws -> [Failure] {
        _ = try task(name)
        requests[name] = nil
        deleted.append(name)
        return left
    }

    func taskSpec(_ name: String) throws -> TaskSpec {
        _ = try task(name)
        return requests[name]?.spec
            ?? TaskSpec(name: name, source: Endpoint(user: ""), target: Endpoint(user: ""), objects: [])
    }

    func taskLogs(_ name: String, lines: Int?, follow: Bool) throws -> LogPieces {
        if logs[name] == nil { _ = try task(name) }
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let text = logs[name] ?? "first\nsecond\n"
        continuation.yield(Array(text.utf8.dropFirst(lines == 1 ? 6 : 0)))
        guard follow else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { _ in Task { await self.readerLeft() } }
        followers.append(continuation)
        return stream
    }

    // Pairs
    func createPair(_ request: PairRequest) throws -> PairView {
        pairRequests[request.spec.name] = request
        return try pair(request.spec.name)
    }

    func configurePair(_ name: String, as request: PairRequest) throws -> PairView {
        _ = try pair(name)
        pairRequests[name] = request
        return try pair(name)
    }

    func pairs() throws -> [PairView] { try pairRequests.keys.sorted().map(pair) }

    func pair(_ name: String) throws -> PairView {
        guard let request = pairRequests[name] else {
            throw Failure(.notFound, "there is no pair '\(name)'", remedy: "see 'pair list'")
        }
        let state = states[name] ?? .created
        let a = EndpointView(request.spec.a), b = EndpointView(request.spec.b)
        return PairView(
            name: name,
            state: state,
            tasks: [
                TaskView(id: "1", name: "\(name)-a-to-b", pair: name, state: state, source: a, target: b),
                TaskView(id: "2", name: "\(name)-b-to-a", pair: name, state: state, source: b, target: a),
            ]
        )
    }

    func verifyPair(_ name: String) throws -> PairVerificationView {
        PairVerificationView(name: name, tasks: try pair(name).tasks.map { verification(of: $0.name) })
    }

    func startPair(_ name: String, _ request: StartRequest) throws -> StartedPair {
        let verification = try verifyPair(name)
        startTimes[name] = request.at
        if verification.passed { states[name] = request.at == nil ? .running : .scheduled }
        return StartedPair(pair: try pair(name), verification: verification)
    }

    func perform(_ action: SimpleAction, onPair name: String) throws -> PairView {
        states[name] = action == .resume || action == .retry ? .running : action == .pause ? .paused : .stopped
        return try pair(name)
    }

    func deletePair(_ name: String) throws -> [Failure] {
        _ = try pair(name)
        pairRequests[name] = nil
        deleted.append(name)
        return left
    }

    func pairSpec(_ name: String) throws -> PairSpec {
        _ = try pair(name)
        return pairRequests[name]?.spec ?? PairSpec(name: name, a: Endpoint(user: ""), b: Endpoint(user: ""), objects: [])
    }

    // Conflicts
    func conflicts(of name: String, _ query: ConflictQuery) throws -> ConflictPage {
        conflictQueries.append(query)
        return ConflictPage(conflicts: [try conflict("9")], more: true)
    }

    func conflict(_ id: String) throws -> ConflictView {
        guard id == "9" else { throw Failure(.notFound, "there is no conflict '\(id)'", remedy: "see 'conflict list'") }
        let record = ConflictRecord(
            sequence: 1,
            kind: .updateDiffers,
            database: "shop",
            table: "orders",
            key: [NamedValue(column: "id", value: "1")],
            before: [NamedValue(column: "id", value: "1"), NamedValue(column: "note", value: "a\u{1B}b")],
            after: [NamedValue(column: "id", value: "1"), NamedValue(column: "note", value: nil)],
            current: nil,
            position: BinlogPosition(gtid: "u:1"),
            decision: resolved[id] == .source ? .tookSource : .reported,
            at: 0
        )
        return ConflictView(id: id, task: "t", record: record, resolved: resolved[id] != nil)
    }

    func resolveConflict(_ id: String, take side: ConflictSide) throws -> ConflictView {
        resolved[id] = side
        var view = try conflict(id)
        if side == .a { view.counterpart = "12" }
        return view
    }

    private(set) var resolutions: [ResolveAllRequest] = []
    func resolveConflicts(_ request: ResolveAllRequest) -> ResolvedConflicts {
        resolutions.append(request)
        return ResolvedConflicts(resolved: ["9", "10"])
    }

    func messages(_ query: NoticeQuery) throws -> NoticePage {
        noticeQueries.append(query)
        return NoticePage(messages: [NoticeView(message)], more: true)
    }

    func readMessage(_ id: String) throws -> NoticeView {
        guard id == "7" else { throw Failure(.notFound, "there is no message \(id)", remedy: "'message list' shows all messages") }
        message.isRead = true
        return NoticeView(message)
    }

    func readAllMessages() -> ReadAllView { ReadAllView(read: 3) }

    func outbox() -> OutboxView {
        let dead = OutboxView.Message(
            id: "m-1", channel: "mail", recipient: "ops@example.com", at: Timestamp(microsecondsSince1970: 0), state: .dead, attempts: 9,
            nextAt: nil, error: "550 no such user", headline: "orders: failed", severity: .critical, notices: 1)
        return OutboxView(gathering: [.init(channel: "chat", notices: 4)], messages: [dead])
    }

    func testChannel(_ name: String) throws -> ChannelTestView {
        ChannelTestView(channel: name, accepted: name == "good", answer: name == "good" ? "250 queued" : "535 wrong password")
    }

    private(set) var usageQueries: [UsageQuery] = []
    private var billingView = BillingView(
        free: true, freeUntil: nil, timeZone: "UTC", isolation: false, subscriptions: [], tasks: [], notices: [])
    private var usageDays: [UsageView.Day] = []
    func set(_ billing: BillingView) { billingView = billing }
    func set(_ usage: [UsageView.Day]) { usageDays = usage }
    func billing() -> BillingView { billingView }
    func usage(_ query: UsageQuery) -> UsageView {
        usageQueries.append(query)
        return UsageView(month: query.month, days: usageDays)
    }

    func topology() async throws -> TopologyView { TopologyView(servers: [], tasks: []) }

    func wait(for goal: WaitGoal, of name: String) async throws -> WaitView {
        waiting += 1
        defer { waiting -= 1 }
        while true {
            let task = try task(name)
            if goal == .state(task.state) || (goal == .incremental && task.phase == .incremental) {
                return WaitView(name: name, goal: goal, state: task.state)
            }
            if task.state == .failed { throw failed }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private let failed = Failure(.binlogPurged, "binlog.000001 is gone", remedy: "load again")

    private func verification(of name: String) -> VerificationView {
        let items = [
            CheckItem(item: "connect-source", level: .pass, facts: "MySQL 9.7.4"),
            CheckItem(
                item: "binlog-format",
                level: verificationPasses ? .pass : .fail,
                facts: "MIXED",
                threshold: "ROW",
                remedy: "SET GLOBAL binlog_format = 'ROW'"
            ),
        ]
        return VerificationView(name: name, passed: verificationPasses, items: items)
    }
}
