import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What passes by itself is waited for; what does not says what has to be changed, and goes on after it was.
    @Suite struct PassingStateTests {
        private static let tables = ["CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v LONGTEXT)", "INSERT INTO d.t VALUES (1, 'one')"]

        private static func requireEqual(_ one: TestServer, _ other: TestServer) async throws {
            let result = try await Comparison(one.address, other.address).run([(a: "d", b: "d")])
            if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
        }

        private static func awaits(_ state: String, _ task: OneWay) async throws -> TaskReport.Failure {
            try await eventually(within: .seconds(90), "the task is \(state)") {
                let report = try await task.supervisor.task(task.name)
                return report.state == state ? report.error : nil
            }
        }

        @Test(arguments: Integration.kinds)
        func aTargetThatIsReadOnlyForAWhileIsWaitedFor(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let target = try await TestServer.start(kind, in: scope)
                let source = try await started
                try await source.execute(Self.tables)
                // One whom read_only holds back.
                try await target.execute(
                    kind == .mysql
                        ? ["CREATE USER carrier IDENTIFIED BY 'c'", "GRANT ALL ON *.* TO carrier"]
                        : [
                            "CREATE USER carrier IDENTIFIED BY 'c'", "GRANT ALL PRIVILEGES ON *.* TO carrier",
                            "REVOKE SUPER, READ_ONLY ADMIN ON *.* FROM carrier",
                        ])
                let supervisor = try await TestSupervisor(in: scope)
                let yaml = "{host: \(target.address.host), port: \(target.address.port), user: carrier, password: c}"
                let task = try await OneWay("passing", from: source.yaml(), to: yaml, objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                let variable = kind == .mysql ? "super_read_only" : "read_only"
                try await target.execute("SET GLOBAL \(variable) = 1")
                try await source.execute("INSERT INTO d.t VALUES (2, 'two')")
                let failure = try await Self.awaits("retrying", task)
                #expect(failure.code == "server-not-ready")
                #expect(failure.message.contains("read-only"))
                // The source goes away as well, and comes back.
                try await source.kill()
                try await source.start()
                try await source.execute("UPDATE d.t SET v = 'first' WHERE id = 1")
                try await target.execute("SET GLOBAL read_only = 0")
                try await supervisor.wait(task.name, for: "caught-up", seconds: 120)
                try await Self.requireEqual(source, target)
                #expect(try await supervisor.task(task.name).error == nil)
            }
        }

        @Test(arguments: Integration.kinds)
        func aRowThatIsTooLargeNamesWhatToRaise(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(kind, .a)
                let target = try await TestServer.start(kind, ["--max-allowed-packet=4M"], in: scope)
                try await source.makeDatabase("d", in: scope)
                try await source.execute(Array(Self.tables.dropFirst()))
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay("large", from: source.yaml(), to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                // The small rows beside it are no reason to refuse one that fits by itself.
                try await source.execute(
                    "INSERT INTO d.t VALUES (2, REPEAT('x', 900000)), (3, REPEAT('y', 3500000))", "UPDATE d.t SET v = REPEAT('z', 4000000) WHERE id = 1")
                try await supervisor.wait(task.name, for: "caught-up")
                try await source.execute("INSERT INTO d.t VALUES (4, REPEAT('x', 5000000))")
                let failure = try await Self.awaits("failed", task)
                #expect(failure.code == "row-too-large")
                #expect(failure.message.contains("table d.t") && failure.message.contains("max_allowed_packet") && failure.message.contains("4194304"))
                #expect(failure.message.contains(#/ 5000[0-9]{3} bytes/#))
                #expect(failure.remedy.contains("then retry the task"))
                let statement = try #require(failure.remedy.firstMatch(of: #/SET GLOBAL max_allowed_packet = [0-9]+/#)?.output)
                try await target.execute(String(statement))
                try await supervisor.run("task", "retry", task.name)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(source, target)
            }
        }
    }
}
