import Glibc
import Logging
import SupervisorAPI
import SupervisorHTTP
import SyncCurl
import SyncModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    @Test func theSocketIsItsOwnersAloneAndGoesWithTheDaemon() async throws {
        let folder = try TemporaryFolder()
        try await TestDaemon.run(folder: folder) { (daemon) async throws in
            #expect(try daemon.folder.mode(of: "dts.sock") == 0o600)
            #expect(!daemon.folder.exists("token"))
        }
        #expect(!folder.exists("dts.sock"))
    }

    @Test func aSocketThatADeadDaemonLeftIsReplaced() async throws {
        let folder = try TemporaryFolder()
        try leaveSocket(at: DataFolder.socket(in: folder.path))
        try await TestDaemon.run(folder: folder) { (daemon) async throws in
            #expect(try await daemon.call(.get, "/api/v1/version").status == 200)
        }
    }

    @Test func aSecondDaemonIsRefusedAndLeavesTheFirstAlone() async throws {
        let folder = try TemporaryFolder()
        try await TestDaemon.run(folder: folder) { (daemon) async throws in
            let failure = await #expect(throws: Failure.self) { try await TestDaemon.run(folder: folder) { _ in } }
            #expect(failure?.code == .notAllowed)
            #expect(try await daemon.call(.get, "/api/v1/version").status == 200)
        }
    }

    @Test func aFileInTheSocketsPlaceIsKept() async throws {
        let folder = try TemporaryFolder()
        try folder.write("precious", to: "dts.sock")
        let failure = await #expect(throws: Failure.self) { try await TestDaemon.run(folder: folder) { _ in } }
        #expect(failure?.code == .listenFailed)
        #expect(folder.exists("dts.sock"))
    }

    @Test func tcpNeedsTheToken() async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port)) { (daemon) async throws in
            #expect(try daemon.folder.mode(of: "token") == 0o600)
            let token = try String(decoding: readFile("\(daemon.folder.path)/token"), as: UTF8.self).dropLast()
            #expect(token.count == 64)
            let url = "http://127.0.0.1:\(port)/api/v1/version"
            let allowed = try await CurlClient().call(
                HTTPCall(.get, url: url, headers: ["Authorization: Bearer \(token)"])
            )
            #expect(allowed.status == 200)
            for header in [
                "X: y", "Authorization: Bearer \(token)x", "Authorization: Bearer ", "Authorization: Basic \(token)",
            ] {
                let refused = try await CurlClient().call(HTTPCall(.get, url: url, headers: [header]))
                #expect(refused.status == 401 && refused.code == "unauthorized")
            }
            let unknown = try await CurlClient().call(HTTPCall(.get, url: "http://127.0.0.1:\(port)/x"))
            #expect(unknown.status == 401)
            #expect(try await daemon.call(.get, "/api/v1/version").status == 200)
        }
    }

    @Test func otherHostsNeedATokenThatTheOperatorHasSet() async throws {
        let folder = try TemporaryFolder()
        let listener = APIServer.Listener(host: "0.0.0.0", port: try freePort())
        let missing = await #expect(throws: Failure.self) {
            try await TestDaemon.run(listener: listener, folder: folder) { _ in }
        }
        #expect(missing?.code == .listenFailed)
        #expect(!folder.exists("token"))
        try folder.write("a-long-secret-word\n", to: "token")
        chmod("\(folder.path)/token", 0o644)
        let open = await #expect(throws: Failure.self) {
            try await TestDaemon.run(listener: listener, folder: folder) { _ in }
        }
        #expect(open?.remedy.hasPrefix("chmod 600") == true)
        chmod("\(folder.path)/token", 0o600)
        try await TestDaemon.run(listener: listener, folder: folder) { (_) async throws in
            let call = HTTPCall(
                .get,
                url: "http://127.0.0.1:\(listener.port)/api/v1/version",
                headers: ["Authorization: Bearer a-long-secret-word"]
            )
            #expect(try await CurlClient().call(call).status == 200)
        }
    }

    @Test func aPortInUseIsAFailure() async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port)) { _ in
            let failure = await #expect(throws: Failure.self) {
                try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port)) { _ in }
            }
            #expect(failure?.code == .listenFailed)
        }
    }

    @Test func cancellingEndsTheServer() async throws {
        let folder = try TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ready, signal) = AsyncStream<Void>.makeStream()
        let server = APIServer(operations: FakeOperations(), folder: folder.path, logger: logger) { signal.yield() }
        let running = Task { try await server.run() }
        _ = await ready.first { _ in true }
        running.cancel()
        _ = await running.result
        #expect(!folder.exists("dts.sock"))
    }

    @Test func callsWithoutDaemonAreCurlErrors() async throws {
        let folder = try TemporaryFolder()
        let call = HTTPCall(.get, url: "http://dts/", unixSocket: DataFolder.socket(in: folder.path))
        let error = await #expect(throws: CurlError.self) { try await CurlClient().call(call) }
        #expect(error?.code == .couldNotConnect)
    }

    @Test func anAnswerThatIsTooLargeIsAnError() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let call = HTTPCall(
                .get,
                url: "http://dts/api/v1/version",
                unixSocket: DataFolder.socket(in: daemon.folder.path),
                maximumAnswerSize: 5
            )
            let error = await #expect(throws: CurlError.self) { try await CurlClient().call(call) }
            #expect(error?.code == .answerTooLarge)
        }
    }

    /// A port that nobody listened on a moment ago.
    private func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        let port = Int(UInt16(bigEndian: address.sin_port))
        try #require(port > 0)
        return port
    }

    private func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }

    private func readFile(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }
}
