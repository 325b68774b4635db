import Glibc
import Logging
import SupervisorAPI
import SupervisorHTTP
import SyncCurl
import SyncModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ListenerTests {
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

    @Test(arguments: ["0.0.0.0", "::", "::ffff:127.0.0.1", "10.0.0.1", "127.example.com", "localhost.example.com"])
    func whatOtherHostsCanReachNeedsTLS(host: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("a-long-secret-word\n", to: "token")
        chmod("\(folder.path)/token", 0o600)
        let failure = await #expect(throws: Failure.self) {
            try await TestDaemon.run(listener: .init(host: host, port: 1), folder: folder) { _ in }
        }
        #expect(failure?.code == .listenFailed)
        #expect(failure?.message.contains("without TLS") == true, "\(failure?.message ?? "")")
        #expect(failure?.remedy.contains("tls:") == true)
    }

    @Test func overTLSOnlyThoseAreServedWhoSpeakIt() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let made = try await authority.certificate()
            let port = try freePort()
            let files = APIServer.Listener.TLSFiles(certificate: made.certificate, key: made.key)
            try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port, tls: files)) { (daemon) async throws in
                let token = try String(decoding: readFile("\(daemon.folder.path)/token"), as: UTF8.self).dropLast()
                let headers = ["Authorization: Bearer \(token)"]
                let path = "127.0.0.1:\(port)/api/v1/version"
                let trusted = HTTPCall(.get, url: "https://\(path)", headers: headers, reach: Reach(ca: authority.ca))
                #expect(try await CurlClient().call(trusted).status == 200)
                await #expect(throws: CurlError.self) { try await CurlClient().call(HTTPCall(.get, url: "http://\(path)", headers: headers)) }
                await #expect(throws: CurlError.self) { try await CurlClient().call(HTTPCall(.get, url: "https://\(path)", headers: headers)) }
                #expect(try await daemon.call(.get, "/api/v1/version").status == 200)
            }
        }
    }

    /// Those who connect from then on see it; two files that do not belong together change nothing.
    @Test func anotherCertificateTakesThePlaceOfTheFirst() async throws {
        try await Scope.with { scope in
            let (first, second) = (try await TestAuthority(in: scope), try await TestAuthority(in: scope))
            let (old, new) = (try await first.certificate(), try await second.certificate())
            let port = try freePort()
            let files = APIServer.Listener.TLSFiles(certificate: old.certificate, key: old.key)
            try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port, tls: files)) { (daemon) async throws in
                let token = try String(decoding: readFile("\(daemon.folder.path)/token"), as: UTF8.self).dropLast()
                func isTrusted(by authority: TestAuthority) async -> Bool {
                    let call = HTTPCall(
                        .get, url: "https://127.0.0.1:\(port)/api/v1/version", headers: ["Authorization: Bearer \(token)"], reach: Reach(ca: authority.ca))
                    return (try? await CurlClient().call(call).status) == 200
                }
                #expect(await isTrusted(by: first))
                let served = try #require(daemon.certificate)
                served.serve(try ServedCertificate.Pair(.init(certificate: new.certificate, key: new.key)))
                #expect(await isTrusted(by: second))
                #expect(await !isTrusted(by: first))
                let unusable = #expect(throws: ServedCertificate.Unusable.self) {
                    try ServedCertificate.Pair(.init(certificate: "/nowhere.pem", key: "/nowhere.key"))
                }
                #expect(unusable?.problems.count == 2)
                #expect(throws: ServedCertificate.Unusable.self) { try ServedCertificate.Pair(.init(certificate: new.certificate, key: old.key)) }
                #expect(await isTrusted(by: second))
            }
        }
    }

    @Test func aCertificateThatCannotBeUsedIsAFailure() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let (one, other) = (try await authority.certificate(), try await authority.certificate(for: "DNS:other"))
            for (certificate, key) in [(one.certificate, "/nowhere.key"), ("/nowhere.pem", one.key), (one.certificate, other.key), (one.key, one.key)] {
                let files = APIServer.Listener.TLSFiles(certificate: certificate, key: key)
                let failure = await #expect(throws: Failure.self) {
                    try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: 1, tls: files)) { _ in }
                }
                #expect(failure?.code == .listenFailed, "\(certificate) \(key)")
                // It names the file, and does not send anybody to look for another address.
                let told = failure?.message ?? ""
                #expect(told.contains("'\(certificate)'") || told.contains("'\(key)'"), "\(told)")
                #expect(failure?.remedy.contains("address") == false && failure?.remedy.isEmpty == false, "\(failure?.remedy ?? "")")
            }
        }
    }

    /// Guessing comes to nothing; the Unix socket stays open.
    @Test func whoBringsManyWrongTokensIsLetWait() async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port)) { (daemon) async throws in
            let token = try String(decoding: readFile("\(daemon.folder.path)/token"), as: UTF8.self).dropLast()
            let url = "http://127.0.0.1:\(port)/api/v1/version"
            func status(_ word: some StringProtocol) async throws -> HTTPAnswer {
                try await CurlClient().call(HTTPCall(.get, url: url, headers: ["Authorization: Bearer \(word)"]))
            }
            #expect(try await status(token).status == 200)
            for _ in 1...20 { #expect(try await status("wrong").status == 401) }
            let asked = ContinuousClock.now
            let refused = try await status("wrong")
            #expect(.now - asked >= .seconds(1))
            #expect(refused.status == 429 && refused.code == "too-many-attempts")
            // Many may be behind one address: the guesses of others keep nobody out.
            #expect(try await status(token).status == 200)
            #expect(try await daemon.call(.get, "/api/v1/version").status == 200)
        }
    }

    /// Neither a silent peer nor one that never comes to the end of its head keeps a connection.
    @Test(arguments: ["", "GET /api/v1/version HTTP/1.1\r\nHost: x\r\nX-Long: "])
    func aConnectionWithoutAWholeHeadIsClosed(begin: String) async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port), idleLimit: .milliseconds(300)) { (_) async throws in
            let ended = try await BlockingThread.run {
                let descriptor = try connected(to: port)
                defer { close(descriptor) }
                guard send(descriptor, begin, begin.utf8.count, Int32(MSG_NOSIGNAL)) == begin.utf8.count else { return false }
                var byte: UInt8 = 0
                // A drop now and then does not help.
                while true {
                    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    if Glibc.poll(&poll, 1, 50) > 0 { return recv(descriptor, &byte, 1, 0) <= 0 }
                    if !begin.isEmpty { _ = send(descriptor, "x", 1, Int32(MSG_NOSIGNAL)) }
                }
            }
            #expect(ended)
        }
    }

    /// A request that is refused is answered, and what it goes on to send is not listened to for ever.
    @Test func theBodyOfARefusedRequestHasBounds() async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port), restLimit: .milliseconds(300)) { (_) async throws in
            for head in ["Content-Length: 100000000000", "Transfer-Encoding: chunked"] {
                let heard = try await BlockingThread.run {
                    let descriptor = try connected(to: port)
                    defer { close(descriptor) }
                    let request = "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\n\(head)\r\n\r\n"
                    _ = send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL))
                    var heard: [UInt8] = []
                    var buffer = [UInt8](repeating: 0, count: 4096)
                    // A drop now and then.
                    for _ in 0..<1500 {
                        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                        if Glibc.poll(&poll, 1, 20) > 0 {
                            let count = recv(descriptor, &buffer, buffer.count, 0)
                            if count <= 0 { return String(decoding: heard, as: UTF8.self) }
                            heard += buffer[..<count]
                        }
                        let drop = head.hasPrefix("C") ? "x" : "1\r\nx\r\n"
                        _ = send(descriptor, drop, drop.utf8.count, Int32(MSG_NOSIGNAL))
                    }
                    return "still open"
                }
                #expect(heard.hasPrefix("HTTP/1.1 401"), "\(heard)")
            }
        }
    }

    /// A small body that nobody wanted is read to its end, and the connection serves on.
    @Test func theConnectionOfARefusedRequestServesOn() async throws {
        let port = try freePort()
        try await TestDaemon.run(listener: .init(host: "127.0.0.1", port: port)) { (daemon) async throws in
            let token = try String(decoding: readFile("\(daemon.folder.path)/token"), as: UTF8.self).dropLast()
            let heard = try await BlockingThread.run {
                let descriptor = try connected(to: port)
                defer { close(descriptor) }
                let requests =
                    "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"
                    + "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Length: 2\r\n\r\n{}"
                    + "GET /api/v1/version HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
                _ = send(descriptor, requests, requests.utf8.count, Int32(MSG_NOSIGNAL))
                var heard: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { heard += buffer[..<count] }
                return String(decoding: heard, as: UTF8.self)
            }
            let statuses = heard.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["401", "400", "200"], "\(heard)")
        }
    }

    @Test func otherHostsNeedATokenThatTheOperatorHasSet() async throws {
        try await Scope.with { scope in try await otherHostsNeedAToken(try await TestAuthority(in: scope)) }
    }

    private func otherHostsNeedAToken(_ authority: TestAuthority) async throws {
        let folder = try TemporaryFolder()
        let made = try await authority.certificate()
        let listener = APIServer.Listener(
            host: "0.0.0.0", port: try freePort(), tls: .init(certificate: made.certificate, key: made.key))
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
                url: "https://127.0.0.1:\(listener.port)/api/v1/version",
                headers: ["Authorization: Bearer a-long-secret-word"],
                reach: Reach(ca: authority.ca)
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

/// - Returns: a connection to a port of this host, which the caller closes.
private func connected(to port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard status == 0 else {
        close(descriptor)
        throw Trouble("port \(port) takes no connection")
    }
    return descriptor
}
