import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Servers that are not what they were when the task ran last: replaced, or without the log that the task needs.
    @Suite struct SwitchedServerTests {
        /// A one-way task that has caught up and is paused, on servers of its own.
        private struct Paused {
            let source: TestServer
            let target: TestServer
            let supervisor: TestSupervisor
            let task: OneWay

            init(_ kind: ServerKind, endpoint: String = "", options: [String] = [], in scope: Scope) async throws {
                async let first = TestServer.start(kind, options, in: scope)
                async let second = TestServer.start(kind, in: scope)
                (source, target) = (try await first, try await second)
                try await source.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)")
                supervisor = try await TestSupervisor(in: scope)
                task = try await OneWay(
                    "switched", from: source.yaml(nil, endpoint), to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await source.execute("INSERT INTO d.t VALUES (2)")
                try await supervisor.wait(task.name, for: "caught-up")
                try await supervisor.run("task", "pause", task.name)
            }

            /// A file of the log tells the second in which it was begun, and no more of it.
            func passSecond() async throws {
                let clock = "SELECT UNIX_TIMESTAMP()"
                let now = try await source.value(clock)
                try await eventually("another second") { try await source.value(clock) != now }
            }

            /// The error with which the task stops when it goes on.
            func failureOnResume() async throws -> TaskReport.Failure {
                try await supervisor.run("task", "resume", task.name)
                return try await eventually(within: .seconds(60), "the task stops with an error") {
                    let report = try await supervisor.task(task.name)
                    return report.state == "failed" ? report.error : nil
                }
            }
        }

        @Test(arguments: Integration.kinds, Side.allCases)
        func serverReplacedUnderItsAddressIsRefused(kind: ServerKind, side: Side) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, in: scope)
                let old = side == .a ? paused.source : paused.target
                try await old.kill()
                let new = try await TestServer.start(kind, port: old.address.port, in: scope)
                try await new.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (7)")
                let failure = try await paused.failureOnResume()
                #expect(failure.code == "server-changed")
                #expect(failure.message.contains(new.address.description))
                // Nothing was made or written there.
                #expect(try await new.hasMetadata() == false)
                #expect(try await new.rows("SELECT id FROM d.t") == [["7"]])
                // With the right one back it goes on where it was.
                try await new.kill()
                try await old.start()
                try await paused.source.execute("INSERT INTO d.t VALUES (3)")
                try await paused.supervisor.run("task", "retry", paused.task.name)
                try await paused.supervisor.wait(paused.task.name, for: "caught-up")
                #expect(try await paused.target.rows("SELECT id FROM d.t ORDER BY id") == [["1"], ["2"], ["3"]])
            }
        }

        /// A log that was begun anew has its files' names and transactions' numbers again, and more of both than before.
        @Test(arguments: Integration.kinds)
        func logBegunAnewWhilePaused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, in: scope)
                let files = try await paused.source.rows("SHOW BINARY LOGS").count
                try await paused.passSecond()
                try await paused.source.execute(kind.resetStatement)
                for _ in 0..<files + 1 { try await paused.source.execute("FLUSH BINARY LOGS") }
                for number in 3..<300 { try await paused.source.execute("INSERT INTO d.t VALUES (\(number))") }
                let failure = try await paused.failureOnResume()
                #expect(failure.code == "server-changed")
                #expect(failure.message.contains("begun anew"), "\(failure.message)")
                #expect(try await paused.target.value("SELECT COUNT(*) FROM d.t") == "2")
            }
        }

        @Test(arguments: Integration.kinds)
        func logBegunAnewWhileRunning(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, in: scope)
                try await paused.supervisor.run("task", "resume", paused.task.name)
                try await paused.supervisor.wait(paused.task.name, for: "caught-up")
                try await paused.source.execute("INSERT INTO d.t VALUES (3)")
                try await paused.supervisor.wait(paused.task.name, for: "caught-up")
                try await paused.source.execute(kind.resetStatement)
                try await paused.source.execute("INSERT INTO d.t VALUES (4)")
                let failure = try await eventually(within: .seconds(60), "the task stops with an error") {
                    let report = try await paused.supervisor.task(paused.task.name)
                    return report.state == "failed" ? report.error : nil
                }
                #expect(failure.code == "server-changed")
                #expect(failure.message.contains("begun anew"), "\(failure.message)")
            }
        }

        /// A copy from a backup holds all that tells a server from others, apart from its own number.
        @Test(arguments: Integration.kinds)
        func copyOfTheSourceIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, in: scope)
                // To a single address; among `hosts` it would be a replica that has taken over.
                let change = kind == .mysql ? "UPDATE __dts__.member SET server = UUID()" : "UPDATE __dts__.member SET server = server + 1"
                try await paused.source.execute(change)
                let failure = try await paused.failureOnResume()
                #expect(failure.code == "server-changed")
                #expect(failure.remedy.contains("hosts"))
            }
        }

        /// Places in the files of the server that was read before mean nothing in those of the one that is read now.
        @Test(
            arguments: Integration.kinds,
            [
                (", positioning: file", "source_server = '1'", "GTIDs"),
                ("", "source_server = '1', window_file = 'binlog.999999', window_offset = 4", "initial copy"),
                ("", "source_server = '1', stage = 'data'", "copied"),
                ("", "source_server = '1', prepared = '4 binlog.000001 X'", "XA"),
            ])
        func sourceThatMovedAtTheWrongMomentIsRefused(
            kind: ServerKind, moment: (endpoint: String, state: String, reason: String)
        ) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, endpoint: moment.endpoint, in: scope)
                try await paused.target.execute("UPDATE __dts__.progress SET \(moment.state) WHERE lane = 0")
                let failure = try await paused.failureOnResume()
                #expect(failure.code == "failover-refused")
                #expect(failure.message.contains(moment.reason))
            }
        }

        @Test(arguments: Integration.kinds, ["", ", positioning: file"])
        func purgedLogIsNamed(kind: ServerKind, endpoint: String) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, endpoint: endpoint, in: scope)
                let before = try await paused.target.rows("SELECT gtid, file FROM __dts__.progress WHERE lane = 0")[0]
                try await paused.source.execute("INSERT INTO d.t VALUES (3)")
                let gtid = kind == .mysql ? "SELECT @@GLOBAL.gtid_executed" : "SELECT @@GLOBAL.gtid_binlog_pos"
                let end = try await paused.source.value(gtid) ?? ""
                try await paused.source.execute("FLUSH BINARY LOGS")
                let last = try await paused.source.rows("SHOW BINARY LOGS").last?[0] ?? ""
                try await eventually("the log is purged: the server has noticed that its reader has gone") {
                    try await paused.source.execute("PURGE BINARY LOGS TO '\(last)'")
                    return try await paused.source.rows("SHOW BINARY LOGS").first?[0] == last
                }
                try await paused.source.execute("INSERT INTO d.t VALUES (4)")
                let failure = try await paused.failureOnResume()
                #expect(failure.code == "binlog-purged")
                if !endpoint.isEmpty {
                    #expect(failure.message.contains("is \(last), and the task needs \(before[1] ?? "?")"))
                } else if kind == .mysql {
                    let missing = try await paused.source.value("SELECT GTID_SUBTRACT(@@GLOBAL.gtid_purged, '\(before[0] ?? "")')") ?? ""
                    #expect(!missing.isEmpty)
                    #expect(failure.message.contains(missing))
                } else {
                    #expect(failure.message.contains("behind \(before[0] ?? "?") up to \(end)"))
                }
                #expect(try await paused.target.rows("SELECT id FROM d.t ORDER BY id") == [["1"], ["2"]])
            }
        }

        /// A log that begins anew has the same file names with something else in them.
        @Test(arguments: Integration.kinds, ["", ", positioning: file"])
        func resetLogIsRefused(kind: ServerKind, endpoint: String) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, endpoint: endpoint, in: scope)
                try await paused.source.execute(kind == .mysql ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER", "INSERT INTO d.t VALUES (3)")
                #expect(try await paused.failureOnResume().code == "source-behind")
            }
        }

        /// Another replica with the task's identity ends its stream: the task says so and takes another identity.
        @Test(arguments: Integration.kinds)
        func replicaWithTheSameIdentityIsEvaded(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let paused = try await Paused(kind, in: scope)
                try await paused.supervisor.run("task", "resume", paused.task.name)
                try await paused.source.execute("INSERT INTO d.t VALUES (3)")
                try await paused.supervisor.wait(paused.task.name, for: "caught-up")
                let list = kind == .mysql ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS"
                func own() async throws -> [String?] {
                    try await eventually("the task is in the source's list of replicas") {
                        // Beside it there may be the short look at whether the log is still the same one.
                        try await paused.source.rows(list).first { $0[1]?.hasPrefix("dts-") == true && $0[1]?.contains("/") == false }
                    }
                }
                let identity = try await own()
                // As a thoughtless copy of the task would do it; it stays connected.
                let address = paused.source.address
                let intruder = try await WorkerThread.run("intruder") {
                    let session = try address.connect()
                    let name = identity.last.flatMap { $0 } ?? ""
                    if kind == .mysql { try session.execute("SET @slave_uuid = '\(name)', @replica_uuid = '\(name)'") }
                    try session.execute("SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum")
                    let number = UInt32(identity[0] ?? "") ?? 0
                    let file = try session.rows("SHOW BINARY LOGS").first?[0] ?? ""
                    return Held(stream: try BinlogStream(session, serverID: number, from: .file(file, offset: 4)))
                }
                try await paused.source.execute("INSERT INTO d.t VALUES (4)")
                let changed = try await eventually("the task has another identity") {
                    let now = try await own()
                    return now[0] == identity[0] ? nil : now
                }
                try await paused.supervisor.wait(paused.task.name, for: "caught-up")
                #expect(try await paused.target.rows("SELECT id FROM d.t ORDER BY id") == [["1"], ["2"], ["3"], ["4"]])
                #expect(paused.supervisor.logs.contains("replica-id-clash"))
                #expect(try await own()[0] == changed[0])
                intruder.end()
            }
        }

        private final class Held: @unchecked Sendable {
            private let stream: BinlogStream
            init(stream: BinlogStream) { self.stream = stream }
            func end() { stream.interruption.interrupt() }
        }
    }
}

extension ServerKind {
    /// Throws the whole log away and counts from the beginning.
    fileprivate var resetStatement: String { self == .mysql ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER" }
}
