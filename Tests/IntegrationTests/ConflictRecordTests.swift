import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Conflicts on their way from the target to the conflict log.
    @Suite struct ConflictRecordTests {
        /// One that cannot be read holds up no other, is told and stays; one with a long value is cut.
        @Test(arguments: Integration.kinds)
        func aRecordThatCannotBeReadAndOneThatIsLongHoldUpNothing(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("records")
                for server in [a, b] { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") } }
                try await a.execute(
                    "CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY, note LONGTEXT, mark INT)",
                    "INSERT INTO `\(database)`.t VALUES (1, REPEAT('long ', 600000), 0), (2, 'short', 0)")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    scope.uniqueName("records"), from: a.yaml(), to: b.yaml(), objects: "[{database: \(database)}]", settings: "conflict: overwrite",
                    on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "incremental")
                try await supervisor.wait(task.name, for: "caught-up")
                let id = try await supervisor.task(task.name).id
                // As another version may have written it.
                try await b.execute(
                    """
                    INSERT INTO `__dts__`.conflict (task, sequence, identity, decision, record, reported)
                    VALUES ('\(id)', 1, 'other', 'took-source', '{"kind": "of-another-version"}', 0)
                    """,
                    "UPDATE `\(database)`.t SET mark = 7")
                try await a.execute("UPDATE `\(database)`.t SET mark = 1 WHERE id = 1", "UPDATE `\(database)`.t SET mark = 1 WHERE id = 2")
                try await supervisor.wait(task.name, for: "caught-up")
                let list = try await eventually("both conflicts are in the log") {
                    let list = try await supervisor.json(ConflictList.self, "conflict", "list", task.name)
                    return list.conflicts.count == 2 ? list : nil
                }
                #expect(list.conflicts.allSatisfy { $0.class == "update_differs" })
                let long = try #require(list.conflicts.last?.before?.first { $0.column == "note" }?.value)
                #expect(long.hasPrefix("long long") && long.hasSuffix("…"), "\(long.suffix(40))")
                #expect(try await supervisor.task(task.name).state == "running")
                #expect(try await supervisor.task(task.name).worker.restarts == 0)
                #expect(supervisor.logs.contains("record-unreadable"))
                // Kept, also by the worker that comes next.
                try await supervisor.run("task", "pause", task.name)
                try await supervisor.run("task", "resume", task.name)
                try await supervisor.wait(task.name, for: "caught-up")
                let kept = "SELECT COUNT(*) FROM `__dts__`.conflict WHERE task = '\(id)' AND sequence = 1"
                #expect(try await b.value(kept) == "1")
            }
        }

        private struct ConflictList: Decodable {
            struct Conflict: Decodable {
                struct Field: Decodable {
                    var column: String
                    var value: String?
                }

                var `class`: String?
                var before: [Field]?
            }

            var conflicts: [Conflict]
        }
    }
}
