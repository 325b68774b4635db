import SupervisorProcess
import SupervisorStore
import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The real worker, as the daemon sees its process.
@Suite("The worker's process", .timeLimit(.minutes(10)))
struct WorkerProcessTests {
    /// Runs one until it has ended.
    /// - Parameter asked: what it is to be told once it has said hello.
    private static func run(_ asked: [SyncWire.Command]) async throws -> (exit: WorkerExit, said: [WorkerMessage]) {
        let said = Mutex<[WorkerMessage]>([])
        let handle = Mutex<(any WorkerHandle)?>(nil)
        var exit: WorkerExit?
        try await FleetFixture.inFolder { folder in
            let launcher = SubprocessLauncher(
                program: { FilePath(Repository.program("dts-worker")) }, arguments: [], logFolder: FilePath(folder.logs),
                logLimits: LogFile.Limits(), limits: WorkerLimits(), clock: ContinuousClock(), logger: FleetFixture.logger)
            exit = await launcher.run(task: "task") { event in
                switch event {
                case .started(let started): handle.withLock { $0 = started }
                case .connected:
                    let worker = handle.withLock { $0 }
                    for (number, command) in asked.enumerated() { worker?.send(.command(id: UInt64(number + 1), command)) }
                    if asked.isEmpty { worker?.dismiss() }
                case .message(let message): said.withLock { $0.append(message) }
                }
            }
        }
        return (try #require(exit), said.withLock { $0 })
    }

    /// A task whose servers are not there.
    private static var configuration: Configuration {
        let nowhere = Endpoint(host: "127.0.0.1", port: 1, user: "dts")
        let spec = TaskSpec(name: "task", source: nowhere, target: nowhere, objects: [ObjectSelection(database: "shop")], retryMinutes: 0)
        return Configuration(taskID: "task", spec: spec, secrets: Secrets(source: "s", target: "t"), pair: nil, routes: TaskRoutes(), daemon: nil)
    }

    @Test("one that has failed says why, then that it is done, and ends with 1")
    func failed() async throws {
        let (exit, said) = try await Self.run([.configure(Self.configuration), .run])
        #expect(exit == WorkerExit(status: .exited(1), done: .failed))
        let codes = said.compactMap { if case .error(let failure) = $0 { failure.code } else { nil } }
        #expect(codes == [.hostUnreachable])
    }

    @Test("one that is told to leave ends with 0")
    func dismissed() async throws {
        let (exit, _) = try await Self.run([])
        #expect(exit.status == .exited(0) && exit.failure == nil)
    }
}
