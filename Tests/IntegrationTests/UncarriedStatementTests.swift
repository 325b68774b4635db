import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Definition statements that a task is not told to carry over: passed over, and told.
    @Suite struct UncarriedStatementTests {
        private static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 1)", "CREATE TABLE u LIKE t", "CREATE TABLE v LIKE t",
            "CREATE TABLE x LIKE t", "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) "
                + "(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (100))",
        ]

        private func messages(_ event: String, _ supervisor: TestSupervisor) async throws -> [NotificationTests.Page.Message] {
            try await supervisor.json(NotificationTests.Page.self, "message", "list", "--event", event, "--limit", "100").messages
        }

        @Test(arguments: Integration.kinds)
        func whatIsPassedOverIsTold(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(kind, tables: Self.tables, only: "[t, u, v, p]", in: scope)
                let (supervisor, task) = (one.supervisor, one.task.name)
                try await one.write(
                    "CREATE INDEX i ON t (a)", "ALTER TABLE t COMMENT 'secret-4711'", "TRUNCATE TABLE t",
                    "DROP TABLE x", "CREATE TABLE z (id INT PRIMARY KEY)")
                try await one.catchUp()
                // Whatever ends in between, nothing goes untold.
                for pid in try await supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await one.write("ALTER TABLE p DROP PARTITION low", "DROP TABLE u")
                try await supervisor.kill()
                try await supervisor.start()
                try await one.write("RENAME TABLE v TO w", "INSERT INTO t VALUES (2, 2)")
                try await one.catchUp()
                let told = try await eventually("all are told") {
                    let told = try await messages("ddl-not-carried", supervisor)
                    return Set(told.flatMap(\.facts).filter { $0.name == "place" }.map(\.value)).count >= 6 ? told : nil
                }
                let texts = told.map(\.text)
                for beginning in ["CREATE INDEX i", "ALTER TABLE t COMMENT '?'", "TRUNCATE TABLE t", "ALTER TABLE p DROP PARTITION low", "DROP TABLE", "RENAME TABLE v TO w"] {
                    #expect(texts.contains { $0.contains(beginning) }, "\(beginning): \(texts)")
                }
                #expect(!texts.contains { $0.contains("4711") || $0.contains("`x`") || $0.contains("TABLE z") })
                #expect(try await supervisor.task(task).counts.ddlNotCarried == 6)
                // Four of them took rows away; each stays until somebody has taken note of it.
                let alarms = try await messages("sides-differ", supervisor)
                #expect(Set(alarms.map(\.text)).count == 4 && alarms.allSatisfy { $0.severity == "critical" && $0.remedy?.isEmpty == false })
                for alarm in alarms {
                    #expect(try await messages("sides-settled", supervisor).isEmpty)
                    try await supervisor.run("message", "read", alarm.id)
                }
                #expect(try await messages("sides-settled", supervisor).count == 1)
            }
        }

        /// In a pair: what the other half brought is no user's statement.
        @Test(arguments: Integration.kinds)
        func onlyUsersStatementsAreTold(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.a.execute("CREATE TABLE `\(pair.database)`.t (id INT PRIMARY KEY)", "TRUNCATE TABLE `\(pair.database)`.t")
                try await pair.waitUntilSettled()
                try await pair.b.execute("INSERT INTO `\(pair.database)`.t VALUES (1)", "TRUNCATE TABLE `\(pair.database)`.t")
                try await pair.waitUntilSettled()
                _ = try await eventually("it is told") {
                    let alarms = try await messages("sides-differ", pair.supervisor)
                    return alarms.isEmpty ? nil : alarms
                }
                let told = try await messages("ddl-not-carried", pair.supervisor)
                #expect(told.count == 1 && told.first?.task == "\(pair.name)-b-to-a", "\(told)")
                let tasks = try await pair.tasks()
                #expect(tasks.aToB.counts.ddlNotCarried == 0 && tasks.bToA.counts.ddlNotCarried == 1)
            }
        }

        /// Of kinds that are chosen, the others are told.
        @Test(arguments: Integration.kinds)
        func kindsThatAreNotChosenAreTold(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(kind, tables: Self.tables, settings: "sql: [insert, update, delete, {ddl: [create-table]}]", in: scope)
                try await one.write("CREATE TABLE n (id INT PRIMARY KEY)", "TRUNCATE TABLE t")
                try await one.catchUp()
                let told = try await eventually("it is told") {
                    let told = try await messages("ddl-not-carried", one.supervisor)
                    return told.isEmpty ? nil : told
                }
                #expect(told.count == 1 && told[0].text.contains("TRUNCATE"))
                #expect(try await one.onTarget("SELECT COUNT(*) FROM t") == ["1"])
            }
        }
    }
}
