import Glibc
import SupervisorProcess
import SupervisorStore
import SupervisorTasks
import SyncModel
import SystemPackage
import Testing

@Suite("Workers that misbehave", .timeLimit(.minutes(10)))
struct MisbehaviourTests {
    /// Behaviour, the code of the error that it leads to, the state of the task then.
    static let fatal: [(behaviour: String, code: FailureCode, state: TaskState)] = [
        ("crash", .workerCrashed, .retrying),
        ("exit", .workerCrashed, .retrying),
        ("done", .workerCrashed, .retrying),
        ("half-line", .workerCrashed, .retrying),
        ("closes-output", .workerCrashed, .retrying),
        ("garbage", .protocolViolation, .retrying),
        ("long-line", .protocolViolation, .retrying),
        ("wrong-word", .protocolViolation, .retrying),
        ("hang", .workerUnresponsive, .retrying),
        ("freeze", .workerUnresponsive, .retrying),
        ("transient", .connectionLost, .retrying),
        ("permanent", .binlogPurged, .failed),
        ("only-error", .binlogPurged, .failed),
        ("conflict", .conflictReported, .paused),
        ("fails-verification", .verificationFailed, .verifyFailed),
    ]

    /// Of what breaks the protocol, exactly what.
    static let says = [
        "garbage": "the worker sent a line of 33 bytes that is not JSON; allowed: one JSON object on each line, in UTF-8",
        "wrong-word": "the worker sent the message 'phase' with the field 'phase': found 'copying'; allowed: structure, data, incremental",
    ]

