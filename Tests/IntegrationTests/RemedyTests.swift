import SystemPackage
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What a task that stopped at a definition tells people to do, done to the letter: it goes on, and nothing is lost.
    @Suite struct RemedyTests {
        /// B makes a table and writes it; A gets it because the error says so.
        @Test(arguments: Integration.kinds)
        func aTableThatTheOtherSideMade(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let (aToB, bToA) = ("\(pair.name)-a-to-b", "\(pair.name)-b-to-a")
                let create = "CREATE TABLE `\(pair.database)`.own (id INT PRIMARY KEY, a VARCHAR(20))"
                try await pair.b.execute(create, "INSERT INTO `\(pair.database)`.own VALUES (1, 'one'), (2, 'two')")
                let unknown = try await failure(of: bToA, pair.supervisor)
                #expect(unknown.code == "unknown-table" && unknown.remedy.contains("create") && unknown.remedy.contains("retry"))
                try await pair.a.execute(create, "INSERT INTO `\(pair.database)`.own VALUES (3, 'three')")
                let refused = try await failure(of: aToB, pair.supervisor)
                #expect(refused.code == "ddl-failed" && refused.remedy.contains("skip-statement"))
                try await pair.supervisor.run("task", "skip-statement", aToB)
                try await pair.supervisor.run("task", "retry", bToA)
                try await pair.waitUntilSettled()
                #expect(try await pair.a.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM `\(pair.database)`.own") == "1,2,3")
                try await pair.b.execute("UPDATE `\(pair.database)`.own SET a = 'changed' WHERE id = 1", "DELETE FROM `\(pair.database)`.own WHERE id = 3")
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
            }
        }

        /// What is left out although it took rows away is told.
        @Test(arguments: Integration.kinds)
        func aTruncateThatIsLeftOutIsOnRecord(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)"],
                    settings: "sql: [insert, update, delete, ddl]", in: scope)
                // A view of that name: the target refuses.
                try await one.writeTarget("RENAME TABLE t TO hidden", "CREATE VIEW t AS SELECT * FROM hidden")
                try await one.write("TRUNCATE TABLE t")
                #expect(try await one.failure().code == "ddl-failed")
                try await one.writeTarget("DROP VIEW t", "RENAME TABLE hidden TO t")
                try await one.supervisor.run("task", "skip-statement", one.task.name)
                try await one.write("INSERT INTO t VALUES (2)")
                try await one.catchUp()
                #expect(try await one.onTarget("SELECT GROUP_CONCAT(id ORDER BY id) FROM t") == ["1,2"])
                try await eventually("it is told") {
                    let messages = try await one.supervisor.json(NotificationTests.Page.self, "message", "list", "--event", "ddl-not-carried").messages
                    return messages.contains { $0.text.contains("TRUNCATE TABLE t") }
                }
            }
        }

        /// The definitions drift apart where none are carried over: each error names what to do, and that is enough.
        @Test(arguments: Integration.kinds)
        func definitionsThatAreNotCarriedOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY)"], in: scope)
                let task = one.task.name
                try await one.write("CREATE TABLE n (id INT PRIMARY KEY, a INT)", "INSERT INTO n VALUES (1, 1)")
                let unknown = try await one.failure()
                #expect(unknown.code == "unknown-table" && unknown.remedy.contains("create") && unknown.remedy.contains("retry"))
                try await one.writeTarget("CREATE TABLE n (id INT PRIMARY KEY, a INT)")
                try await one.supervisor.run("task", "retry", task)
                try await one.catchUp()
                try await one.write("ALTER TABLE n ADD b INT", "INSERT INTO n VALUES (2, 2, 2)")
                let differs = try await one.failure()
                #expect(differs.code == "schema-mismatch" && differs.remedy.contains("retry"), "\(differs)")
                try await one.writeTarget("ALTER TABLE n ADD b INT")
                try await one.supervisor.run("task", "retry", task)
                try await one.write("UPDATE n SET b = 1")
                try await one.requireEqual()
            }
        }

        /// One failure after the other; the same task goes on after each.
        @Test(arguments: Integration.kinds)
        func whatCanBeMendedGoesOn(kind: ServerKind) async throws {
            try await go(through: RemedyCase.mended, kind, settings: "sql: [insert, update, delete, {ddl: [alter-table]}]")
        }

        @Test(arguments: Integration.kinds)
        func whatCannotBeMendedIsBegunAnew(kind: ServerKind) async throws {
            try await go(through: RemedyCase.begunAnew, kind)
        }

        /// The same for a pair, whose other side has rows of its own by then.
        @Test(arguments: Integration.kinds)
        func aPairIsBegunAnew(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 50, hasKeyless: false, in: scope)
                try await pair.a.execute("CREATE TABLE `\(pair.database)`.own (id INT PRIMARY KEY, a INT)", "INSERT INTO `\(pair.database)`.own VALUES (1, 1), (2, 2)")
                try await pair.start()
                try await pair.waitUntilSettled()
                try await pair.a.execute("USE `\(pair.database)`", "SET binlog_format = STATEMENT", "UPDATE own SET a = a + 10")
                let failure = try await failure(of: "\(pair.name)-a-to-b", pair.supervisor)
                #expect(failure.code == "statement-format" && failure.remedy.contains(RemedyCase.pairAnew), "\(failure)")
                try await pair.b.execute("INSERT INTO `\(pair.database)`.own VALUES (3, 3)")
                try await pair.supervisor.run("pair", "delete", pair.name, "--yes")
                let text = textOfFile(scope.folder.appending("\(pair.name).yml").string)
                let file = try scope.file("anew.yml", text.replacing("scenario: b-empty", with: "scenario: both-have-data"))
                try await pair.supervisor.run("pair", "create", "-f", file)
                try await pair.start()
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                #expect(try await pair.b.value("SELECT GROUP_CONCAT(a ORDER BY id) FROM `\(pair.database)`.own") == "11,12,3")
            }
        }

        private func go(through cases: [RemedyCase], _ kind: ServerKind, settings: String = "") async throws {
            try await Scope.with { scope in
                let stage = try await RemedyStage(kind, cases, settings: settings, in: scope)
                for this in cases {
                    do { try await stage.go(through: this) } catch { throw Trouble("\(this.code), \(this.name): \(error)") }
                }
            }
        }

        private func failure(of task: String, _ supervisor: TestSupervisor) async throws -> TaskReport.Failure {
            try await eventually(within: .seconds(60), "\(task) stops with an error") {
                let report = try await supervisor.task(task)
                return report.state == "failed" ? report.error : nil
            }
        }
    }
}
