import FoundationEssentials
import Glibc
import Logging
import ServiceLifecycle
import SupervisorProcess
import SupervisorStore
import SupervisorTasks
import SyncModel
import SystemPackage

/// A daemon without its API: real processes, a real store in a folder of its own, real time.
struct FleetFixture: Sendable {
    let fleet: Fleet
    let folder: StoreFolder

    /// Time limits that no test has to wait long for, and that a machine under load still keeps.
    static let limits = WorkerLimits(
        hello: .seconds(20),
        silence: .seconds(15),
        lastWord: .milliseconds(500),
        stop: .seconds(2),
        endOfInput: .milliseconds(200),
        terminate: .milliseconds(200)
    )

    /// The executable that was built beside these tests.
    static var fakeWorker: FilePath {
        get throws {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink("/proc/self/exe", &buffer, buffer.count)
            guard length > 0 else { throw Errno(rawValue: errno) }
            let own = FilePath(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
            return own.removingLastComponent().appending("FakeWorker")
        }
    }

    /// As the daemon does first thing: writing to a worker that is gone is an error, not the end.
    private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    static func launcher(
        logs: String,
        limits: WorkerLimits = limits,
        arguments: [String] = [],
        logLimits: LogFile.Limits = LogFile.Limits()
    ) throws -> SubprocessLauncher {
        _ = ignoresBrokenPipes
        let program = try fakeWorker
        return SubprocessLauncher(
            program: { program },
            arguments: arguments,
            logFolder: FilePath(logs),
            logLimits: logLimits,
            limits: limits,
            clock: ContinuousClock(),
            logger: logger
        )
    }

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Runs the fleet, then stops it in order, as SIGTERM does.
    static func with(
        limits: WorkerLimits = limits,
        arguments: [String] = [],
        logLimits: LogFile.Limits = LogFile.Limits(),
        _ body: (FleetFixture) async throws -> Void
    ) async throws {
        try await inFolder { folder in
            try await run(folder, limits: limits, arguments: arguments, logLimits: logLimits, body)
        }
    }

    static func inFolder(_ body: (StoreFolder) async throws -> Void) async throws {
        let path = "\(FileManager.default.temporaryDirectory.path)/dts-process-\(UUID().uuidString)"
        let folder = try StoreFolder(creating: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(folder)
    }

    static func run(
        _ folder: StoreFolder,
        limits: WorkerLimits = limits,
        arguments: [String] = [],
        logLimits: LogFile.Limits = LogFile.Limits(),
        _ body: (FleetFixture) async throws -> Void
    ) async throws {
        let launcher = try launcher(logs: folder.logs, limits: limits, arguments: arguments, logLimits: logLimits)
        let store = try SQLiteStore(folder, box: try SecretBox(folder))
        let fleet = Fleet(
            store: store,
            launcher: launcher,
            clock: ContinuousClock(),
            now: { UInt64(Date().timeIntervalSince1970 * 1_000_000) },
            logger: logger
        )
        try await fleet.load()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: fleet)], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(FleetFixture(fleet: fleet, folder: folder))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Creates a task whose worker behaves like this.
    func create(_ name: String, behaving behaviour: String = "well-behaved") async throws -> TaskSupervisor {
        let spec = TaskSpec(
            name: name,
            source: Endpoint(host: "a", user: "dts"),
            target: Endpoint(host: "b", user: "dts"),
            objects: [ObjectSelection(database: "fake-\(behaviour)", mappedTo: name)]
        )
        return try await fleet.createTask(spec, secrets: Secrets(source: "s3cret-source", target: "s3cret-target"))
    }

    func started(_ name: String, behaving behaviour: String = "well-behaved") async throws -> TaskSupervisor {
        let task = try await create(name, behaving: behaviour)
        _ = try await fleet.startTask(name, at: nil)
        return task
    }

    func log(of task: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(folder.logs)/\(task).log")), as: UTF8.self)
    }
}

extension TaskSupervisor {
    /// Waits until the task looks like this. The suite's time limit ends it otherwise.
    func wait(until condition: (TaskSnapshot) -> Bool) async {
        for await _ in hub.changes() where condition(snapshot) { return }
    }
}

/// Whether the process is there; one that has ended and waits for its parent is not.
func isAlive(_ pid: Int) -> Bool {
    guard let stat = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/stat")) else { return false }
    let text = String(decoding: stat, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return false }
    return text[end...].dropFirst(2).first != "Z"
}
