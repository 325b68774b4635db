import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// The operator decides about one definition statement that a task has stopped at.
    @Suite struct StatementDecisionTests {
        private static let tables = ["CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 1)"]

        private func followed(
            _ kind: ServerKind,
            _ tables: [String] = tables,
            only: String? = nil,
            ddl: String = "ddl",
            in scope: Scope
        ) async throws -> Followed {
            try await Followed(
                kind,
                tables: tables,
                only: only,
                settings: "sql: [insert, update, delete, \(ddl)]",
                in: scope
            )
        }

        @Test(arguments: Integration.kinds)
        func aRefusedStatementIsLeftOut(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.writeTarget("CREATE INDEX i ON t (a)")
                try await one.write(
                    "CREATE INDEX i ON t (a)",
                    "INSERT INTO t VALUES (2, 2)",
                    "ALTER TABLE t ADD b INT",
                    "UPDATE t SET b = a"
                )
                #expect(try await one.failure().code == "ddl-failed")
                let report = try await one.supervisor.task(one.task.name)
                #expect(report.actions.contains("skip-statement") && report.actions.contains("replace-statement"))
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                // The decision is on the target: nobody needs to remember it.
                for pid in try await one.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await one.supervisor.kill()
                try await one.supervisor.start()
                try await one.requireEqual()
                try await requireSameDefinitions(one)
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 1)
                // The one statement only: the same text again is another statement.
                try await one.write("DROP INDEX i ON t", "CREATE INDEX i ON t (a)")
                try await one.requireEqual()
                try await requireSameDefinitions(one)
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 3)
            }
        }

        @Test(arguments: Integration.kinds)
        func aRefusedStatementIsReplaced(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.writeTarget("ALTER TABLE t ADD b INT")
                // The replacement is read as the command line's text, not with the settings of the source's session.
                try await one.write(
                    "SET SESSION sql_mode = 'ANSI_QUOTES'",
                    "ALTER TABLE t ADD b INT, ADD c VARCHAR(20) DEFAULT 'ü'",
                    "INSERT INTO t VALUES (2, 2, 20, 'two')"
                )
                #expect(try await one.failure().code == "ddl-failed")
                for wrong in [
                    "ALTER TABLE t ADD c INT; DROP TABLE t", "UPDATE t SET a = 0", "DROP TABLE __dts__.progress",
                ] {
                    let refused = try await replace(one, wrong)
                    #expect(
                        refused.status == 1
                            && refused.errors.contains("not-allowed: the replacement cannot be executed")
                    )
                }
                #expect(try await replace(one, "ALTER TABLE t ADD a INT").status == 0)
                let again = try await one.failure()
                #expect(again.code == "ddl-failed")
                #expect(
                    again.message.contains("refused the replacement")
                        && again.message.contains("ALTER TABLE t ADD a INT")
                )
                #expect(try await replace(one, #"ALTER TABLE t ADD c VARCHAR(20) DEFAULT "ü";"#).status == 0)
                try await one.requireEqual()
                try await requireSameDefinitions(one)
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 1)
                #expect(
                    try await one.target.value("SELECT GROUP_CONCAT(replacement) FROM `__dts__`.statement_decision")
                        == #"ALTER TABLE t ADD c VARCHAR(20) DEFAULT "ü";"#
                )
            }
        }

        /// The statement waits for a lock when its worker is killed, so the server still has it when the next worker comes.
        @Test(arguments: Integration.kinds, [false, true])
        func aStatementSurvivesItsWorker(kind: ServerKind, isReplaced: Bool) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                if isReplaced {
                    try await one.writeTarget("CREATE INDEX i ON t (a)")
                    try await one.write("ALTER TABLE t ADD INDEX i (a), ADD b INT")
                    _ = try await one.failure()
                }
                let held = try await HeldTable("`\(one.database)`.t", on: one.target, in: scope)
                if isReplaced {
                    #expect(try await replace(one, "ALTER TABLE t ADD b INT").status == 0)
                } else {
                    try await one.write("ALTER TABLE t ADD b INT")
                }
                let first = try await waitingStatement(one, besides: nil)
                for pid in try await one.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                let second = try await waitingStatement(one, besides: first)
                #expect(try await !one.target.rows("SHOW PROCESSLIST").contains { $0[0] == first })
                #expect(first != second)
                try await held.release()
                try await one.write("INSERT INTO t VALUES (2, 2, 2)")
                try await one.requireEqual()
                try await requireSameDefinitions(one)
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 1)
            }
        }

        /// Nothing in the definitions tells whether a swap of equal tables was executed before the worker was killed; the
        /// target's log does.
        @Test(arguments: Integration.kinds)
        func aSwapOfEqualTablesIsNotGuessed(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(
                    kind,
                    Self.tables + ["CREATE TABLE u LIKE t", "INSERT INTO u VALUES (1, 100)"],
                    in: scope
                )
                let held = try await HeldTable("`\(one.database)`.t", on: one.target, in: scope)
                try await one.write("RENAME TABLE t TO swap_, u TO t, swap_ TO u", "UPDATE t SET a = a + 1")
                let first = try await waitingStatement(one, besides: nil)
                for pid in try await one.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                _ = try await waitingStatement(one, besides: first)
                try await held.release()
                try await one.requireEqual()
                #expect(try await one.onTarget("SELECT a FROM t") == ["101"])
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 1)
            }
        }

        @Test(arguments: Integration.kinds)
        func anUnsupportedStatementIsDoneByHandAndLeftOut(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let exchange = "ALTER TABLE p EXCHANGE PARTITION low WITH TABLE x"
                let tables = [
                    "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (100))",
                    "CREATE TABLE x (id INT PRIMARY KEY)", "INSERT INTO p VALUES (1), (20)",
                    "INSERT INTO x VALUES (2), (3)",
                ]
                let one = try await followed(kind, tables, in: scope)
                try await one.write(exchange, "INSERT INTO p VALUES (4)", "DELETE FROM x WHERE id = 1")
                let failure = try await one.failure()
                #expect(failure.code == "ddl-unsupported")
                #expect(failure.remedy.contains("skip-statement") && failure.remedy.contains("replace-statement"))
                try await one.writeTarget(exchange)
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                try await one.requireEqual()
                #expect(try await one.onTarget("SELECT GROUP_CONCAT(id ORDER BY id) FROM p") == ["2,3,4,20"])
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 0)
            }
        }

        @Test(arguments: Integration.kinds)
        func anUnsupportedStatementIsReplaced(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(
                    kind,
                    Self.tables + ["CREATE TABLE copy (id INT)", "CREATE TABLE model (id INT PRIMARY KEY, m INT)"],
                    only: "[t, copy]",
                    in: scope
                )
                try await one.write(
                    "DROP TABLE copy",
                    "CREATE TABLE copy LIKE model",
                    "INSERT INTO copy VALUES (1, 10)",
                    "ALTER TABLE copy ADD n INT"
                )
                #expect(try await one.failure().code == "ddl-unsupported")
                #expect(try await replace(one, "CREATE TABLE copy (id INT PRIMARY KEY, m INT)").status == 0)
                try await one.write("INSERT INTO copy VALUES (2, 20, 200)")
                try await one.catchUp()
                #expect(try await one.onTarget("SELECT * FROM copy ORDER BY id") == ["1 10 NULL", "2 20 200"])
                #expect(try await one.supervisor.task(one.task.name).counts.ddl == 3)
            }
        }

        /// Without the log of what a foreign key changes, its statements can be left out once it is gone again.
        @Test(arguments: Integration.kinds.filter { $0 == .mariadb })
        func aForeignKeyThatCascadesIsLeftOut(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let tables = [
                    "CREATE TABLE parents (id INT PRIMARY KEY)",
                    "CREATE TABLE children (id INT PRIMARY KEY, p INT, KEY (p))",
                ]
                // Unless all statements are carried over, the target cannot be relied on to have the same foreign keys.
                let one = try await followed(kind, tables, ddl: "{ddl: [alter-table]}", in: scope)
                try await one.write(
                    "ALTER TABLE children ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parents (id) ON DELETE CASCADE"
                )
                #expect(try await one.failure().code == "ddl-unsupported")
                try await one.write("ALTER TABLE children DROP FOREIGN KEY f", "INSERT INTO children VALUES (1, 1)")
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                #expect(try await one.failure().code == "ddl-failed")
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                try await one.requireEqual()
                try await requireSameDefinitions(one)
            }
        }

        @Test(arguments: Integration.kinds)
        func thereMustBeAStatementToDecideAbout(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                let name = one.task.name
                let running = try await one.supervisor.command("task", "skip-statement", name)
                #expect(running.status == 1 && running.errors.contains("not-allowed: the task is running"))
                try await one.writeTarget("DROP TABLE t")
                try await one.write("INSERT INTO t VALUES (2, 2)")
                #expect(try await one.failure().code == "unknown-table")
                for done in [
                    try await one.supervisor.command("task", "skip-statement", name),
                    try await replace(one, "DROP TABLE t"),
                ] {
                    #expect(done.status == 1 && done.errors.contains("failed with the error unknown-table"))
                }
            }
        }

        /// In a pair: a replacement is no more sent back than any other statement, and the other direction follows it.
        @Test(arguments: Integration.kinds)
        func aReplacementDoesNotComeBack(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 100, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let task = "\(pair.name)-a-to-b"
                let writers = (try await pair.write(.a, rate: 50), try await pair.write(.b, rate: 50))
                try await pair.a.execute("CREATE TABLE `\(pair.database)`.extra (id INT PRIMARY KEY, a INT)")
                try await pair.supervisor.wait(task, for: "caught-up")
                try await pair.b.execute("CREATE INDEX i ON `\(pair.database)`.extra (a)")
                try await pair.a.execute(
                    "ALTER TABLE `\(pair.database)`.extra ADD INDEX i (a), ADD b INT",
                    "INSERT INTO `\(pair.database)`.extra VALUES (1, 1, 1)"
                )
                try await pair.supervisor.wait(task, for: "failed")
                try await pair.supervisor.run(
                    "task",
                    "replace-statement",
                    task,
                    "--sql",
                    "ALTER TABLE `\(pair.database)`.extra ADD b INT"
                )
                try await pair.supervisor.wait(task, for: "caught-up")
                try await pair.b.execute("INSERT INTO `\(pair.database)`.extra VALUES (2, 2, 2)")
                _ = (try await writers.0.stop(), try await writers.1.stop())
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
                #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
                let tasks = try await pair.tasks()
                #expect(tasks.aToB.counts.ddl == 2 && tasks.bToA.counts.ddl == 0)
            }
        }

        // MARK: Helpers

        private func replace(_ one: Followed, _ sql: String) async throws -> Command {
            try await one.supervisor.command("task", "replace-statement", one.task.name, "--sql", sql)
        }

        private func requireSameDefinitions(_ one: Followed) async throws {
            let definitions = (
                try await one.source.definitions(of: one.database), try await one.target.definitions(of: one.database)
            )
            #expect(definitions.0 == definitions.1)
        }

        /// The connection whose statement waits on the target.
        private func waitingStatement(_ one: Followed, besides other: String?) async throws -> String {
            try await eventually("a statement waits on the target") {
                try await one.target.rows("SHOW PROCESSLIST")
                    .first { $0[3] == one.database && $0[0] != other && $0[7]?.contains(#/^(ALTER|RENAME) TABLE/#) == true }?[0]
            }
        }
    }
}