    @Test("the task gets the right state and error, and its neighbour goes on", arguments: fatal)
    func isContained(behaviour: String, code: FailureCode, state: TaskState) async throws {
        try await FleetFixture.with { fixture in
            let neighbour = try await fixture.started("neighbour")
            let task = try await fixture.started("task", behaving: behaviour)
            await task.wait { $0.state == state && $0.failure?.code == code }
            let failure = try #require(await task.snapshot.failure)
            #expect(!failure.message.isEmpty)
            #expect(!failure.remedy.isEmpty)
            try await goesOn(neighbour)
            if let says = Self.says[behaviour] { #expect(failure.message == says) }
            if behaviour == "conflict" { #expect(await task.snapshot.unresolvedConflicts == 1) }
        }
    }

    @Test("what is no reason to end a worker does not", arguments: ["unknown-message", "flood", "stderr-flood"])
    func harmless(behaviour: String) async throws {
        try await FleetFixture.with(logLimits: LogFile.Limits(size: 100_000, kept: 2, bytesPerSecond: 500_000)) {
            fixture in
            let neighbour = try await fixture.started("neighbour")
            let task = try await fixture.started("task", behaving: behaviour)
            try await goesOn(task)
            try await goesOn(neighbour)
            try await goesOn(task)
        }
    }

    /// It runs, has not been replaced, and its worker keeps saying so.
    private func goesOn(_ task: TaskSupervisor) async throws {
        await task.wait { $0.state == .running }
        let before = await task.snapshot.progressNumber
        await task.wait { $0.progressNumber >= before + 3 }
        let snapshot = await task.snapshot
        #expect(snapshot.state == .running)
        #expect(snapshot.restarts == 0)
        #expect(snapshot.failure == nil)
    }

    @Test("a worker that is killed is back at once")
    func killed() async throws {
        try await FleetFixture.with { fixture in
            let task = try await fixture.started("task")
            await task.wait { $0.state == .running }
            let first = try #require(await task.snapshot.workerPID)
            kill(pid_t(first), SIGKILL)
            await task.wait { $0.state == .running && $0.workerPID != first }
            #expect(await task.snapshot.restarts == 1)
        }
    }

    @Test("a worker is told of its task in one line, though that is longer than what it may say itself")
    func longSpecification() async throws {
        try await FleetFixture.with { fixture in
            let table = TableSelection(name: "t", filter: String(repeating: "x", count: 2 << 20))
            let spec = TaskSpec(
                name: "long", source: Endpoint(host: "a", user: "dts"), target: Endpoint(host: "b", user: "dts"),
                objects: [ObjectSelection(database: "fake-well-behaved", tables: [table])])
            let task = try await fixture.fleet.createTask(spec, secrets: Secrets(source: "", target: ""))
            _ = try await fixture.fleet.startTask("long", at: nil)
            await task.wait { $0.state == .running }
        }
    }

    // MARK: Before the task is known

    @Test("another protocol version cannot heal: the verification fails, naming both")
    func wrongVersion() async throws {
        try await FleetFixture.with(arguments: ["wrong-version"]) { fixture in
            let task = try await fixture.create("task")
            _ = try await fixture.fleet.verifyTask("task")
            let snapshot = await task.snapshot
            #expect(snapshot.state == .verifyFailed)
            #expect(snapshot.failure?.code.rawValue == "worker-incompatible")
            #expect(snapshot.failure?.message.contains("900 to 901") == true)
        }
    }

    @Test(
        "a worker that does not greet is given up after its time, one that greets wrongly at once",
        arguments: [("slow-hello", FailureCode.workerUnresponsive), ("no-hello", .protocolViolation)]
    )
    func greeting(behaviour: String, code: FailureCode) async throws {
        var limits = FleetFixture.limits
        limits.hello = .milliseconds(500)
        try await FleetFixture.with(limits: limits, arguments: [behaviour]) { fixture in
            let task = try await fixture.create("task")
            _ = try await fixture.fleet.verifyTask("task")
            #expect(await task.snapshot.state == .verifyFailed)
            #expect(await task.snapshot.failure?.code == code)
        }
    }

    @Test("a worker program that is not there is named, with where it was looked for")
    func missing() async throws {
        try await FleetFixture.inFolder { folder in
            let launcher = SubprocessLauncher(
                program: { try WorkerProgram.find(given: "/nowhere/dts-worker", dataFolder: FilePath(folder.path)) },
                logFolder: FilePath(folder.logs),
                clock: ContinuousClock(),
                logger: FleetFixture.logger
            )
            let exit = await launcher.run(task: "task") { _ in }
            #expect(exit.status == .notStarted)
            #expect(exit.failure?.code == .workerNotFound)
            #expect(exit.failure?.message.contains("/nowhere/dts-worker") == true)
        }
    }

    // MARK: Stopping

    @Test("a worker that ignores everything but SIGKILL gets it")
    func ignoresTerminate() async throws {
        var limits = FleetFixture.limits
        limits.stop = .milliseconds(200)
        try await FleetFixture.with(limits: limits) { fixture in
            let task = try await fixture.started("task", behaving: "ignores-terminate")
            await task.wait { $0.state == .running }
            let pid = try #require(await task.snapshot.workerPID)
            try await fixture.fleet.stopTask("task")
            #expect(await task.snapshot.state == .stopped)
            #expect(!isAlive(pid))
        }
    }

    @Test("a worker that has said done is not waited for: its input ends")
    func lingers() async throws {
        var limits = FleetFixture.limits
        limits.stop = .seconds(3600)
        try await FleetFixture.with(limits: limits) { fixture in
            let task = try await fixture.started("task", behaving: "lingers")
            await task.wait { $0.state == .running }
            try await fixture.fleet.stopTask("task")
            #expect(await task.snapshot.state == .stopped)
        }
    }

    @Test("the end of the daemon stops all workers; the next one runs what was running and not what was paused")
    func restart() async throws {
        try await FleetFixture.inFolder { folder in
            var pids: [Int] = []
            try await FleetFixture.run(folder) { fixture in
                for name in ["one", "two", "three"] {
                    let task = try await fixture.started(name)
                    await task.wait { $0.state == .running }
                    pids.append(try #require(await task.snapshot.workerPID))
                }
                try await fixture.fleet.pauseTask("three")
            }
            #expect(pids.allSatisfy { !isAlive($0) })
            try await FleetFixture.run(folder) { fixture in
                for name in ["one", "two"] { try await fixture.fleet.task(name).wait { $0.state == .running } }
                let paused = try await fixture.fleet.task("three")
                #expect(await paused.snapshot.state == .paused)
                #expect(await paused.snapshot.workerPID == nil)
            }
        }
    }

    @Test("SIGKILL of the daemon leaves no worker: none holds another's stdin open")
    func supervisorKilled() async throws {
        try await FleetFixture.inFolder { folder in
            let logs = folder.logs
            await #expect(processExitsWith: .signal(SIGKILL)) { [logs = logs as String] in
                let launcher = try FleetFixture.launcher(logs: logs)
                await withTaskGroup(of: Void.self) { group in
                    let (connected, continuation) = AsyncStream<Int>.makeStream()
                    for number in 0..<3 {
                        group.addTask {
                            _ = await launcher.run(task: "task\(number)") { event in
                                if case .started(let worker) = event {
                                    continuation.yield(worker.pid)
                                }
                            }
                        }
                    }
                    var pids: [Int] = []
                    for await pid in connected {
                        pids.append(pid)
                        if pids.count == 3 { break }
                    }
                    var log = LogFile(path: FilePath("\(logs)/pids"))
                    log.append(line: pids.map(String.init).joined(separator: " "))
                    log.close()
                    kill(getpid(), SIGKILL)
                }
            }
            let pids = try String(contentsOfFile: "\(logs)/pids").split(separator: " ").compactMap { Int($0) }
            #expect(pids.count == 3)
            while pids.contains(where: isAlive) { await Task.yield() }
        }
    }

    // MARK: What a worker sees

    @Test("passwords reach a worker over its stdin only, and other variables of the daemon not at all")
    func environment() async throws {
        setenv("UNRELATED_SECRET", "s3cret-unrelated", 1)
        setenv("DTS_WORKER_SETTING", "passed on", 1)
        try await FleetFixture.with { fixture in
            let task = try await fixture.started("task", behaving: "confesses")
            await task.wait { $0.state == .running }
            try await fixture.fleet.stopTask("task")
            let log = try fixture.log(of: "task")
            #expect(log.contains("confessed"))
            #expect(log.contains("variable DTS_TASK=task"))
            #expect(log.contains("variable DTS_WORKER_SETTING=passed on"))
            #expect(!log.contains("s3cret"))
        }
    }
}

extension String {
    /// The text of a small file.
    fileprivate init(contentsOfFile path: String) throws {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        defer { try? file.close() }
        let bytes = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
