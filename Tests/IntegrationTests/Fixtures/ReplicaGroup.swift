import FoundationEssentials
import Glibc
import SyncMySQL
import TestSupport
import WorkloadKit

/// A server and a replica of it that follows by GTID and is read-only until it is promoted.
struct ReplicaGroup: Sendable {
    let primary: TestServer
    let replica: TestServer

    init(_ kind: ServerKind, in scope: Scope) async throws {
        async let first = TestServer.start(kind, in: scope)
        async let second = TestServer.start(kind, in: scope)
        (primary, replica) = (try await first, try await second)
        let port = primary.address.port
        if kind == .mysql {
            try await replica.execute(
                """
                CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(port), SOURCE_USER = 'dts', SOURCE_PASSWORD = 'dts',
                SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1
                """, "SET GLOBAL super_read_only = ON", "START REPLICA")
        } else {
            try await replica.execute(
                """
                CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = \(port), MASTER_USER = 'dts', MASTER_PASSWORD = 'dts',
                MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1
                """, "SET GLOBAL read_only = ON", "START SLAVE")
        }
    }

    /// As an endpoint in a YAML file.
    var yaml: String { "{hosts: ['\(primary.address)', '\(replica.address)'], user: dts, password: dts}" }

    /// SIGKILL to the primary while it commits nothing, so that what it has committed is known.
    ///
    /// - Parameter isComplete: once the replica has all of it.
    func killPrimary(isComplete: Bool = true) async throws {
        let replica = replica
        let file = try await primary.value("SELECT @@GLOBAL.pid_file") ?? ""
        let folder = try await primary.value("SELECT @@GLOBAL.datadir") ?? ""
        let path = file.hasPrefix("/") ? file : folder + file
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard let pid = Int32(text.filter(\.isNumber)) else { throw Trouble("no process number in \(path)") }
        try await primary.withSession { session in
            try session.execute("FLUSH TABLES WITH READ LOCK")
            if isComplete { try Self.wait(for: session, on: replica) }
            _ = Glibc.kill(pid, SIGKILL)
        }
        try await primary.kill()
    }

    private static func wait(for primary: Session, on replica: TestServer) throws {
        let isMySQL = replica.kind == .mysql
        let all = try primary.value(isMySQL ? "SELECT @@GLOBAL.gtid_executed" : "SELECT @@GLOBAL.gtid_binlog_pos") ?? ""
        let wait = isMySQL ? "WAIT_FOR_EXECUTED_GTID_SET('\(all)', 60)" : "MASTER_GTID_WAIT('\(all)', 60)"
        let outcome = try replica.address.connect().value("SELECT \(wait)")
        guard outcome == "0" else { throw Trouble("the replica does not catch up") }
    }

    /// Waits until the replica has what the primary has now.
    func waitForReplica() async throws {
        let replica = replica
        try await primary.withSession { try Self.wait(for: $0, on: replica) }
    }

    func stopReplication() async throws { try await replica.execute(replica.kind == .mysql ? "STOP REPLICA" : "STOP SLAVE") }

    /// Lets nobody write the primary any more; it stays where it is.
    func demote(_ variable: String) async throws { try await primary.execute("SET GLOBAL \(variable) = ON") }

    /// Lets the replica be written.
    func promote() async throws {
        if replica.kind == .mysql {
            try await replica.execute(
                "STOP REPLICA", "RESET REPLICA ALL", "SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF")
        } else {
            try await replica.execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF")
        }
    }
}
