import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// The worker is killed when the target has executed a statement and before the worker has noted it. Nothing in the
    /// definitions tells that; what the target's users have written since must stay.
    @Suite struct ExactlyOnceTests {
        private static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 1)",
            "CREATE TABLE u (id INT PRIMARY KEY, a INT)", "INSERT INTO u VALUES (1, 100)",
            "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (100))",
            "INSERT INTO p VALUES (1), (20)",
        ]

        /// A statement, how to see that the target has executed it, and what its users write then.
        struct Case: Sendable, CustomTestStringConvertible {
            var kinds = ServerKind.allCases
            var table = "t"
            var statement: String
            var shows: String
            var isDone: String
            var written: String
            var kept: String
            var testDescription: String { statement }
        }

        private static let cases = [
            Case(
                statement: "TRUNCATE TABLE t", shows: "SELECT COUNT(*) FROM t", isDone: "0", written: "INSERT INTO t VALUES (5, 5)",
                kept: "SELECT COUNT(*) FROM t WHERE id = 5"),
            Case(
                table: "p", statement: "ALTER TABLE p TRUNCATE PARTITION low", shows: "SELECT COUNT(*) FROM p", isDone: "1",
                written: "INSERT INTO p VALUES (5)", kept: "SELECT COUNT(*) FROM p WHERE id = 5"),
            Case(
                statement: "ALTER TABLE t DROP COLUMN a, ADD COLUMN a INT", shows: "SELECT a IS NULL FROM t", isDone: "1",
                written: "UPDATE t SET a = 7", kept: "SELECT COUNT(*) FROM t WHERE a = 7"),
            Case(
                statement: "RENAME TABLE t TO s, u TO t, s TO u", shows: "SELECT a FROM t", isDone: "100",
                written: "INSERT INTO t VALUES (5, 5)", kept: "SELECT COUNT(*) = 2 FROM t WHERE a IN (100, 5)"),
            Case(
                kinds: [.mariadb], statement: "CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, a INT)", shows: "SELECT COUNT(*) FROM t",
                isDone: "0", written: "INSERT INTO t VALUES (5, 5)", kept: "SELECT COUNT(*) FROM t WHERE id = 5"),
        ]

        @Test(arguments: Integration.kinds, cases)
        func whatTheTargetHasExecutedIsNotRepeated(kind: ServerKind, one: Case) async throws {
            guard one.kinds.contains(kind) else { return }
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await killBehind(one, followed, in: scope)
                // The log that tells has more than one file by now.
                try await followed.target.execute("FLUSH BINARY LOGS")
                try await followed.write("INSERT INTO p VALUES (30)")
                try await followed.catchUp()
                #expect(try await followed.onTarget(one.kept) == ["1"])
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM p WHERE id = 30") == ["1"])
                #expect(try await followed.supervisor.task(followed.task.name).counts.ddl == 1)
            }
        }

        /// What the target's definitions were is compared with what they are, whatever the mode of the statement's session makes of them.
        @Test(arguments: Integration.kinds, ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"])
        func whatTheTargetHasNotExecutedIs(kind: ServerKind, mode: String) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, settings: "sql: [insert, update, delete, ddl]", in: scope)
                let held = try await HeldTable("`\(followed.database)`.t", on: followed.target, in: scope)
                try await followed.write("SET sql_mode = '\(mode)'", "ALTER TABLE t ADD b INT", "INSERT INTO t VALUES (8, 8, 8)")
                try await waitsForLock("ALTER TABLE", followed)
                let first = try await waiting(followed)
                for pid in try await followed.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await eventually("the next worker executes it") { try await waiting(followed).contains { !first.contains($0) } }
                try await held.release()
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT b FROM t WHERE id = 8") == ["8"])
            }
        }

        /// Who may not read the target's log cannot know, and does not guess.
        @Test(arguments: Integration.kinds)
        func withoutTheTargetsLogAPersonIsAsked(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let target = try TestServer.shared(kind, .b)
                let account = Account(user: scope.uniqueName("u").suffix(30).description, password: "Pass-1")
                scope.onExit { try await target.execute("DROP USER IF EXISTS '\(account.user)'@'%'") }
                try await target.execute(
                    "CREATE USER '\(account.user)'@'%' IDENTIFIED BY '\(account.password)'",
                    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, LOCK TABLES, "
                        + "TRIGGER ON *.* TO '\(account.user)'@'%'")
                let followed = try await Followed(
                    kind, tables: Self.tables, settings: "sql: [insert, update, delete, ddl]", account: account, in: scope)
                let task = followed.task.name
                try await killBehind(Self.cases[0], followed, in: scope)
                let failure = try await followed.failure()
                #expect(failure.code == "ddl-failed" && failure.message.contains("nothing shows whether it did"))
                #expect(failure.remedy.contains("skip-statement") && failure.remedy.contains("REPLICATION"))
                try await followed.supervisor.run("task", "skip-statement", task)
                try await followed.write("INSERT INTO t VALUES (6, 6)")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT GROUP_CONCAT(id ORDER BY id) FROM t") == ["5,6"])
                // What leaves a trace goes on by itself.
                let held = try await HeldTable("`\(followed.database)`.t", on: target, in: scope)
                try await followed.write("ALTER TABLE t ADD b INT")
                try await waitsForLock("ALTER TABLE", followed)
                for pid in try await followed.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await held.release()
                try await followed.write("INSERT INTO t VALUES (8, 8, 8)")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT b FROM t WHERE id = 8") == ["8"])
            }
        }

        /// Has the source execute the statement, and kills the worker when the target has, and its users have written.
        private func killBehind(_ one: Case, _ followed: Followed, in scope: Scope) async throws {
            let held = try await HeldTable("`\(followed.database)`.\(one.table)", on: followed.target, in: scope)
            try await followed.write(one.statement)
            try await waitsForLock(one.statement.prefix(8).description, followed)
            // From here on the worker cannot note anything.
            let id = try await followed.supervisor.task(followed.task.name).id
            let progress = try await HeldTable("`__dts__`.progress", locking: "task = '\(id)'", on: followed.target, in: scope)
            try await held.release()
            try await eventually("the target has executed the statement") { try await followed.onTarget(one.shows) == [one.isDone] }
            try await followed.writeTarget(one.written)
            for pid in try await followed.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
            try await progress.release()
        }

        /// Connections that wait for a table of the database.
        private func waiting(_ followed: Followed) async throws -> [String] {
            try await followed.target.rows("SHOW PROCESSLIST").compactMap {
                $0[3] == followed.database && $0[6]?.contains("metadata lock") == true ? $0[0] : nil
            }
        }

        private func waitsForLock(_ beginning: String, _ followed: Followed) async throws {
            try await eventually("a statement waits on the target") {
                try await followed.target.rows("SHOW PROCESSLIST").contains {
                    $0[3] == followed.database && $0[6]?.contains("metadata lock") == true && $0[7]?.hasPrefix(beginning) == true
                }
            }
        }
    }
}
