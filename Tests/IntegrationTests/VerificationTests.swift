import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// The verification and the test of connections as a user meets them.
    @Suite struct VerificationTests {
        /// What is printed mends the servers, as text and as JSON.
        @Test(arguments: Integration.kinds)
        func whatIsPrintedMends(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try await TestServer.start(kind, in: scope)
                let target = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("checked")
                try await source.execute("CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)")
                try await source.execute(
                    "SET GLOBAL connect_timeout = 5", "SET GLOBAL binlog_row_image = 'MINIMAL'", "SET GLOBAL innodb_stats_on_metadata = ON")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "checked", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                let text = try await supervisor.command("task", "verify", task.name)
                #expect(text.status == 3)
                #expect(text.output.contains("remedy: SET GLOBAL connect_timeout = 10 -- on the source"))
                #expect(text.output.contains("may be skipped (task skip-check)"))

                let done = try await supervisor.command("task", "verify", task.name, "--json")
                #expect(done.status == 3)
                let failed = try supervisor.decode(VerificationReport.self, done).items.filter { $0.level == "fail" }
                #expect(failed.map(\.item) == ["stats-on-metadata", "connect-timeout", "binlog-row-image"])
                for item in failed {
                    #expect(item.skippable == (item.item != "binlog-row-image"))
                    #expect(item.skippable == (item.risk != nil))
                    for statement in item.remedySql ?? [] {
                        #expect(statement.server == "source")
                        try await source.execute(statement.sql)
                    }
                }
                let mended = try await supervisor.command("task", "verify", task.name)
                #expect(mended.status == 0, "\(mended.output)")
                #expect(try await supervisor.task(task.name).state == "verified")
            }
        }

        /// In any state; a task that runs goes on.
        @Test(arguments: Integration.kinds)
        func connectionsAreTested(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(kind, .a)
                let target = try await TestServer.start(kind, in: scope)
                let database = scope.uniqueName("tested")
                try await source.makeDatabase(database, in: scope)
                try await source.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "tested", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                let before = try await supervisor.task(task.name).state
                let report: VerificationReport = try await supervisor.json(VerificationReport.self, "task", "test-connection", task.name)
                #expect(report.passed)
                #expect(report.items.map(\.item).prefix(2) == ["connect-source", "connect-target"])
                #expect(report.items.contains { $0.item == "latency" })
                #expect(try await supervisor.task(task.name).state == before)

                try await task.start()
                try await supervisor.wait(task.name, for: "incremental")
                #expect(try await supervisor.command("task", "test-connection", task.name).status == 0)
                #expect(try await supervisor.task(task.name).state == "running")
                try await source.execute("INSERT INTO `\(database)`.t VALUES (1)")
                try await supervisor.wait(task.name, for: "caught-up")

                try await supervisor.run("task", "pause", task.name)
                try await target.kill()
                let gone = try await supervisor.command("task", "test-connection", task.name)
                #expect(gone.status == 3)
                #expect(gone.output.contains("fail") && gone.output.contains("cannot reach the target"))
                #expect(try await supervisor.task(task.name).state == "paused")
                try await target.start()
            }
        }

        /// Each half looks at both servers, and at what the way back needs.
        @Test func bothHalvesOfAPairLookAtBothServers() async throws {
            guard let kind = Integration.kinds.first else { return }
            try await Scope.with { scope in
                let a = try await TestServer.start(kind, in: scope)
                let b = try await TestServer.start(kind, in: scope)
                let pair = try await ShopPair(kind, .bEmpty, servers: (a, b), in: scope)
                try await b.execute("SET GLOBAL binlog_row_image = 'MINIMAL'")
                let done = try await pair.supervisor.command("pair", "verify", pair.name, "--json")
                #expect(done.status == 3)
                let report = try pair.supervisor.decode(PairVerification.self, done)
                let failed = report.tasks.map { task in task.items.filter { $0.level == "fail" }.map(\.item) }
                #expect(failed == [["target-binlog"], ["binlog-row-image"]])
                #expect(report.tasks.first?.items.count == report.tasks.last?.items.count)
            }
        }

        /// It changes nothing, so it may be done while the pair runs and while it is paused.
        @Test(arguments: Integration.kinds)
        func aPairThatHasBegunIsVerified(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 200, in: scope)
                let supervisor = pair.supervisor
                try await pair.start()
                try await pair.waitUntilIncremental()
                let writers = try await pair.write(.a)
                let workers = try await supervisor.workers()
                let running = try await supervisor.command("pair", "verify", pair.name)
                #expect(running.status == 0 && running.output.hasPrefix("pair: verification passed: "), "\(running.output)\(running.errors)")
                #expect(!running.output.contains("\n  pass  "))
                #expect(try await supervisor.workers() == workers)
                #expect(try await supervisor.pair(pair.name).state == "running")
                try await supervisor.run("pair", "pause", pair.name)
                let paused = try await supervisor.command("pair", "verify", pair.name, "--all")
                #expect(paused.status == 0 && paused.output.contains("\n  pass  "), "\(paused.output)\(paused.errors)")
                #expect(try await supervisor.pair(pair.name).tasks.map(\.state) == ["paused", "paused"])
                // What is found is told, and nothing else comes of it.
                let wrong = try await supervisor.command("task", "verify", "none")
                #expect(wrong.status == 1)
                try await supervisor.run("pair", "resume", pair.name)
                _ = try await writers.stop()
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
            }
        }

        /// Users who may do nothing but log in: what one verification prints for both halves, executed once, is all that SQL can do.
        @Test(arguments: Integration.kinds)
        func whatIsPrintedOnceIsEnough(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try await TestServer.start(kind, in: scope), try await TestServer.start(kind, in: scope))
                let database = scope.uniqueName("least")
                try await a.execute(
                    "CREATE DATABASE `\(database)`",
                    "CREATE TABLE `\(database)`.p (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20), KEY (v))",
                    "CREATE TABLE `\(database)`.c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id))",
                    "CREATE VIEW `\(database)`.w AS SELECT id FROM `\(database)`.p",
                    "INSERT INTO `\(database)`.p VALUES (1, 'one'), (2, 'two')", "INSERT INTO `\(database)`.c VALUES (1, 1)")
                for server in [a, b] { try await server.execute("CREATE USER 'least'@'%' IDENTIFIED BY 'Pass-word-1'") }
                let account = Account(user: "least", password: "Pass-word-1")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "least.yml",
                    "name: least\na: \(a.yaml(account))\nb: \(b.yaml(account))\nobjects: [{database: \(database)}]\nprevails: a\nscenario: b-empty\n")
                try await supervisor.run("pair", "create", "-f", file)
                let first = try await supervisor.command("pair", "verify", "least", "--json")
                #expect(first.status == 3)
                for (task, servers) in zip(try supervisor.decode(PairVerification.self, first).tasks, [(a, b), (b, a)]) {
                    for statement in task.items.flatMap({ $0.remedySql ?? [] }) {
                        try await (statement.server == "source" ? servers.0 : servers.1).execute(statement.sql)
                    }
                }
                let second = try await supervisor.command("pair", "verify", "least", "--json")
                for task in try supervisor.decode(PairVerification.self, second).tasks {
                    let left = task.items.filter { $0.level == "fail" || !($0.remedySql ?? []).isEmpty }
                    #expect(left.isEmpty, "\(task.name): \(left.map { "\($0.item): \($0.facts) | \($0.remedy)" })")
                }
                try await supervisor.run("pair", "start", "least")
                try await supervisor.wait("least", for: "incremental")
                try await b.execute("INSERT INTO `\(database)`.p (id, v) VALUES (10, 'from b')")
                try await a.execute("UPDATE `\(database)`.p SET v = 'uno' WHERE id = 1", "DELETE FROM `\(database)`.c")
                try await supervisor.wait("least", for: "caught-up")
                let rows = "SELECT id, v, (SELECT COUNT(*) FROM `\(database)`.c) FROM `\(database)`.p ORDER BY id"
                #expect(try await a.rows(rows) == [["1", "uno", "0"], ["2", "two", "0"], ["10", "from b", "0"]])
                #expect(try await b.rows(rows) == a.rows(rows))
                #expect(try await b.value("SELECT COUNT(*) FROM `\(database)`.w") == "3")
                try await supervisor.run("pair", "delete", "least", "--yes")
            }
        }

        private struct PairVerification: Decodable { var tasks: [VerificationReport] }
    }
}
