import FoundationEssentials
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// The real daemon on a data folder of a test's own, and the real command line that talks to it.
package final class TestSupervisor: Sendable {
    private struct Running {
        var pid: Int32
        var exit: Task<Int, any Error>
    }

    /// Its data folder.
    package let data: String
    private let log: FilePath
    /// The file of its settings.
    private let config: String?
    private let running = Mutex<Running?>(nil)

    /// Starts the daemon and waits for its `ready`.
    /// - Parameter config: the file of its settings.
    package init(in scope: Scope, named name: String = "data", config: String? = nil) async throws {
        self.config = config
        data = scope.folder.appending(name).string
        log = scope.folder.appending("\(name).serve.log")
        scope.onFailureShow { [self] in evidence }
        scope.onExit { [self] in try await end() }
        try await start()
    }

    package var pid: Int32? { running.withLock { $0?.pid } }

    /// Everything that the daemon has printed.
    package var printed: String { textOfFile(log.string) }

    // MARK: The process

    package func start() async throws {
        let known = printed.utf8.count
        let (started, announce) = AsyncStream.makeStream(of: Int32.self)
        let arguments = ["serve", "--data", data] + (config.map { ["--config", $0] } ?? [])
        let log = log
        // Lives as long as the daemon, beyond this call; its value is how the daemon ended.
        let exit = Task {
            let file = try FileDescriptor.open(
                log, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
            defer {
                announce.finish()
                do { try file.close() } catch {}
            }
            let result = try await Subprocess.run(
                .path(FilePath(Repository.program("dts-supervisor"))), arguments: Arguments(arguments), input: .none,
                output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .fileDescriptor(file, closeAfterSpawningProcess: false)
            ) { execution in
                announce.yield(execution.processIdentifier.value)
                announce.finish()
            }
            switch result.terminationStatus {
            case .exited(let code): return Int(code)
            case .signaled(let signal): return 128 + Int(signal)
            }
        }
        guard let pid = await started.first(where: { _ in true }) else {
            throw Trouble("dts-supervisor did not start: \(try await exit.value)")
        }
        running.withLock { $0 = Running(pid: pid, exit: exit) }
        try await eventually(within: .seconds(30), "dts-supervisor is ready") {
            let new = String(decoding: Array(printed.utf8.dropFirst(known)), as: UTF8.self)
            if new.split(separator: "\n").contains(where: { $0.hasPrefix("ready") }) { return true }
            if Glibc.kill(pid, 0) != 0 { throw Trouble("dts-supervisor ended with \(try await exit.value):\n\(new)") }
            return false
        }
    }

    /// SIGKILL; returns when the process is gone.
    package func kill() async throws { _ = try await end(by: SIGKILL) }

    /// SIGTERM; returns the exit code.
    package func terminate() async throws -> Int {
        guard let status = try await end(by: SIGTERM) else { throw Trouble("dts-supervisor does not run") }
        return status
    }

    /// SIGHUP: has it read its settings again.
    package func hangUp() throws {
        guard let pid, Glibc.kill(pid, SIGHUP) == 0 else { throw Trouble("dts-supervisor does not run") }
    }

    private func end(by signal: Int32) async throws -> Int? {
        guard let process = running.withLock({ running in
            defer { running = nil }
            return running
        }) else { return nil }
        _ = Glibc.kill(process.pid, signal)
        return try await process.exit.value
    }

    /// At the end of a test, whatever state it left the daemon in.
    private func end() async throws {
        guard let process = running.withLock({ $0 }) else { return }
        _ = Glibc.kill(process.pid, SIGTERM)
        let pid = process.pid
        do {
            try await eventually(within: .seconds(30), "dts-supervisor ends on SIGTERM") { Glibc.kill(pid, 0) != 0 }
        } catch {
            _ = try await end(by: SIGKILL)
            throw error
        }
        _ = try await end(by: SIGTERM)
    }

    // MARK: The command line

    /// Runs a command and returns how it ended, whatever that is.
    package func command(_ arguments: String...) async throws -> Command { try await command(arguments) }

    package func command(_ arguments: [String]) async throws -> Command {
        try await Command.run(Repository.program("dts-supervisor"), arguments, environment: ["DTS_DATA": data])
    }

    /// Runs a command that has to succeed.
    @discardableResult
    package func run(_ arguments: String...) async throws -> Command { try await command(arguments).succeeded() }

    /// Runs a command with `--json` and reads what it prints.
    package func json<T: Decodable>(_ type: T.Type = T.self, _ arguments: String...) async throws -> T {
        try decode(T.self, try await command(arguments + ["--json"]).succeeded())
    }

    /// Reads what a command has printed with `--json`.
    package func decode<T: Decodable>(_ type: T.Type, _ done: Command) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(T.self, from: Data(done.output.utf8))
        } catch {
            throw Trouble("\(done.line)\nprinted what is not a \(T.self): \(error)\n\(done.output)")
        }
    }

    package func task(_ name: String) async throws -> TaskReport { try await json(TaskReport.self, "task", "show", name) }

    package func pair(_ name: String) async throws -> PairReport { try await json(PairReport.self, "pair", "show", name) }

    /// Waits for a goal of `wait`.
    package func wait(_ name: String, for goal: String, seconds: Int = 60) async throws {
        let done = try await command("wait", name, "--for", goal, "--timeout", "\(seconds)")
        if done.status == 0 { return }
        // One of the two knows it.
        let pair = try await command("pair", "show", name)
        let task = try await command("task", "show", name)
        throw Trouble("\(done.line)\nended with \(done.status): \(done.errors)\n\(pair.output)\(task.output)")
    }

    // MARK: Looking behind

    /// Process numbers of all workers of this daemon that are alive, found by their environment or their parent.
    package func workers() async throws -> [Int32] {
        let tasks = try await json(TaskListReport.self, "task", "list")
        return tasks.tasks.compactMap(\.worker.pid)
    }

    private struct TaskListReport: Decodable { var tasks: [TaskReport] }

    /// Text of every log file of the daemon and its workers.
    package var logs: String {
        var text = printed
        let folder = "\(data)/logs"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            text += "\n== \(name)\n" + textOfFile("\(folder)/\(name)")
        }
        return text
    }

    private var evidence: String {
        var text = "== serve\n" + printed.tail(40)
        let folder = "\(data)/logs"
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
            text += "\n== \(name)\n" + textOfFile("\(folder)/\(name)").tail(30)
        }
        return text
    }
}
