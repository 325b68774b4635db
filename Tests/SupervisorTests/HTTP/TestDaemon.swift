import Logging
import ServiceLifecycle
import SupervisorAPI
import SupervisorHTTP
import SyncCurl
import SyncModel

/// An API server in this process, on a Unix socket in a folder of its own.
struct TestDaemon: Sendable {
    let operations: FakeOperations
    let folder: TemporaryFolder
    let certificate: ServedCertificate?
    private let group: ServiceGroup

    /// Runs the server while `body` runs, then stops it gracefully.
    /// - Throws: what the server or the body throws.
    static func run(
        listener: APIServer.Listener? = nil,
        folder: TemporaryFolder? = nil,
        idleLimit: Duration = .seconds(30),
        restLimit: Duration = .seconds(10),
        _ body: @escaping @Sendable (TestDaemon) async throws -> Void
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        let operations = FakeOperations()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ready, signal) = AsyncStream<Void>.makeStream()
        let server = APIServer(
            operations: operations, folder: folder.path, listener: listener, logger: logger, idleLimit: idleLimit, restLimit: restLimit
        ) {
            signal.yield()
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let daemon = TestDaemon(operations: operations, folder: folder, certificate: server.certificate, group: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { signal.finish() }
                try await group.run()
            }
            tasks.addTask {
                // Ends without a value when the server could not start; its own task then says why.
                guard await ready.first(where: { _ in true }) != nil else { return }
                do {
                    try await body(daemon)
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }

    func stop() async { await group.triggerGracefulShutdown() }

    func call(_ method: HTTPCall.Method, _ path: String, body: String? = nil) async throws -> HTTPAnswer {
        try await CurlClient().call(
            HTTPCall(
                method,
                url: "http://dts\(path)",
                unixSocket: DataFolder.socket(in: folder.path),
                body: body.map { Array($0.utf8) },
                timeout: .seconds(20)
            )
        )
    }

    func create(_ name: String) async throws {
        let spec = TaskSpec(
            name: name,
            source: Endpoint(host: "a", user: "u"),
            target: Endpoint(host: "b", user: "u"),
            objects: [ObjectSelection(database: "shop")]
        )
        _ = try await operations.createTask(TaskRequest(spec: spec, secrets: Secrets(source: "hush", target: "hush")))
    }
}

extension HTTPAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
    /// Code of the failure that the body tells.
    var code: String? { try? APICodec.decode(ErrorBody.self, from: body).error.code.rawValue }
}

/// Waits for what happens soon after something else.
func eventually(_ holds: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<500 {
        if try await holds() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}
