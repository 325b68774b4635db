import TestSupport
import Testing

extension Integration {
    /// Values come into the columns that they were written to, whether rows name their columns (`binlog_row_metadata=FULL`) or not.
    @Suite struct RowNamesTests {
        private static func minimal(_ server: TestServer) async throws { try await server.execute("SET GLOBAL binlog_row_metadata = MINIMAL") }

        /// Without names, and without names far behind the source: then the source can only tell what its tables have become since.
        @Test(arguments: Integration.kinds)
        func statementsAreFollowedWithoutNames(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let first = TestServer.start(kind, in: scope)
                async let second = TestServer.start(kind, in: scope)
                let (a, b) = try await (first, second)
                let cases = CaseTests.Case.all.filter { one in
                    one.kind == kind && (Integration.isLong ? one.name.hasPrefix("ddl-") : ["ddl-columns", "ddl-places", "ddl-tables"].contains(one.name))
                }
                for one in cases {
                    if Integration.isLong { try await Self.carryOver(one, from: a, to: b, isPaused: false) }
                    try await Self.carryOver(one, from: a, to: b, isPaused: true)
                }
            }
        }

        /// - Parameter isPaused: the task comes to the statements when all of them have been executed.
        private static func carryOver(_ one: CaseTests.Case, from a: TestServer, to b: TestServer, isPaused: Bool) async throws {
            try await Scope.with { scope in
                try await a.execute("SET GLOBAL binlog_row_metadata = FULL")
                try await CaseTests.carryOver(one, from: a, to: b, in: scope) { supervisor in
                    try await minimal(a)
                    if isPaused { try await supervisor.run("task", "pause", "case") }
                } behind: { supervisor in
                    if isPaused { try await supervisor.run("task", "resume", "case") }
                }
            }
        }

        private static let hidden = ["SET SESSION sql_log_bin = 0", "ALTER TABLE t MODIFY c VARCHAR(9) AFTER id", "SET SESSION sql_log_bin = 1"]

        private static func follow(
            _ kind: ServerKind, in scope: Scope, _ body: (_ a: TestServer, _ b: TestServer, TestSupervisor) async throws -> Void
        ) async throws {
            async let first = TestServer.start(kind, in: scope)
            async let second = TestServer.start(kind, in: scope)
            let (a, b) = try await (first, second)
            try await a.execute(
                "CREATE DATABASE d", "USE d", "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9), c VARCHAR(9))",
                "INSERT INTO t VALUES (1, 'a1', 'b1', 'c1')")
            let supervisor = try await TestSupervisor(in: scope)
            let task = try await OneWay("hidden", from: a.yaml(), to: b.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
            try await task.start()
            try await supervisor.wait("hidden", for: "settled")
            try await body(a, b, supervisor)
        }

        private static func rows(_ server: TestServer) async throws -> [[String?]] { try await server.rows("SELECT id, a, b, c FROM d.t ORDER BY id") }

        /// Columns of one type change places without a word in the log, on both sides.
        @Test(arguments: Integration.kinds)
        func aHiddenChangeIsFollowedByNames(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, in: scope) { a, b, supervisor in
                    for server in [a, b] { try await server.execute(["USE d"] + Self.hidden) }
                    try await a.execute("INSERT INTO d.t (id, a, b, c) VALUES (2, 'a2', 'b2', 'c2')", "UPDATE d.t SET b = 'B1' WHERE id = 1")
                    try await supervisor.wait("hidden", for: "settled")
                    #expect(try await Self.rows(b) == [["1", "a1", "B1", "c1"], ["2", "a2", "b2", "c2"]])
                }
            }
        }

        /// Where rows have no names, it stops the task before one of them is written.
        @Test(arguments: Integration.kinds)
        func aHiddenChangeStopsATaskWithoutNames(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, in: scope) { a, b, supervisor in
                    try await Self.minimal(a)
                    try await a.execute("INSERT INTO d.t (id, a, b, c) VALUES (2, 'a2', 'b2', 'c2')")
                    try await supervisor.wait("hidden", for: "settled")
                    for server in [a, b] { try await server.execute(["USE d"] + Self.hidden) }
                    try await a.execute("INSERT INTO d.t (id, a, b, c) VALUES (3, 'a3', 'b3', 'c3')")
                    try await supervisor.wait("hidden", for: "failed")
                    let error = try #require(try await supervisor.task("hidden").error)
                    #expect(error.code == "schema-mismatch")
                    #expect(error.message.contains("from id, a, b, c to id, c, a, b"))
                    #expect(try await Self.rows(b) == [["1", "a1", "b1", "c1"], ["2", "a2", "b2", "c2"]])
                    #expect(error.remedy.contains("task adopt-definitions"))
                    try await supervisor.run("task", "adopt-definitions", "hidden", "--yes")
                    try await supervisor.wait("hidden", for: "settled")
                    #expect(try await Self.rows(b) == [["1", "a1", "b1", "c1"], ["2", "a2", "b2", "c2"], ["3", "a3", "b3", "c3"]])
                }
            }
        }

        /// What a later statement redefines once more cannot be taken from what the source says now.
        @Test(arguments: Integration.kinds)
        func whatIsRedefinedOnceMoreIsNotAdopted(kind: ServerKind) async throws {
            try await Scope.with { scope in
                try await Self.follow(kind, in: scope) { a, b, supervisor in
                    try await Self.minimal(a)
                    try await supervisor.run("task", "pause", "hidden")
                    try await a.execute(
                        "USE d", "ALTER TABLE t MODIFY b VARCHAR(9) AFTER id", "INSERT INTO t (id, a, b, c) VALUES (2, 'a2', 'b2', 'c2')",
                        "ALTER TABLE t MODIFY c VARCHAR(9) AFTER id")
                    try await supervisor.run("task", "resume", "hidden")
                    try await supervisor.wait("hidden", for: "failed")
                    #expect(try await supervisor.task("hidden").error?.code == "schema-mismatch")
                    #expect(try await Self.rows(b) == [["1", "a1", "b1", "c1"]])
                    let shown = try await supervisor.command("task", "adopt-definitions", "hidden", "--yes")
                    #expect(shown.status == 0 && shown.output.contains("redefines the table"), "\(shown.output)\(shown.errors)")
                    #expect(try await supervisor.task("hidden").state == "failed")
                }
            }
        }
    }
}
