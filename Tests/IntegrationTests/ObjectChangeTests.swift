import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A task is given other objects while it runs.
    @Suite struct ObjectChangeTests {
        /// Rows are written to all tables all the time, and the worker is killed again and again while the new ones come.
        @Test(arguments: Integration.kinds, [false, true])
        func tablesJoinWithoutALossWhileTheOthersGoOn(kind: ServerKind, isKilled: Bool) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let source = stage.source
                try await source.execute(
                    "USE `\(stage.database)`", "CREATE TABLE plain (v INT, w VARCHAR(20))",
                    "INSERT INTO plain SELECT id, note FROM joins WHERE id <= 300",
                    "CREATE DATABASE `\(stage.other)`", "CREATE TABLE `\(stage.other)`.o (id INT PRIMARY KEY, v INT)",
                    "INSERT INTO `\(stage.other)`.o SELECT id, v FROM joins", "CREATE VIEW `\(stage.other)`.w AS SELECT v FROM `\(stage.other)`.o")
                try await stage.start("[{database: \(stage.database), tables: [stays]}]")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let tables = ["`\(stage.database)`.stays", "`\(stage.database)`.joins", "`\(stage.other)`.o"]
                    for (number, table) in tables.enumerated() {
                        group.addTask { try await stage.write(table, seed: number) }
                    }
                    group.addTask { try await stage.writePlain() }
                    try await stage.configure(
                        "[{database: \(stage.database), tables: [stays, joins, plain]}, {database: \(stage.other)}]", settings: "limits: {rows_per_second: 6000}")
                    for _ in 0..<(isKilled ? 8 : 0) {
                        let pid = try await eventually("a worker runs") { try await stage.supervisor.workers().first }
                        usleep(UInt32.random(in: 0...600_000))
                        _ = Glibc.kill(pid, SIGKILL)
                        try await eventually("it is gone") { !Processes.isAlive(pid) }
                        // At once, instead of later and later. It may have come up by itself.
                        _ = try await stage.supervisor.command("task", "retry", stage.name)
                    }
                    // Nobody waits for the rows that come.
                    if !isKilled {
                        try await source.execute("INSERT INTO `\(stage.database)`.stays VALUES (-1, 0, 'mark')")
                        try await eventually("the mark has come") {
                            try await stage.target.value("SELECT 1 FROM `\(stage.database)`.stays WHERE id = -1") == "1"
                        }
                        #expect(try await stage.supervisor.task(stage.name).phase != "incremental")
                    }
                    try await stage.supervisor.run("task", "limit", stage.name, "--rows-per-second", "0")
                    try await stage.supervisor.wait(stage.name, for: "incremental", seconds: 120)
                    group.cancelAll()
                    do { try await group.waitForAll() } catch is CancellationError {}
                }
                try await stage.supervisor.wait(stage.name, for: "settled", seconds: 120)
                for table in ["`\(stage.database)`.stays", "`\(stage.database)`.joins", "`\(stage.other)`.o"] {
                    try await stage.requireEqual("SELECT * FROM \(table) ORDER BY id")
                }
                try await stage.requireEqual("SELECT v, w, COUNT(*) FROM `\(stage.database)`.plain GROUP BY v, w ORDER BY v, w")
                try await stage.requireEqual("SELECT SUM(v) FROM `\(stage.other)`.w")
                let report = try await stage.supervisor.task(stage.name)
                #expect(report.state == "running" && report.conflicts.total == 0)
            }
        }

        /// A table that is emptied while its rows are being copied stays empty: none of them comes after the statement.
        @Test(arguments: Integration.kinds)
        func aTableThatIsEmptiedWhileItJoinsStaysEmpty(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await stage.start("[{database: \(stage.database), tables: [stays]}]")
                try await stage.configure(
                    "[{database: \(stage.database)}]",
                    settings: "sql: [insert, update, delete, ddl]\nlimits: {rows_per_second: 2000}")
                let rows = "SELECT COUNT(*) FROM `\(stage.database)`.joins"
                try await eventually("the first rows have come") {
                    try await (stage.target.value(rows).flatMap { Int($0) } ?? 0) > 0
                }
                try await stage.source.execute(
                    "USE `\(stage.database)`", "TRUNCATE TABLE joins", "INSERT INTO joins VALUES (1, 1, 'after'), (20000, 1, 'after')")
                try await eventually("the statement has been executed") {
                    try await stage.supervisor.task(stage.name).counts.ddl == 1
                }
                try await stage.supervisor.run("task", "limit", stage.name, "--rows-per-second", "0")
                try await stage.supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.requireEqual("SELECT * FROM `\(stage.database)`.joins ORDER BY id")
            }
        }

        /// A table that is renamed before all of its rows have come is not forgotten: the task says so and stops.
        @Test(arguments: Integration.kinds)
        func aTableThatIsRenamedWhileItJoinsStopsTheTask(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let old = "[{database: \(stage.database), tables: [stays]}]"
                try await stage.start(old)
                try await stage.configure("[{database: \(stage.database)}]", settings: "limits: {rows_per_second: 1}")
                try await eventually("rows are being copied") { try await stage.supervisor.task(stage.name).phase == "data" }
                try await stage.supervisor.run("task", "pause", stage.name)
                try await stage.source.execute("RENAME TABLE `\(stage.database)`.joins TO `\(stage.database)`.renamed")
                try await stage.supervisor.run("task", "resume", stage.name)
                let failure = try await eventually("the task stops with an error") {
                    let report = try await stage.supervisor.task(stage.name)
                    return report.state == "failed" ? report.error : nil
                }
                #expect(failure.code == "schema-mismatch" && failure.message.contains("\(stage.database).joins"), "\(failure)")
                try await stage.configure(old)
                _ = try await stage.supervisor.command("task", "retry", stage.name)
                try await stage.source.execute("INSERT INTO `\(stage.database)`.stays VALUES (-1, 0, 'mark')")
                try await stage.supervisor.wait(stage.name, for: "settled")
                try await stage.requireEqual("SELECT * FROM `\(stage.database)`.stays ORDER BY id")
            }
        }

        /// One table after the other; what is still being copied may leave again.
        @Test(arguments: Integration.kinds)
        func aSecondChangeWaitsForTheFirst(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                try await stage.source.execute(
                    "USE `\(stage.database)`", "CREATE TABLE later (id INT PRIMARY KEY)", "CREATE TABLE parent (id INT PRIMARY KEY)",
                    "CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)")
                try await stage.start("[{database: \(stage.database), tables: [stays]}]")
                if kind == .mariadb {
                    // It does not log what its foreign keys do.
                    let family = try await stage.configureCommand("[{database: \(stage.database), tables: [stays, parent, child]}]")
                    #expect(family.status == 3 && family.errors.contains("the foreign key of \(stage.database).child"), "\(family.errors)")
                }
                try await stage.configure("[{database: \(stage.database), tables: [stays, joins]}]", settings: "limits: {rows_per_second: 1}")
                try await eventually("rows are being copied") { try await stage.supervisor.task(stage.name).phase == "data" }
                let second = try await stage.configureCommand(
                    "[{database: \(stage.database), tables: [stays, joins, later]}]", settings: "limits: {rows_per_second: 1}")
                #expect(second.status == 3 && second.errors.contains("rows are still being copied"), "\(second.errors)")
                #expect(try await stage.supervisor.task(stage.name).phase == "data")
                try await stage.configure("[{database: \(stage.database), tables: [stays]}]")
                try await stage.source.execute("INSERT INTO `\(stage.database)`.stays VALUES (-1, 0, 'mark')")
                try await stage.supervisor.wait(stage.name, for: "settled")
                try await stage.requireEqual("SELECT * FROM `\(stage.database)`.stays ORDER BY id")
                #expect(try await (stage.target.value("SELECT COUNT(*) FROM `\(stage.database)`.joins").flatMap { Int($0) } ?? 0) < 12_000)
            }
        }

        /// What leaves the task stays on the target as it was; when it comes back it is as good as new.
        @Test(arguments: Integration.kinds)
        func removedTablesGetNoMoreChangesAndMayComeBack(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, settings: "if_target_exists: ignore\nconflict: overwrite", in: scope)
                try await stage.start("[{database: \(stage.database)}]")
                try await stage.configure("[{database: \(stage.database), tables: [stays]}]")
                try await stage.source.execute(
                    "USE `\(stage.database)`", "UPDATE joins SET v = -1 WHERE id <= 100", "INSERT INTO stays VALUES (-1, 0, 'mark')")
                try await stage.supervisor.wait(stage.name, for: "settled")
                #expect(try await stage.target.value("SELECT COUNT(*) FROM `\(stage.database)`.stays WHERE id = -1") == "1")
                #expect(try await stage.target.value("SELECT COUNT(*) FROM `\(stage.database)`.joins WHERE v = -1") == "0")
                try await stage.configure("[{database: \(stage.database)}]")
                try await stage.supervisor.wait(stage.name, for: "settled", seconds: 120)
                try await stage.source.execute("UPDATE `\(stage.database)`.joins SET v = -2 WHERE id > 100 AND id < 200")
                try await stage.supervisor.wait(stage.name, for: "settled")
                try await stage.requireEqual("SELECT * FROM `\(stage.database)`.joins ORDER BY id")
            }
        }

        /// The change is refused whole, with reasons, and the task goes on as it was.
        @Test(arguments: Integration.kinds)
        func whatCannotBeChangedIsRefusedByName(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                try await stage.start("[{database: \(stage.database), tables: [stays]}]")
                try await stage.target.execute("CREATE TABLE `\(stage.database)`.joins (id INT PRIMARY KEY)")
                let there = try await stage.configureCommand("[{database: \(stage.database), tables: [stays, joins]}]")
                #expect(there.status == 3 && there.errors.contains("change: on the target already: \(stage.database).joins"), "\(there.errors)")
                let missing = try await stage.configureCommand("[{database: \(stage.database), tables: [stays, nowhere]}]")
                #expect(missing.status == 3 && missing.errors.contains("nowhere"), "\(missing.errors)")
                let mapped = try await stage.configureCommand("[{database: \(stage.database), as: elsewhere, tables: [stays]}]")
                #expect(mapped.status == 1 && mapped.errors.contains("objects.\(stage.database).as"), "\(mapped.errors)")
                let filtered = try await stage.configureCommand(
                    "[{database: \(stage.database), tables: [{name: stays, where: \"id > 0\"}]}]", settings: "initialization: [data]")
                #expect(
                    filtered.status == 1 && filtered.errors.contains("initialization:") && filtered.errors.contains("stays.where:"),
                    "\(filtered.errors)")
                try await stage.source.execute("INSERT INTO `\(stage.database)`.stays VALUES (-1, 0, 'mark')")
                try await stage.supervisor.wait(stage.name, for: "settled")
                try await stage.requireEqual("SELECT * FROM `\(stage.database)`.stays ORDER BY id")
                #expect(try await stage.supervisor.task(stage.name).worker.restarts == 0)
            }
        }

        /// A table that left and comes back otherwise before the task has run without it: its other rows would not be copied.
        @Test(arguments: Integration.kinds)
        func whatIsNotYetMadeCountsAsBefore(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, in: scope)
                let objects = "[{database: \(stage.database), tables: [stays, {name: joins, where: \"id > 11000\"}]}]"
                try await stage.start(objects)
                try await stage.supervisor.run("task", "pause", stage.name)
                try await stage.configure("[{database: \(stage.database), tables: [stays]}]")
                let other = try await stage.configureCommand(
                    "[{database: \(stage.database), tables: [stays, {name: joins, where: \"id > 10000\"}]}]")
                #expect(other.status == 3 && other.errors.contains("change: objects.\(stage.database).joins.where:"), "\(other.errors)")
                try await stage.configure(objects)
                try await stage.source.execute("UPDATE `\(stage.database)`.joins SET v = -1 WHERE id > 11900")
                try await stage.supervisor.run("task", "resume", stage.name)
                try await stage.supervisor.wait(stage.name, for: "settled")
                #expect(
                    try await stage.target.rows("SELECT COUNT(*), SUM(v = -1) FROM `\(stage.database)`.joins") == [["1000", "100"]])
            }
        }

        /// Other statements travel, and conflicts are decided otherwise, from the change on; also while the task is paused.
        @Test(arguments: Integration.kinds)
        func statementsAndPolicyChange(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let stage = try await Stage(kind, settings: "sql: [insert]", in: scope)
                let objects = "[{database: \(stage.database)}]"
                try await stage.start(objects)
                try await stage.source.execute("USE `\(stage.database)`", "UPDATE stays SET v = -5 WHERE id = 1")
                try await stage.supervisor.wait(stage.name, for: "settled")
                try await stage.configure(objects, settings: "sql: [insert, update, delete, {ddl: [alter-table]}]\nconflict: overwrite")
                try await stage.target.execute("UPDATE `\(stage.database)`.stays SET v = 99 WHERE id = 2")
                try await stage.source.execute(
                    "USE `\(stage.database)`", "ALTER TABLE stays ADD extra INT DEFAULT 4", "UPDATE stays SET v = -6 WHERE id = 2",
                    "DELETE FROM stays WHERE id = 3")
                try await stage.supervisor.wait(stage.name, for: "settled")
                let found = "SELECT id, v, extra FROM `\(stage.database)`.stays WHERE id <= 3 ORDER BY id"
                #expect(try await stage.target.rows(found) == [["1", "1", "4"], ["2", "-6", "4"]])
                try await stage.supervisor.run("task", "pause", stage.name)
                try await stage.configure(objects, settings: "sql: [update]")
                #expect(try await stage.supervisor.task(stage.name).state == "paused")
                try await stage.supervisor.run("task", "resume", stage.name)
                try await stage.source.execute("USE `\(stage.database)`", "DELETE FROM stays WHERE id = 1", "UPDATE stays SET v = 7 WHERE id = 2")
                try await stage.supervisor.wait(stage.name, for: "settled")
                #expect(try await stage.target.rows(found) == [["1", "1", "4"], ["2", "7", "4"]])
            }
        }

        /// A task with two tables of its database, one of them in its objects at first.
        struct Stage: Sendable {
            let name = "changes"
            let source: TestServer
            let target: TestServer
            let database: String
            let other: String
            let supervisor: TestSupervisor
            private let settings: String
            private let scope: Scope

            init(_ kind: ServerKind, settings: String = "", in scope: Scope) async throws {
                source = try TestServer.shared(kind, .a)
                target = try TestServer.shared(kind, .b)
                database = scope.uniqueName("change")
                other = scope.uniqueName("other")
                supervisor = try await TestSupervisor(in: scope)
                self.settings = settings
                self.scope = scope
                try await source.makeDatabase(database, in: scope)
                for name in [database, other] {
                    for server in [source, target] { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(name)`") } }
                }
                for table in ["stays", "joins"] {
                    try await source.execute("CREATE TABLE `\(database)`.\(table) (id INT PRIMARY KEY, v INT, note VARCHAR(50))")
                    let count = table == "stays" ? 500 : 12_000
                    for first in stride(from: 1, through: count, by: 1000) {
                        let rows = (first...min(first + 999, count)).map { "(\($0), \($0), 'row \($0)')" }
                        try await source.execute("INSERT INTO `\(database)`.\(table) VALUES \(rows.joined(separator: ","))")
                    }
                }
            }

            private func file(_ objects: String, _ settings: String) throws -> String {
                try scope.file(
                    "\(scope.uniqueName("task")).yml",
                    "name: \(name)\nsource: \(source.yaml())\ntarget: \(target.yaml())\nobjects: \(objects)\n\(settings)\n")
            }

            func start(_ objects: String) async throws {
                try await supervisor.run("task", "create", "-f", try file(objects, settings))
                let (supervisor, name) = (supervisor, name)
                scope.onExit { try await supervisor.run("task", "delete", name, "--yes") }
                try await supervisor.run("task", "start", name)
                try await supervisor.wait(name, for: "settled", seconds: 120)
            }

            func configureCommand(_ objects: String, settings: String? = nil) async throws -> Command {
                try await supervisor.command("task", "configure", name, "-f", try file(objects, settings ?? self.settings))
            }

            func configure(_ objects: String, settings: String? = nil) async throws {
                _ = try await configureCommand(objects, settings: settings).succeeded()
            }

            /// Inserts, changes and deletes until it is cancelled.
            func write(_ table: String, seed: Int) async throws {
                let hasNote = !table.hasSuffix(".o")
                var next = 1_000_000 * (seed + 1)
                while !Task.isCancelled {
                    let id = Int.random(in: 1...12_000)
                    next += 1
                    try await source.execute(
                        "START TRANSACTION", "INSERT INTO \(table) VALUES (\(next), 1\(hasNote ? ", 'new'" : ""))",
                        "UPDATE \(table) SET v = v + 1 WHERE id IN (\(id), \(id + 1), \(next - 3))",
                        "DELETE FROM \(table) WHERE id IN (\(Int.random(in: 1...12_000)), \(next - 7))", "COMMIT")
                }
            }

            func writePlain() async throws {
                while !Task.isCancelled {
                    let v = Int.random(in: 1...300)
                    try await source.execute(
                        "INSERT INTO `\(database)`.plain VALUES (\(v), 'new')", "DELETE FROM `\(database)`.plain WHERE v = \(v) LIMIT 1")
                }
            }

            func requireEqual(_ query: String) async throws {
                let (here, there) = (try await source.rows(query), try await target.rows(query))
                #expect(here == there, "\(query): \(here.count) and \(there.count) rows")
            }
        }
    }
}
