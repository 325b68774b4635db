import Glibc
import SyncMySQL
import Synchronization
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// `pt-online-schema-change` rebuilds a table on the source while applications write it: a new table, triggers that
    /// repeat changes in it, rows copied in chunks, RENAME TABLE to swap the two. (For gh-ost see Tests/Cases.)
    @Suite struct OnlineSchemaChangeTests {
        private static let alteration = "ADD COLUMN added INT NOT NULL DEFAULT 7 FIRST, MODIFY note VARCHAR(60)"

        @Test(arguments: Integration.kinds)
        func aTaskFollows(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(
                    kind,
                    tables: RowWriter.table,
                    settings: "sql: [insert, update, delete, ddl]",
                    in: scope
                )
                let writer = RowWriter(one.source, one.database, firstKey: 10_000, in: scope)
                try await writer.commit(50)
                try await change(one.source, one.database)
                try await writer.commit(50)
                try await writer.stop()
                try await one.requireEqual()
                let definitions = (
                    try await one.source.definitions(of: one.database),
                    try await one.target.definitions(of: one.database)
                )
                #expect(
                    definitions.0 == definitions.1 && definitions.0.count == 1
                        && definitions.0.first?.contains("`added`") == true
                )
                #expect(try await one.supervisor.task(one.task.name).conflicts.total == 0)
            }
        }

        /// A task of the table alone does not have the new table's rows: it stops at the swap, whether it carries DDL or not.
        @Test(arguments: Integration.kinds, [true, false])
        func aTaskOfTheTableAloneStopsAtTheSwap(kind: ServerKind, hasDDL: Bool) async throws {
            try await Scope.with { scope in
                let one = try await Followed(
                    kind,
                    tables: RowWriter.table,
                    only: "[t]",
                    settings: hasDDL ? "sql: [insert, update, delete, ddl]" : "",
                    in: scope
                )
                let writer = RowWriter(one.source, one.database, firstKey: 10_000, in: scope)
                try await writer.commit(20)
                try await change(one.source, one.database)
                try await writer.commit(20)
                let failure = try await one.failure()
                #expect(failure.code == "ddl-unsupported")
                #expect(
                    failure.message.contains("._t_new, which is not synced, becomes")
                        && failure.remedy.contains("skip-statement")
                )
                // What the message says: the same is done on the target, then the swap is left out.
                try await one.writeTarget("ALTER TABLE t \(Self.alteration)")
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                try await writer.stop()
                try await one.requireEqual()
            }
        }

        /// In a pair whose other side writes the table too, the new one lacks what came from there: the swap is replaced.
        @Test(arguments: Integration.kinds)
        func aPairWhoseBothSidesWriteStopsAtTheSwap(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 100, settings: "prevails: a\nddl: a-to-b", in: scope)
                let task = "\(pair.name)-a-to-b"
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.a.execute(["USE `\(pair.database)`"] + RowWriter.table)
                try await pair.supervisor.wait(task, for: "caught-up")
                let writer = RowWriter(pair.a, pair.database, firstKey: 10_000, in: scope)
                let before = RowWriter(pair.b, pair.database, firstKey: 20_000, in: scope)
                try await before.commit(20)
                try await before.stop()
                try await pair.supervisor.wait("\(pair.name)-b-to-a", for: "caught-up")
                // That B has written the table is known to the next worker too, which begins behind it.
                try await writer.commit(20)
                try await pair.supervisor.wait(task, for: "caught-up")
                for pid in try await pair.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await change(pair.a, pair.database)
                try await pair.supervisor.wait(task, for: "failed")
                let failure = try #require(try await pair.supervisor.task(task).error)
                #expect(failure.code == "ddl-unsupported" && failure.message.contains("both sides write"))
                let other = RowWriter(pair.b, pair.database, firstKey: 30_000, in: scope)
                try await other.commit(20)
                try await pair.supervisor.run(
                    "task",
                    "replace-statement",
                    task,
                    "--sql",
                    "ALTER TABLE `\(pair.database)`.t \(Self.alteration)"
                )
                for writer in [writer, other] {
                    try await writer.commit(20)
                    try await writer.stop()
                }
                try await pair.waitUntilSettled()
                // What the tool had begun there stays behind.
                try await pair.b.execute("DROP TABLE `\(pair.database)`._t_new")
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
                #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
            }
        }

        @Test(arguments: Integration.kinds)
        func aPairFollowsTheSideThatWrites(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 100, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.a.execute(["USE `\(pair.database)`"] + RowWriter.table)
                let writer = RowWriter(pair.a, pair.database, firstKey: 10_000, in: scope)
                try await writer.commit(20)
                try await change(pair.a, pair.database)
                try await writer.commit(20)
                try await writer.stop()
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
                #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
            }
        }

        private func change(_ server: TestServer, _ database: String) async throws {
            let address = server.address
            _ = try await Command.run(
                "/usr/bin/env",
                [
                    "pt-online-schema-change", "--execute", "--alter", Self.alteration, "--chunk-size", "100",
                    "--sleep", "0.02",
                    "--recursion-method", "none", "--no-check-replication-filters", "--no-version-check", "--max-load",
                    "Threads_running=1000",
                    "--critical-load", "Threads_running=2000",
                    "h=\(address.host),P=\(address.port),u=\(address.user),p=\(address.password),D=\(database),t=t",
                ]
            ).succeeded()
        }
    }
}

/// Writes single rows into a table `t` until it is told to stop: inserts, updates and deletes of keys of its own.
private final class RowWriter: Sendable {
    static let table = [
        "CREATE TABLE t (id INT PRIMARY KEY, number INT, note VARCHAR(20))",
        """
        INSERT INTO t WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 1000)
        SELECT n, n, 'first' FROM s
        """,
        "INSERT INTO t SELECT id + 1000, number, 'second' FROM t",
        // The tool goes by it when it cuts the table into chunks.
        "ANALYZE TABLE t",
    ]

    private struct State {
        var rounds = 0
        var isStopping = false
    }

    private final class Shared: Sendable {
        private let state = Mutex(State())

        var value: State { state.withLock { $0 } }
        func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
    }

    private let state = Shared()
    private let work: Task<Void, any Error>

    init(_ server: TestServer, _ database: String, firstKey: Int, in scope: Scope) {
        work = Task { [state] in
            try await server.withSession { session in
                try session.execute("USE `\(database)`")
                while !state.value.isStopping {
                    let key = firstKey + state.value.rounds
                    try session.execute("INSERT INTO t (id, number, note) VALUES (\(key), 1, 'new')")
                    try session.execute(
                        "UPDATE t SET number = number + 1, note = 'changed' WHERE id IN (\(key), \(key - 5))"
                    )
                    try session.execute("DELETE FROM t WHERE id = \(key - 9)")
                    state.change { $0.rounds += 1 }
                }
            }
        }
        scope.onExit { [self] in try await stop() }
    }

    /// Lets it do this many more rounds.
    func commit(_ more: Int) async throws {
        let goal = state.value.rounds + more
        try await eventually(within: .seconds(60), "\(more) more rounds are written") { state.value.rounds >= goal }
    }

    func stop() async throws {
        state.change { $0.isStopping = true }
        try await work.value
    }
}
