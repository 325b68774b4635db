import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A server dies and its replica takes over: the task follows by itself, and neither loses nor repeats anything.
    @Suite struct FailoverTests {
        private static let tables = [
            "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v INT)", "CREATE TABLE d.k (v INT)",
            "INSERT INTO d.t VALUES (1, 1), (2, 2), (3, 3)", "INSERT INTO d.k VALUES (1), (1), (2)",
        ]

        /// Changes that show when they take effect twice, or not at all.
        private static func change(_ server: TestServer, _ number: Int) async throws {
            try await server.execute(
                "UPDATE d.t SET v = v + 1", "INSERT INTO d.t VALUES (\(100 + number), 0)", "INSERT INTO d.k VALUES (\(number)), (\(number))",
                "DELETE FROM d.k WHERE v = \(number) LIMIT 1")
        }

        private static func requireEqual(_ one: TestServer, _ other: TestServer) async throws {
            let result = try await Comparison(one.address, other.address).run([(a: "d", b: "d")])
            if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
            try #require(result.rows > 0)
        }

        @Test(arguments: Integration.kinds)
        func replicaOfTheSourceTakesOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let target = try await started
                try await group.primary.execute(Self.tables)
                // Files and offsets that the old server has not reached by far, and that mean nothing on the new one.
                for _ in 0..<5 { try await group.primary.execute("FLUSH BINARY LOGS") }
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "failover", from: group.yaml, to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.change(group.primary, 1)
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await supervisor.task(task.name).source.port == group.primary.address.port)
                // Not carried over before the end of the old server, but known to the new one.
                try await supervisor.run("task", "pause", task.name)
                try await Self.change(group.primary, 2)
                try await group.killPrimary()
                let address = target.address
                let lock = try await WorkerThread.run("lock") {
                    let session = try address.connect()
                    try session.execute("LOCK TABLES d.t WRITE, d.k WRITE")
                    return Lock(session: session)
                }
                try await supervisor.run("task", "resume", task.name)
                try await group.promote()
                try await Self.change(group.replica, 3)
                // The place in the old server's files is beyond all of the new one's, and yet nothing has come.
                let early = try await supervisor.command("wait", task.name, "--for", "caught-up", "--timeout", "8")
                #expect(early.status == 4)
                try await lock.release()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(group.replica, target)
                try await Self.change(group.replica, 4)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(group.replica, target)
                let report = try await supervisor.task(task.name)
                #expect(report.source.port == group.replica.address.port)
                #expect(report.conflicts.total == 0)
                #expect(report.counts.transactions == 16)
                #expect(report.error == nil)
                // The old one, first in the list and not read-only, is not taken for the source again.
                try await group.primary.start()
                let pid = try #require(try await supervisor.workers().first)
                _ = Glibc.kill(pid, SIGKILL)
                try await Self.change(group.replica, 5)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(group.replica, target)
                #expect(try await supervisor.task(task.name).source.port == group.replica.address.port)
            }
        }

        /// What the target has and the new server has not cannot be mended by going on.
        @Test(arguments: Integration.kinds)
        func replicaThatLostTransactionsIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let target = try await started
                try await group.primary.execute(Self.tables)
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "lost", from: group.yaml, to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.change(group.primary, 1)
                try await supervisor.wait(task.name, for: "caught-up")
                // The replica knows of the task but not of its last rows.
                try await group.waitForReplica()
                try await group.stopReplication()
                let origin = try await group.primary.value(kind == .mysql ? "SELECT @@GLOBAL.server_uuid" : "SELECT @@GLOBAL.server_id") ?? ""
                try await Self.change(group.primary, 2)
                try await supervisor.wait(task.name, for: "caught-up")
                try await group.killPrimary(isComplete: false)
                try await group.promote()
                for number in 3..<20 { try await Self.change(group.replica, number) }
                let failure = try await eventually(within: .seconds(60), "the task stops") {
                    let report = try await supervisor.task(task.name)
                    return report.state == "failed" ? report.error : nil
                }
                #expect(failure.code == "source-behind")
                #expect(failure.message.contains(origin))
                #expect(try await target.value("SELECT COUNT(*) FROM d.t WHERE id > 102") == "0")
            }
        }

        /// Also where the old server comes back as if nothing had happened: it lacks what the task has written since.
        @Test(arguments: Integration.kinds)
        func replicaOfTheTargetTakesOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let source = try await started
                try await source.execute(Self.tables)
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "failover", from: source.yaml(), to: group.yaml, objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.change(source, 1)
                try await supervisor.wait(task.name, for: "caught-up")
                try await group.waitForReplica()
                // What the replica has not got is brought again, from its own checkpoint on.
                try await group.stopReplication()
                try await Self.change(source, 2)
                try await supervisor.wait(task.name, for: "caught-up")
                try await group.killPrimary(isComplete: false)
                try await group.promote()
                try await Self.change(source, 3)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(source, group.replica)
                #expect(try await supervisor.task(task.name).target.port == group.replica.address.port)
                // The old one, first in the list and not read-only, is not taken for the target again.
                try await group.primary.start()
                let pid = try #require(try await supervisor.workers().first)
                _ = Glibc.kill(pid, SIGKILL)
                try await Self.change(source, 4)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(source, group.replica)
                let report = try await supervisor.task(task.name)
                #expect(report.target.port == group.replica.address.port)
                #expect(report.conflicts.total == 0)
            }
        }

        /// In a pair the server is the source of one direction and the target of the other. The marks of what came from
        /// the other side are replicated, so nothing of it travels back.
        @Test(arguments: Integration.kinds)
        func replicaOfOneSideOfAPairTakesOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let other = try await started
                try await group.primary.execute(
                    "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v INT)", "INSERT INTO d.t VALUES (1, 1), (2, 2), (3, 3)")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: pair
                    a: \(group.yaml)
                    b: \(other.yaml())
                    objects: [{database: d}]
                    prevails: a
                    ddl: a-to-b
                    scenario: b-empty
                    """)
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "pair", "--yes") }
                try await supervisor.run("pair", "start", "pair")
                try await supervisor.wait("pair", for: "incremental")
                var number = 100
                func write(_ server: TestServer, _ row: Int) async throws {
                    for _ in 0..<5 {
                        number += 1
                        try await server.execute("INSERT INTO d.t (id, v) VALUES (\(number), 0)", "UPDATE d.t SET v = v + 1 WHERE id = \(row)")
                    }
                }
                try await write(group.primary, 1)
                try await write(other, 2)
                try await supervisor.wait("pair", for: "settled")
                try await group.killPrimary()
                try await write(other, 2)
                try await group.promote()
                try await write(group.replica, 1)
                try await supervisor.wait("pair", for: "settled", seconds: 120)
                try await group.replica.execute("ALTER TABLE d.t ADD COLUMN w INT DEFAULT 5 FIRST")
                try await write(other, 2)
                try await supervisor.wait("pair", for: "settled")
                try await write(group.replica, 3)
                try await supervisor.wait("pair", for: "settled")
                try await Self.requireEqual(group.replica, other)
                #expect(try await other.rows("SELECT v FROM d.t WHERE id < 4 ORDER BY id") == [["11"], ["17"], ["8"]])
                let tasks = try await supervisor.pair("pair").tasks
                #expect(tasks[0].source.port == group.replica.address.port)
                #expect(tasks[1].target.port == group.replica.address.port)
                #expect(tasks[0].counts.loopedTransactionsSkipped == tasks[1].counts.transactions)
                #expect(tasks[1].counts.loopedTransactionsSkipped == tasks[0].counts.transactions)
                #expect(tasks.allSatisfy { $0.conflicts.total == 0 })
            }
        }

        /// Both sides move while the pair rests. Neither half waits for the other one to follow first, also when that one stays paused.
        @Test(arguments: Integration.kinds)
        func bothSidesOfAPairMove(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = ReplicaGroup(kind, in: scope)
                let (a, b) = (try await ReplicaGroup(kind, in: scope), try await started)
                try await a.primary.execute(
                    "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v INT)", "INSERT INTO d.t VALUES (1, 1), (2, 2)")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "pair.yml", "name: pair\na: \(a.yaml)\nb: \(b.yaml)\nobjects: [{database: d}]\nprevails: a\nscenario: b-empty\n")
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "pair", "--yes") }
                try await supervisor.run("pair", "start", "pair")
                try await supervisor.wait("pair", for: "incremental")
                try await a.primary.execute("UPDATE d.t SET v = 3 WHERE id = 1")
                try await b.primary.execute("UPDATE d.t SET v = 3 WHERE id = 2")
                try await supervisor.wait("pair", for: "settled")
                try await supervisor.run("pair", "pause", "pair")
                for group in [a, b] {
                    try await group.killPrimary()
                    try await group.promote()
                }
                try await a.replica.execute("INSERT INTO d.t VALUES (3, 3)")
                try await b.replica.execute("INSERT INTO d.t VALUES (4, 4)")
                let halves = try await supervisor.pair("pair").tasks.map(\.name)
                try await supervisor.run("task", "resume", halves[0])
                try await supervisor.wait(halves[0], for: "caught-up", seconds: 120)
                #expect(try await b.replica.value("SELECT COUNT(*) FROM d.t") == "4")
                try await supervisor.run("task", "resume", halves[1])
                try await supervisor.wait("pair", for: "settled", seconds: 120)
                try await Self.requireEqual(a.replica, b.replica)
                #expect(try await a.replica.value("SELECT COUNT(*) FROM d.t") == "4")
                #expect(try await supervisor.pair("pair").tasks.allSatisfy { $0.conflicts.total == 0 })
            }
        }

        /// A session that holds tables until it is told.
        private final class Lock: @unchecked Sendable {
            private let session: Session
            init(session: Session) { self.session = session }
            func release() async throws { try await WorkerThread.run("unlock") { [self] in _ = try session.execute("UNLOCK TABLES") } }
        }
    }
}
