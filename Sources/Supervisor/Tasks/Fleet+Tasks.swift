import FoundationEssentials
package import SyncModel

extension Fleet {
    /// Creates a task; verifies nothing and starts nothing.
    /// - Throws: `already-exists`, `invalid-file`, `store-failed`.
    package func createTask(_ spec: TaskSpec, secrets: Secrets) async throws(Failure) -> TaskSupervisor {
        try spec.checkLength()
        try reserve([spec.name])
        defer { release([spec.name]) }
        let record = TaskRecord(
            id: Self.newID(),
            name: spec.name,
            spec: spec,
            secrets: secrets,
            createdAt: environment.now()
        )
        try await environment.store.create(record)
        let task = makeTask(record)
        tasks[spec.name] = task
        hub.notify()
        return task
    }

    /// Creates a task like another one, without its passwords and its position: it waits to be configured.
    /// - Parameter newName: nil: one that is free.
    package func createTask(like name: String, named newName: String? = nil) async throws(Failure) -> TaskSupervisor {
        let model = try task(name)
        try await model.permit(.beside("similar"))
        var spec = await model.spec
        if let newName { spec.name = newName } else { spec.name = try freeName(like: name) }
        try reserve([spec.name])
        defer { release([spec.name]) }
        let record = TaskRecord(
            id: Self.newID(),
            name: spec.name,
            spec: spec,
            secrets: Secrets(source: "", target: ""),
            memory: .init(state: .created, desired: .idle),
            createdAt: environment.now()
        )
        try await environment.store.create(record)
        let task = makeTask(record)
        tasks[spec.name] = task
        hub.notify()
        return task
    }

    private func freeName(like name: String) throws(Failure) -> String {
        for number in 2...1000 {
            let candidate = "\(name.prefix(Naming.maximumLength - 5))-\(number)"
            if isFree(candidate) { return candidate }
        }
        throw Failure(.alreadyExists, "all names like '\(name)' are taken", remedy: "delete some of these tasks")
    }

    /// Replaces a task's specification and passwords.
    package func configureTask(_ name: String, spec: TaskSpec, secrets: Secrets) async throws(Failure) {
        let task = try task(name)
        let current = await task.spec
        if let role = await task.role,
            SpecificationChange(from: current, to: spec, stage: .created).outdatesVerification
        {
            throw Failure(
                .notAllowed,
                "task '\(name)' belongs to pair '\(role.pair)', whose settings rule its objects and options",
                remedy: "configure both halves: pair configure \(role.pair) -f FILE"
            )
        }
        var spec = spec
        spec.name = name
        try await task.configure(spec: spec, secrets: secrets)
    }

    /// Gives a task another name.
    /// - Parameter moveLog: called when the task has it, while no worker writes.
    package func renameTask(
        _ name: String,
        to newName: String,
        moveLog: @Sendable () -> Void = {}
    ) async throws(Failure) -> TaskSupervisor {
        let task = try task(name)
        let role = await task.role
        // Somebody else may have renamed it, or deleted it, meanwhile.
        guard try self.task(name) === task else {
            throw Failure(.notAllowed, "'\(name)' is another task by now", remedy: "look at 'task list', then rename the one that is meant")
        }
        if let role {
            throw Failure(
                .notAllowed,
                "task '\(name)' belongs to pair '\(role.pair)', whose name it has",
                remedy: "only a task of its own can be renamed"
            )
        }
        guard !reserved.contains(name) else {
            throw Failure(.notAllowed, "task '\(name)' is just being renamed", remedy: "rename it by its new name")
        }
        try reserve([newName])
        reserved.insert(name)
        defer { release([name, newName]) }
        try await task.rename(to: newName, moveLog)
        // It may have been deleted meanwhile.
        if let known = tasks.first(where: { $0.value === task })?.key {
            tasks[known] = nil
            tasks[newName] = task
        }
        hub.notify()
        return task
    }

    /// Returns when all items are known.
    package func verifyTask(_ name: String) async throws(Failure) -> TaskSupervisor {
        let task = try task(name)
        try await task.verify()
        return task
    }

    /// Verifies the task unless that was just done, then starts it.
    /// - Parameter at: microseconds since 1970 UTC; nil: what the specification says, else now. Only a time that is asked
    ///   for has to be in the future: that of the specification may have come by the time the user says `start`.
    /// - Returns: whether a verification took place.
    package func startTask(_ name: String, at time: UInt64?) async throws(Failure) -> Bool {
        let task = try task(name)
        if let role = await task.role {
            throw Failure(
                .notAllowed,
                "task '\(name)' belongs to pair '\(role.pair)'",
                remedy: "start both: pair start \(role.pair)"
            )
        }
        if let time, time <= environment.now() {
            throw Failure(
                .notAllowed,
                "the start time of task '\(name)' has passed already",
                remedy: "give a time in the future, or start the task at once: task start \(name)"
            )
        }
        var time = time
        if time == nil, let text = await task.spec.runAt, await task.snapshot.state != .scheduled {
            time = try Self.moment(text)
        }
        await task.lookAround()
        let verifies = !(await task.isFreshlyVerified)
        try await task.request(.start(at: time))
        await task.waitUntilVerified()
        return verifies
    }

