import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Servers in other time zones: what a statement computes of times, and what is stored in a zone.
    @Suite struct ZoneTests {
        private static func follow(
            _ kind: ServerKind, zone: String, in scope: Scope, _ body: (_ a: TestServer, _ b: TestServer, TestSupervisor) async throws -> Void
        ) async throws {
            async let first = TestServer.start(kind, zone: zone, in: scope)
            async let second = TestServer.start(kind, zone: "UTC0", in: scope)
            let (a, b) = try await (first, second)
            try await a.execute("CREATE DATABASE d", "CREATE TABLE d.z (id INT PRIMARY KEY, t DATETIME)", "INSERT INTO d.z VALUES (1, '2026-07-01 12:00:00')")
            let supervisor = try await TestSupervisor(in: scope)
            let task = try await OneWay(
                "zones", from: a.yaml(), to: b.yaml(), objects: "[{database: d}]", settings: "sql: [insert, update, delete, ddl]", on: supervisor, in: scope)
            try await task.start()
            try await supervisor.wait("zones", for: "settled")
            try await body(a, b, supervisor)
        }

        private static let statements = [
            "SET SESSION time_zone = 'SYSTEM'",
            "ALTER TABLE d.z ADD x TIMESTAMP DEFAULT '2026-01-01 00:00:00', ADD y DATETIME DEFAULT CURRENT_TIMESTAMP",
            "ALTER TABLE d.z MODIFY t TIMESTAMP NULL", "INSERT INTO d.z (id) VALUES (2)",
        ]

        /// The zone of the source's host is another one than that of the target's; the statement takes it along.
        @Test(arguments: Integration.kinds)
        func statementsRunInTheZoneOfTheSource(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, zone: "JST-9", in: scope) { a, b, supervisor in
                    try await a.execute(Self.statements)
                    try await supervisor.wait("zones", for: "settled")
                    let result = try await Comparison(a.address, b.address).run([(a: "d", b: "d")])
                    #expect(result.isEqual, "\(result.summary)")
                    #expect(try await a.definitions(of: "d") == b.definitions(of: "d"))
                    #expect(try await b.value("SELECT UNIX_TIMESTAMP(t) FROM d.z WHERE id = 1") == "1782874800")
                    #expect(try await b.value("SELECT UNIX_TIMESTAMP(x) FROM d.z WHERE id = 2") == "1767193200")
                }
            }
        }

        /// One whose offset changes over the year has no name that the target knows.
        @Test(arguments: Integration.kinds)
        func aZoneThatTheTargetLacksIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, zone: "CET-1CEST,M3.5.0,M10.5.0/3", in: scope) { a, b, supervisor in
                    try await a.execute(Self.statements)
                    try await supervisor.wait("zones", for: "failed")
                    let error = try #require(try await supervisor.task("zones").error)
                    #expect(error.code == "ddl-unsupported")
                    #expect(error.message.contains("'SYSTEM', which is another one on the target"))
                    #expect(try await b.value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'd' AND TABLE_NAME = 'z'") == "2")
                    // As the message says.
                    try await supervisor.run("task", "replace-statement", "zones", "--sql", "ALTER TABLE d.z ADD x INT, ADD y INT")
                    try await supervisor.wait("zones", for: "failed")
                }
            }
        }

        /// A stored value that depends on the writer's zone stops the task before a row comes that would have another one.
        @Test(arguments: Integration.kinds)
        func aValueThatIsStoredInAZoneIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, zone: "UTC0", in: scope) { a, b, supervisor in
                    try await a.execute(
                        "CREATE TABLE d.g (id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATE AS (DATE(ts)) STORED)", "SET SESSION time_zone = '+09:00'",
                        "INSERT INTO d.g (id, ts) VALUES (1, '2026-07-02 01:00:00')")
                    try await supervisor.wait("zones", for: "failed")
                    #expect(try await supervisor.task("zones").error?.code == "type-unsupported")
                    #expect(try await b.value("SELECT COUNT(*) FROM d.g") == "0")
                    // As the message says.
                    try await b.execute("ALTER TABLE d.g DROP COLUMN d, ADD COLUMN d DATE AS (DATE(ts)) VIRTUAL")
                    try await supervisor.run("task", "retry", "zones")
                    try await supervisor.wait("zones", for: "settled")
                    #expect(try await b.value("SELECT ts FROM d.g") == a.value("SELECT ts FROM d.g"))
                }
            }
        }
    }
}
