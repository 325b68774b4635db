import FoundationEssentials
import Glibc
package import SyncModel
package import SyncMySQL
import Synchronization
package import WorkloadKit

/// A throwaway server of a test run; user `dts`, password `dts`.
package struct TestServer: Sendable, Hashable {
    package var kind: ServerKind
    package var address: ServerAddress
    /// Its name for `deploy/servers`; nil: one of the servers that all tests share, which nobody may stop.
    package var name: String?

    package init(kind: ServerKind, address: ServerAddress, name: String? = nil) {
        self.kind = kind
        self.address = address
        self.name = name
    }

    /// One of the two servers of a kind that the whole run shares.
    ///
    /// - Throws: ``Trouble`` when the run has none: a missing server is a failure, not a reason to skip.
    package static func shared(_ kind: ServerKind, _ side: Side) throws -> TestServer {
        let variable = "DTS_TEST_\(kind.rawValue.uppercased())_\(side.rawValue.uppercased())"
        guard let text = ProcessInfo.processInfo.environment[variable] else {
            throw Trouble("\(variable) is not set (HOST:PORT of a server): run the tests with deploy/test")
        }
        guard let address = ServerAddress(text) else {
            throw Trouble("\(variable) is '\(text)', which is not HOST:PORT")
        }
        return TestServer(kind: kind, address: address)
    }

    /// Starts a server for this test alone; it may be killed, restarted and given other options.
    ///
    /// - Parameters:
    ///   - port: where another server was before; nil: one that is free.
    ///   - zone: of its host, as POSIX writes it (`JST-9`); nil: as this one's.
    package static func start(
        _ kind: ServerKind, _ options: [String] = [], port wanted: Int? = nil, zone: String? = nil, in scope: Scope
    ) async throws -> TestServer {
        let name = scope.uniqueName("own")
        let port = try wanted ?? freePort()
        let server = TestServer(kind: kind, address: ServerAddress(host: "127.0.0.1", port: port), name: name)
        scope.onExit { _ = try await deploy("wipe", kind, name) }
        _ = try await deploy("start", kind, name, ["\(port)"] + options, environment: zone.map { ["TZ": $0] } ?? [:])
        return server
    }

    /// As the product's own sessions reach it.
    package func endpoint(tls: TLSSettings = TLSSettings()) -> Endpoint {
        Endpoint(host: address.host, port: address.port, user: address.user, tls: tls)
    }

    /// A session as the product's own are.
    package func session(tls: TLSSettings = TLSSettings()) throws(MySQLError) -> Session {
        try Session(.init(endpoint: endpoint(tls: tls), password: address.password))
    }

    /// Ends the process at once, as a power cut would.
    package func kill() async throws { _ = try await Self.deploy("kill", kind, try ownName()) }

    /// Starts again on the same data and port. Without options: those of the last start.
    package func start(_ options: [String] = []) async throws { _ = try await Self.deploy("start", kind, try ownName(), options) }

    package func restart(_ options: [String] = []) async throws {
        _ = try await Self.deploy("restart", kind, try ownName(), options)
    }

    /// Number of the process.
    package var pid: Int32 {
        get throws {
            let path = "\(try Self.folder)/\(kind.rawValue)-\(try ownName())/pid"
            guard let text = FileManager.default.contents(atPath: path), let pid = Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)) else {
                throw Trouble("\(path) holds no process number")
            }
            return pid
        }
    }

    private static var folder: String {
        get throws {
            guard let folder = ProcessInfo.processInfo.environment["DTS_SERVERS"] else {
                throw Trouble("DTS_SERVERS is not set: run the tests with deploy/test")
            }
            return folder
        }
    }

    /// Runs statements on a session of their own.
    package func execute(_ statements: String...) async throws { try await execute(statements) }

    package func execute(_ statements: [String]) async throws {
        try await withSession { session in
            for statement in statements { try session.execute(statement) }
        }
    }

    package func rows(_ query: String) async throws -> [[String?]] {
        try await withSession { try $0.rows(query).map { Array($0) } }
    }

    package func value(_ query: String) async throws -> String? { try await withSession { try $0.value(query) } }

    package func withSession<T: Sendable>(_ body: @escaping @Sendable (Session) throws -> T) async throws -> T {
        let address = address
        return try await WorkerThread.run("test-session") { try body(try address.connect()) }
    }

    /// Runs a file of statements in a database, as the command line client does.
    package func run(script path: String, in database: String) async throws {
        guard let script = FileManager.default.contents(atPath: path) else { throw Trouble("there is no file \(path)") }
        _ = try await Command.run(
            "/usr/bin/env",
            [
                "mariadb", "--no-defaults", "--protocol=tcp", "--host=\(address.host)", "--port=\(address.port)", "--user=\(address.user)",
                "--default-character-set=utf8mb4", "--max-allowed-packet=1G", "--binary-mode", database,
            ],
            environment: ["MYSQL_PWD": address.password], input: Array(script)
        ).succeeded()
    }

    /// An empty database for this test; dropped at the end.
    package func makeDatabase(_ name: String, in scope: Scope) async throws {
        scope.onExit { try await execute("DROP DATABASE IF EXISTS `\(name)`") }
        try await execute("DROP DATABASE IF EXISTS `\(name)`", "CREATE DATABASE `\(name)` DEFAULT CHARACTER SET utf8mb4")
    }

    /// Whether anything of ours is left on the server.
    package func hasMetadata() async throws -> Bool {
        try await value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '__dts__'") != nil
    }

    /// What the server prints for each table and view of a database, without the next AUTO_INCREMENT.
    package func definitions(of database: String) async throws -> [String] {
        var result: [String] = []
        for row in try await rows("SHOW TABLES FROM `\(database)`") {
            let name = row[0] ?? ""
            let text = try await rows("SHOW CREATE TABLE `\(database)`.`\(name.replacing("`", with: "``"))`").first?[1] ?? ""
            result.append("\(name): " + text.replacing(#/ AUTO_INCREMENT=[0-9]+/#, with: ""))
        }
        return result.sorted()
    }

    private func ownName() throws -> String {
        guard let name else { throw Trouble("the server \(address) is shared by all tests: start one of your own") }
        return name
    }

    private static func deploy(_ command: String, _ kind: ServerKind, _ name: String, _ more: [String] = [], environment: [String: String] = [:]
    ) async throws -> Command {
        try await Command.run(Repository.script("servers"), [command, kind.rawValue, name] + more, environment: environment).succeeded()
    }

    /// A port that nothing listens on; the kernel does not give the same one out again soon.
    /// Below the ports that the kernel gives to outgoing connections, one of which could take it in the meantime.
    package static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 10_000..<20_000)
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = port.bigEndian
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if socket >= 0, status == 0 { return Int(port) }
        }
        throw Trouble("no free port")
    }
}