    package func pauseTask(_ name: String) async throws(Failure) {
        let task = try task(name)
        try await requireNoTime(of: task, named: name)
        try await task.request(.pause)
        await task.waitWhile { $0.state == .pausing }
    }

    package func resumeTask(_ name: String) async throws(Failure) {
        let task = try task(name)
        try await requireNoTime(of: task, named: name)
        try await requireOpenGate(of: task, named: name, "pair resume")
        try await task.request(.resume)
        await task.waitWhile { $0.state == .scheduled && $0.startAt == nil }
    }

    package func retryTask(_ name: String) async throws(Failure) {
        let task = try task(name)
        try await requireNoTime(of: task, named: name)
        try await requireOpenGate(of: task, named: name, "pair start")
        try await task.request(.retry)
        await task.waitUntilVerified()
    }

    /// Both halves of a pair that starts at a time wait for it together.
    private func requireNoTime(of task: TaskSupervisor, named name: String) async throws(Failure) {
        guard let role = await task.role, let pair = pairs[role.pair], await pair.waitsForItsTime else { return }
        throw Failure(
            .notAllowed, "task '\(name)' waits for the time of pair '\(role.pair)'",
            remedy: await pair.desired == .paused
                ? "pair resume \(role.pair) has both wait for it" : "pair start \(role.pair) starts both now, or with --at at another time")
    }

    private func requireOpenGate(of task: TaskSupervisor, named name: String, _ remedy: String) async throws(Failure) {
        guard let role = await task.role, role.direction == .bToA else { return }
        if let record = unreadablePairs[role.pair] { throw record.failure }
        guard let pair = pairs[role.pair], await pair.gate != .open else { return }
        throw Failure(.notAllowed, "task '\(name)' waits for the gate of pair '\(role.pair)'", remedy: "\(remedy) \(role.pair)")
    }

    package func stopTask(_ name: String) async throws(Failure) {
        let task = try task(name)
        if let role = await task.role {
            throw Failure(
                .notAllowed,
                "task '\(name)' belongs to pair '\(role.pair)', and a pair without one of its halves is none",
                remedy: "stop both: pair stop \(role.pair); for a while: task pause \(name)"
            )
        }
        try await task.request(.stop)
        await task.waitWhile { $0.state == .stopping }
    }

    /// - Returns: why something of the task was left in the databases; nil when nothing was.
    package func deleteTask(_ name: String) async throws(Failure) -> Failure? {
        if let record = unreadableTasks[name], case .task(_, nil) = record.subject {
            return try await deleteUnreadable(task: record)
        }
        let task = try task(name)
        if let role = await task.role {
            throw Failure(
                .notAllowed,
                "task '\(name)' belongs to pair '\(role.pair)'",
                remedy: "delete both: pair delete \(role.pair)"
            )
        }
        try await task.delete()
        return cleanUpFailures.removeValue(forKey: name)
    }

    package func skipItem(_ item: String, ofTask name: String) async throws(Failure) {
        try await task(name).skip(item: item)
    }

    /// - Parameter change: what is to be changed about the limits.
    package func limitTask(_ name: String, _ change: @Sendable (inout Limits) -> Void) async throws(Failure) {
        let task = try task(name)
        var limits = await task.spec.limits
        change(&limits)
        try await task.limit(limits)
    }

    // MARK: Names and times

    func reserve(_ names: [String]) throws(Failure) {
        for name in names {
            guard Naming.isValid(name) else {
                throw Failure(.invalidFile, "'\(name)' cannot be a name", remedy: "use \(Naming.rule())")
            }
            guard isFree(name) else {
                throw Failure(
                    .alreadyExists,
                    "the name '\(name)' is taken",
                    remedy: "choose another name, or delete the old one"
                )
            }
        }
        reserved.formUnion(names)
    }

    private func isFree(_ name: String) -> Bool {
        tasks[name] == nil && pairs[name] == nil && unreadableTasks[name] == nil && unreadablePairs[name] == nil
            && !reserved.contains(name)
    }

    func release(_ names: [String]) {
        reserved.subtract(names)
    }

    package static func newID() -> String { UUID().uuidString.lowercased() }

    /// Microseconds since 1970 UTC of a time in RFC 3339.
    package static func moment(_ text: String) throws(Failure) -> UInt64 {
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? style.parse(text), (0..<1e12).contains(date.timeIntervalSince1970) {
                return UInt64(date.timeIntervalSince1970 * 1_000_000)
            }
        }
        throw Failure(.invalidFile, "'\(text)' is not a time", remedy: "write it like 2026-12-01T02:00:00Z")
    }
}
