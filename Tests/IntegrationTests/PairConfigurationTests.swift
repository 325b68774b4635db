import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A pair gets other settings while applications write to both sides.
    @Suite struct PairConfigurationTests {
        /// The settings of both halves change while a worker and the daemon are killed; nothing is lost and nothing echoed.
        @Test(arguments: Integration.kinds)
        func settingsChangeUnderWriters(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let (supervisor, both) = (stage.supervisor, "[{database: \(stage.stays)}, {database: \(stage.leaves)}]")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (server, side) in [(stage.a, 1), (stage.b, 2)] {
                        for database in [stage.stays, stage.leaves] { group.addTask { try await stage.write(database, on: server, side: side) } }
                    }
                    try await stage.configure(both, "prevails: a\nlimits: {rows_per_second: 9000}\nretry_minutes: 7")
                    let pid = try await eventually("a worker runs") { try await supervisor.workers().first }
                    _ = Glibc.kill(pid, SIGKILL)
                    #expect(try await supervisor.pair(stage.name).tasks.map(\.limits.rowsPerSecond) == [9000, 9000])
                    // Objects leave; more cannot be added.
                    try await stage.configure("[{database: \(stage.stays)}]", "prevails: a")
                    try await supervisor.kill()
                    try await supervisor.start()
                    try await eventually("both run") { try await supervisor.pair(stage.name).tasks.allSatisfy { $0.state == "running" } }
                    let ddl = try await stage.configureCommand("[{database: \(stage.stays)}]", "prevails: a\nddl: a-to-b")
                    #expect(ddl.status == 1 && ddl.errors.contains("ddl:"), "\(ddl.errors)")
                    let prevails = try await stage.configureCommand("[{database: \(stage.stays)}]", "prevails: b")
                    #expect(prevails.status == 1 && prevails.errors.contains("prevails cannot be changed now"), "\(prevails.errors)")
                    group.cancelAll()
                    do { try await group.waitForAll() } catch is CancellationError {}
                }
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual()
                for task in try await supervisor.pair(stage.name).tasks { #expect(task.conflicts.total == 0, "\(task.name)") }
                // What has left gets nothing more, on neither side.
                try await stage.a.execute("INSERT INTO `\(stage.leaves)`.t VALUES (-1, 1)")
                try await stage.b.execute("INSERT INTO `\(stage.leaves)`.t VALUES (-2, 1)")
                try await stage.conflict(id: -10)
                #expect(try await stage.values(-10) == ["1", "1"])
                try await stage.configure("[{database: \(stage.stays)}]", "prevails: b")
                try await stage.conflict(id: -11)
                #expect(try await stage.values(-11) == ["2", "2"])
                #expect(try await stage.b.value("SELECT COUNT(*) FROM `\(stage.leaves)`.t WHERE id = -1") == "0")
                #expect(try await stage.a.value("SELECT COUNT(*) FROM `\(stage.leaves)`.t WHERE id = -2") == "0")
                try await stage.requireEqual()
            }
        }

        /// A database joins a running pair whose sides are both written, also the new tables, while workers are killed. A's
        /// rows come to B; where both sides had some, both come to the other.
        @Test(arguments: Integration.kinds, [Scenario.bEmpty, .bothHaveData])
        func objectsJoinUnderWriters(kind: ServerKind, scenario: Scenario) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, scenario, in: scope)
                let supervisor = stage.supervisor
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (server, side) in [(stage.a, 1), (stage.b, 2)] {
                        for database in [stage.stays, stage.comes] { group.addTask { try await stage.write(database, on: server, side: side) } }
                    }
                    group.addTask { try await stage.give(stage.comes) }
                    group.addTask { try await stage.take(stage.comes) }
                    try await stage.configure(
                        "[{database: \(stage.stays)}, {database: \(stage.leaves)}, {database: \(stage.comes)}]", "prevails: a\nlimits: {rows_per_second: 2000}")
                    for _ in 0..<4 {
                        let pid = try await eventually("a worker runs") { try await supervisor.workers().randomElement() }
                        usleep(UInt32.random(in: 0...700_000))
                        _ = Glibc.kill(pid, SIGKILL)
                        try await eventually("it is gone") { !Processes.isAlive(pid) }
                        // At once, instead of later and later. They may have come up by themselves.
                        for task in try await supervisor.pair(stage.name).tasks { _ = try await supervisor.command("task", "retry", task.name) }
                    }
                    try await stage.configure("[{database: \(stage.stays)}, {database: \(stage.leaves)}, {database: \(stage.comes)}]", "prevails: a")
                    try await supervisor.wait(stage.name, for: "incremental", seconds: 120)
                    group.cancelAll()
                    do { try await group.waitForAll() } catch is CancellationError {}
                }
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                for database in [stage.stays, stage.comes] { try await stage.requireEqual(database) }
                for task in try await supervisor.pair(stage.name).tasks { #expect(task.conflicts.total == 0, "\(task.name)") }
                // It is part of the pair from now on.
                try await stage.a.execute("INSERT INTO `\(stage.comes)`.t VALUES (-1, 1)")
                try await stage.b.execute("INSERT INTO `\(stage.comes)`.t VALUES (-2, 1)", "DELETE FROM `\(stage.comes)`.t WHERE id <= 10 AND id > 0")
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual(stage.comes)
                #expect(try await stage.a.value("SELECT COUNT(*) FROM `\(stage.comes)`.t WHERE id < 0") == "2")
            }
        }

        /// What A changes in rows that B has just begun to send counts also when the half that makes B's tables is stopped at once
        /// and begins anew later.
        @Test(arguments: Integration.kinds)
        func whatComesOfTheFirstRowsCounts(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let (supervisor, table) = (stage.supervisor, "`\(stage.comes)`.t")
                let pid = try await stage.stopTheHalfThatMakes(table)
                try await stage.a.execute("UPDATE \(table) SET v = 10 WHERE id = 500001", "DELETE FROM \(table) WHERE id = 500002")
                _ = Glibc.kill(pid, SIGKILL)
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual(stage.comes)
                #expect(try await stage.b.value("SELECT v FROM \(table) WHERE id = 500001") == "10")
                for task in try await supervisor.pair(stage.name).tasks { #expect(task.conflicts.total == 0, "\(task.name)") }
            }
        }

        /// What B has deleted of those rows stays deleted, also where A had changed them before and that comes to B only later.
        @Test(arguments: Integration.kinds)
        func whatIsDeletedMeanwhileStaysDeleted(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope, prevails: "b")
                let table = "`\(stage.comes)`.t"
                let pid = try await stage.stopTheHalfThatMakes(table)
                try await stage.a.execute("UPDATE \(table) SET v = 10 WHERE id IN (500001, 500002)")
                try await stage.b.execute("DELETE FROM \(table) WHERE id = 500001")
                try await eventually("the row is gone from A") {
                    try await stage.a.value("SELECT COUNT(*) FROM \(table) WHERE id > 500000") == "1"
                }
                _ = Glibc.kill(pid, SIGKILL)
                try await stage.supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual(stage.comes)
                #expect(try await stage.b.rows("SELECT id, v FROM \(table) WHERE id > 500000") == [["500002", "10"]])
            }
        }

        /// What left while one half was away does not come back before that half has left it, too: it would not know what it has missed.
        @Test(arguments: Integration.kinds, [0, 1])
        func whatLeavesIsLeftByBothHalves(kind: ServerKind, away: Int) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let supervisor = stage.supervisor
                let halves = try await supervisor.pair(stage.name).tasks.map(\.name)
                let (both, one) = ("[{database: \(stage.stays)}, {database: \(stage.leaves)}]", "[{database: \(stage.stays)}]")
                try await supervisor.run("task", "pause", halves[away])
                try await stage.configure(one, "prevails: a")
                let target = away == 0 ? stage.a : stage.b
                try await eventually("the other half has left it") {
                    try await target.value("SELECT COUNT(*) FROM __dts__.coverage WHERE body LIKE '%\(stage.leaves)%'") == "0"
                }
                try await stage.a.execute("DELETE FROM `\(stage.leaves)`.t WHERE id = 1")
                try await stage.b.execute("DELETE FROM `\(stage.leaves)`.t WHERE id = 2")
                let early = try await stage.configureCommand(both, "prevails: a")
                #expect(early.status != 0 && early.errors.contains("the other half of the pair carries these") && early.errors.contains("\(stage.leaves).t"), "\(early.errors)")
                try await supervisor.run("task", "resume", halves[away])
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.b.execute("DROP DATABASE `\(stage.leaves)`")
                try await stage.configure(both, "prevails: a")
                try await supervisor.wait(stage.name, for: "incremental", seconds: 120)
                try await supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual(stage.leaves)
                #expect(try await stage.b.value("SELECT COUNT(*) FROM `\(stage.leaves)`.t") == "399")
            }
        }

        /// A running pair of two databases, and a third one beside it.
        struct Stage: Sendable {
            let name = "settings"
            let a: TestServer
            let b: TestServer
            let stays: String
            let leaves: String
            let comes: String
            let supervisor: TestSupervisor
            private let scope: Scope
            private let prevails: String

            init(_ kind: ServerKind, _ scenario: Scenario = .bEmpty, in scope: Scope, prevails: String = "a") async throws {
                self.scope = scope
                self.prevails = prevails
                a = try TestServer.shared(kind, .a)
                b = try TestServer.shared(kind, .b)
                stays = scope.uniqueName("stays")
                leaves = scope.uniqueName("leaves")
                comes = scope.uniqueName("comes")
                supervisor = try await TestSupervisor(in: scope)
                for database in [stays, leaves, comes] {
                    let server = b
                    scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") }
                    try await a.makeDatabase(database, in: scope)
                    let table = "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY, v INT)"
                    let rows = (1...(database == comes ? 4000 : 400)).map { "(\($0), 0)" }.joined(separator: ",")
                    try await a.execute(table, "INSERT INTO `\(database)`.t VALUES \(rows)")
                    guard scenario == .bothHaveData else { continue }
                    let others = (10_001...12_000).map { "(\($0), 0)" }.joined(separator: ",")
                    try await b.makeDatabase(database, in: scope)
                    try await b.execute(table, "INSERT INTO `\(database)`.t VALUES \(others)")
                }
                let (supervisor, name) = (supervisor, name)
                try await supervisor.run(
                    "pair", "create", "-f", try file("[{database: \(stays)}, {database: \(leaves)}]", "prevails: \(prevails)\nscenario: \(scenario.rawValue)"))
                scope.onExit {
                    if supervisor.pid == nil { try await supervisor.start() }
                    try await supervisor.run("pair", "delete", name, "--yes")
                }
                try await supervisor.run("pair", "start", name)
                try await supervisor.wait(name, for: "settled", seconds: 120)
            }

            private func file(_ objects: String, _ settings: String) throws -> String {
                try scope.file(
                    "\(scope.uniqueName("pair")).yml", "name: \(name)\na: \(a.yaml())\nb: \(b.yaml())\nobjects: \(objects)\n\(settings)\n")
            }

            func configureCommand(_ objects: String, _ settings: String) async throws -> Command {
                try await supervisor.command("pair", "configure", name, "-f", try file(objects, settings))
            }

            func configure(_ objects: String, _ settings: String) async throws { _ = try await configureCommand(objects, settings).succeeded() }

            /// Inserts, changes and deletes rows that the other side leaves alone, until it is cancelled.
            func write(_ database: String, on server: TestServer, side: Int) async throws {
                var next = 100_000 + side
                try await awaitTable(database, on: server)
                while !Task.isCancelled {
                    next += 2
                    let (old, gone) = (Int.random(in: 0..<2000) * 2 + side, Int.random(in: 0..<2000) * 2 + side)
                    do {
                        try await server.execute(
                            "START TRANSACTION", "INSERT INTO `\(database)`.t VALUES (\(next), \(side))",
                            "UPDATE `\(database)`.t SET v = v + 1 WHERE id IN (\(old), \(next - 4))",
                            "DELETE FROM `\(database)`.t WHERE id IN (\(next - 8), \(gone))", "COMMIT")
                    } catch let error as MySQLError where error.isLockFailure {
                        // It and what came to its side have met in other order; nothing of it was done.
                    }
                }
            }

            /// B inserts rows that it then leaves to A.
            func give(_ database: String) async throws {
                try await awaitTable(database, on: b)
                var next = 500_000
                while !Task.isCancelled {
                    next += 1
                    try await b.execute("INSERT INTO `\(database)`.t VALUES (\(next), 9)")
                }
            }

            /// A changes and deletes those of them that have come to it.
            func take(_ database: String) async throws {
                while !Task.isCancelled {
                    do {
                        try await a.execute(
                            "UPDATE `\(database)`.t SET v = v + 1 WHERE id > 500000 ORDER BY id DESC LIMIT 2",
                            "DELETE FROM `\(database)`.t WHERE id > 500000 ORDER BY id LIMIT 2")
                    } catch let error as MySQLError where error.isLockFailure {}
                }
            }

            /// Lets the database come, and stops the half that makes its table on B as soon as that has brought two rows of B to A.
            ///
            /// - Returns: the process that is stopped.
            func stopTheHalfThatMakes(_ table: String) async throws -> Int32 {
                let half = try #require(try await supervisor.pair(name).tasks.first?.name)
                try await configure("[{database: \(stays)}, {database: \(leaves)}, {database: \(comes)}]", "prevails: \(prevails)")
                var pid: Int32 = 0
                while try await !hasBegun(table) { if let now = try await supervisor.task(half).worker.pid { pid = now } }
                _ = Glibc.kill(pid, SIGSTOP)
                try await eventually("B's rows have come to A") {
                    try await a.value("SELECT COUNT(*) FROM \(table) WHERE id > 500000") == "2"
                }
                return pid
            }

            /// B writes two rows as soon as it has the table, for which this waits a moment.
            private func hasBegun(_ table: String) async throws -> Bool {
                let limit = ContinuousClock.now + .milliseconds(200)
                while .now < limit {
                    do {
                        try await b.execute("INSERT INTO \(table) VALUES (500001, 9), (500002, 9)")
                        return true
                    } catch let error as MySQLError where error.code == .unknownDatabase || error.code == .unknownTable {
                        // It is made only after the other half carries it.
                    }
                }
                return false
            }

            /// On B it may be made only now.
            private func awaitTable(_ database: String, on server: TestServer) async throws {
                while try await server.value("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'") == nil {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }

            /// Both sides write one row before either sees the other's.
            func conflict(id: Int) async throws {
                try await supervisor.run("pair", "pause", name)
                try await a.execute("INSERT INTO `\(stays)`.t VALUES (\(id), 1)")
                try await b.execute("INSERT INTO `\(stays)`.t VALUES (\(id), 2)")
                try await supervisor.run("pair", "resume", name)
                try await supervisor.wait(name, for: "settled", seconds: 120)
            }

            func values(_ id: Int) async throws -> [String?] {
                var values: [String?] = []
                for server in [a, b] { values.append(try await server.value("SELECT v FROM `\(stays)`.t WHERE id = \(id)")) }
                return values
            }

            func requireEqual(_ database: String? = nil) async throws {
                let query = "SELECT * FROM `\(database ?? stays)`.t ORDER BY id"
                let (here, there) = (try await a.rows(query), try await b.rows(query))
                if here == there { return }
                // A comparison of thousands of rows by the test library takes minutes.
                let (onlyHere, onlyThere) = (Set(here).subtracting(there), Set(there).subtracting(here))
                Issue.record("only on A: \(Self.list(onlyHere)); only on B: \(Self.list(onlyThere))")
            }

            private static func list(_ rows: Set<[String?]>) -> String {
                let texts = rows.map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }.sorted()
                return "\(rows.count) rows \(texts.prefix(20))"
            }
        }
    }
}
