import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Tasks that sync some rows and columns of a table, and columns by other names.
    @Suite struct SelectionTests {
        private static let orders = """
            CREATE TABLE orders (
                id INT NOT NULL, part INT NOT NULL, region VARCHAR(10) CHARACTER SET utf8mb4, total DECIMAL(12,2), placed DATETIME(3),
                secret VARCHAR(50) NOT NULL DEFAULT '-', note TEXT, PRIMARY KEY (id, part), UNIQUE KEY both_ways (region, secret),
                KEY by_total (total), CHECK (total > -1000)
            )
            """
        private static let filter = "region = 'eu' AND (total > 10 OR total IS NULL) AND NOT placed < '2024-01-01'"

        /// What belongs to the filter, in the target's names.
        private static let wanted = """
            SELECT id, part, region, total, placed FROM orders WHERE CAST(region AS BINARY) = 'eu' AND (total > 10 OR total IS NULL)
                AND NOT placed < '2024-01-01' ORDER BY id, part
            """

        private static func sourceRows(_ followed: Followed, _ query: String) async throws -> [String] {
            try await followed.source.withSession { [database = followed.database] session in
                try session.execute("USE `\(database)`")
                return try session.rows(query).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
            }
        }

        /// Rows that come into the filter, leave it, change their key or hold NULL, before, while and after they are copied,
        /// and with a worker that is killed.
        @Test(arguments: Integration.kinds)
        func rowsFollowTheFilter(kind: ServerKind) async throws {
            try await Scope.with { scope in
                var random = SeededRandom(seed: Integration.seed)
                let fill = (1...400).map { id in
                    "(\(id), 1, \(["'eu'", "'us'", "'EU'", "'eu '", "NULL"][id % 5]), \(id % 7 == 0 ? "NULL" : "\(id % 30)"), '20\(20 + id % 7)-01-01', 's\(id)', 'n')"
                }
                let followed = try await Followed(
                    kind, tables: [Self.orders, "INSERT INTO orders VALUES \(fill.joined(separator: ","))"],
                    only: "[{name: orders, where: \"\(Self.filter)\"}]", in: scope)
                func requireEqual(_ location: SourceLocation = #_sourceLocation) async throws {
                    try await followed.catchUp()
                    let there = try await followed.onTarget("SELECT id, part, region, total, placed FROM orders ORDER BY id, part")
                    let here = try await Self.sourceRows(followed, Self.wanted)
                    #expect(there == here, sourceLocation: location)
                    #expect(here.count > 5, sourceLocation: location)
                }
                try await requireEqual()
                // In: update of both; out; neither; and what the collation calls equal is another text.
                try await followed.write(
                    "UPDATE orders SET region = 'eu', total = 50, placed = '2025-01-01' WHERE id IN (1, 2, 3)",
                    "UPDATE orders SET region = 'EU' WHERE id IN (5, 10)", "UPDATE orders SET total = NULL WHERE id = 1",
                    "UPDATE orders SET region = NULL WHERE id = 2", "UPDATE orders SET note = 'same' WHERE id > 300",
                    "UPDATE orders SET id = id + 10000 WHERE id > 200", "DELETE FROM orders WHERE id < 30",
                    "INSERT INTO orders VALUES (1, 1, 'eu', 11, '2024-01-01', 'new', ''), (2, 1, 'us', 11, '2024-01-01', 'new2', '')",
                    // One event in which rows hand their keys on while they come and go.
                    "UPDATE orders SET part = part + 1, region = IF(id % 2, 'eu', 'us'), secret = CONCAT('t', id), placed = '2025-05-05' ORDER BY id DESC")
                try await requireEqual()
                for round in 0..<3 {
                    let pid = try await eventually("a worker runs") { try await followed.supervisor.workers().first }
                    for step in 0..<20 {
                        if step == 5 { _ = Glibc.kill(pid, SIGKILL) }
                        let id = random.number(30...190)
                        try await followed.write(
                            random.pick([
                                "UPDATE orders SET region = IF(region = 'eu', 'us', 'eu') WHERE id BETWEEN \(id) AND \(id + 20)",
                                "UPDATE orders SET total = IF(total > 10, 1, 20), placed = '2024-06-01' WHERE id BETWEEN \(id) AND \(id + 20)",
                                "DELETE FROM orders WHERE id = \(id)",
                                "REPLACE INTO orders VALUES (\(id), 9, 'eu', 99, '2024-01-01', 'r\(round)-\(step)', NULL)",
                                "UPDATE orders SET part = part + 100 WHERE id = \(id)",
                            ]))
                    }
                    try await requireEqual()
                }
                let task = try await followed.supervisor.task(followed.task.name)
                #expect(task.conflicts.total == 0)
            }
        }

        /// Columns that are left out are not made, and changes of them alone are none; others have names of their own.
        @Test(arguments: Integration.kinds)
        func columnsAreChosenAndRenamed(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(
                    kind,
                    tables: [
                        Self.orders, "CREATE TABLE items (id INT PRIMARY KEY, o INT, p INT, FOREIGN KEY (o, p) REFERENCES orders (id, part))",
                        "INSERT INTO orders VALUES (1, 1, 'eu', 20, '2024-01-01', 'a', 'n'), (2, 1, 'us', 20, '2024-01-01', 'b', 'n'), (3, 1, 'eu', 5, NULL, 'c', 'n')",
                        "INSERT INTO items VALUES (1, 1, 1)",
                    ],
                    only: "[{name: orders, where: \"region <> 'us'\", columns: [{name: id, as: ident}, {name: part, as: id}, region, total], rename: {total: amount}}, {name: items, rename: {o: orders_ident}}]",
                    in: scope)
                let all = "SELECT * FROM orders ORDER BY ident, id"
                #expect(try await followed.onTarget(all) == ["1 1 eu 20.00", "3 1 eu 5.00"])
                #expect(try await followed.onTarget("SELECT orders_ident, p FROM items") == ["1 1"])
                let made = try await followed.target.definitions(of: followed.database).joined()
                #expect(made.contains("FOREIGN KEY (`orders_ident`, `p`) REFERENCES `orders` (`ident`, `id`)"))
                #expect(made.contains("PRIMARY KEY (`ident`,`id`)") && made.contains("(`amount`)") && !made.contains("secret"))
                // The target's row differs: a change that is none here would be a conflict.
                try await followed.writeTarget("UPDATE orders SET amount = 99 WHERE ident = 3")
                try await followed.write(
                    "UPDATE orders SET note = 'changed', secret = CONCAT(secret, 'x')", "UPDATE orders SET total = total + 1 WHERE id = 1",
                    "UPDATE orders SET region = 'asia', secret = 'z' WHERE id = 2", "INSERT INTO orders (id, part, region, total) VALUES (4, 4, 'x', 4)",
                    "INSERT INTO items VALUES (2, 4, 4)", "UPDATE orders SET part = 2 WHERE id = 2")
                try await followed.catchUp()
                #expect(try await followed.onTarget(all) == ["1 1 eu 21.00", "2 2 asia 20.00", "3 1 eu 99.00", "4 4 x 4.00"])
                #expect(try await followed.onTarget("SELECT orders_ident, p FROM items ORDER BY id") == ["1 1", "4 4"])
                let task = try await followed.supervisor.task(followed.task.name)
                #expect(task.conflicts.total == 0)
                // A conflict is told in the target's names.
                try await followed.write("UPDATE orders SET total = 7 WHERE id = 3")
                try await eventually(within: .seconds(60), "the conflict pauses the task") {
                    let task = try await followed.supervisor.task(followed.task.name)
                    return task.error?.code == "conflict-reported" && task.state == "paused"
                }
                let shown = try await followed.supervisor.run("conflict", "list", followed.task.name).output
                #expect(shown.contains("ident"), "\(shown)")
            }
        }

        /// A table without a key, and rows that are copied into a table that has some already.
        @Test(arguments: Integration.kinds)
        func existingRowsAndTablesWithoutKey(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("chosen")
                for server in [a, b] { try await server.makeDatabase(database, in: scope) }
                try await a.execute(
                    "USE `\(database)`", "CREATE TABLE k (a INT, b INT, c INT)", "INSERT INTO k VALUES (1, 1, 1), (1, 1, 2), (2, 2, 2), (NULL, 3, 3)",
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT, w INT)", "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4)")
                try await b.execute(
                    "USE `\(database)`", "CREATE TABLE k (a INT, bb INT)", "CREATE TABLE t (ident INT PRIMARY KEY, v INT)",
                    "INSERT INTO t VALUES (2, 2), (3, 33), (4, 44)")
                let supervisor = try await TestSupervisor(in: scope, named: scope.uniqueName("data"))
                let task = try await OneWay(
                    "existing", from: a.yaml(), to: b.yaml(),
                    objects: """
                        [{database: \(database), tables: [{name: k, where: "a = 1 OR a IS NULL", columns: [a, b], rename: {b: bb}},
                            {name: t, where: "v <> 4", columns: [id, v], rename: {id: ident}}]}]
                        """,
                    settings: "initialization: [data]\nif_target_exists: ignore\nconflict: overwrite", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                func rows(_ query: String) async throws -> [String] {
                    try await b.rows(query).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
                }
                #expect(try await rows("SELECT * FROM `\(database)`.t ORDER BY ident") == ["1 1", "2 2", "3 3", "4 44"])
                #expect(try await rows("SELECT * FROM `\(database)`.k ORDER BY a, bb") == ["NULL 3", "1 1", "1 1"])
                try await a.execute(
                    "USE `\(database)`", "UPDATE k SET a = 1 WHERE a = 2", "UPDATE k SET c = 9", "DELETE FROM k WHERE b = 1 LIMIT 1",
                    "UPDATE k SET a = 5 WHERE a IS NULL", "DELETE FROM t WHERE id = 1")
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await rows("SELECT * FROM `\(database)`.k ORDER BY a, bb") == ["1 1", "1 2"])
                #expect(try await rows("SELECT * FROM `\(database)`.t ORDER BY ident") == ["2 2", "3 3", "4 44"])
            }
        }

        /// Both directions of a pair, each with its names, with kills.
        @Test(arguments: Integration.kinds)
        func pairWithFilterAndNames(kind: ServerKind) async throws {
            try await Scope.with { scope in
                var random = SeededRandom(seed: Integration.seed)
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let (here, there) = (scope.uniqueName("sel_a"), scope.uniqueName("sel_b"))
                try await a.makeDatabase(here, in: scope)
                scope.onExit { try await b.execute("DROP DATABASE IF EXISTS `\(there)`") }
                try await a.execute(
                    "USE `\(here)`", "CREATE TABLE o (id INT PRIMARY KEY, kind INT, v VARCHAR(30))",
                    "INSERT INTO o VALUES \((1...200).map { "(\($0), \($0 % 3), 'v\($0)')" }.joined(separator: ","))")
                let supervisor = try await TestSupervisor(in: scope, named: scope.uniqueName("data"))
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: chosen
                    a: \(a.yaml())
                    b: \(b.yaml())
                    objects: [{database: \(here), as: \(there), tables: [{name: o, as: p, where: "kind IN (0, 1) AND id < 100000", rename: {id: ident, kind: id}}]}]
                    prevails: a
                    """)
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "chosen", "--yes") }
                try await supervisor.run("pair", "start", "chosen")
                try await supervisor.wait("chosen", for: "incremental")
                func requireEqual(_ location: SourceLocation = #_sourceLocation) async throws {
                    try await supervisor.wait("chosen", for: "settled")
                    let onA = try await a.rows("SELECT id, kind, v FROM `\(here)`.o WHERE kind IN (0, 1) AND id < 100000 ORDER BY id")
                    let onB = try await b.rows("SELECT ident, id, v FROM `\(there)`.p WHERE id IN (0, 1) AND ident < 100000 ORDER BY ident")
                    #expect(onA == onB, sourceLocation: location)
                    #expect(onA.count > 50, sourceLocation: location)
                }
                try await requireEqual()
                for _ in 0..<3 {
                    for worker in try await supervisor.workers() { _ = Glibc.kill(worker, SIGKILL) }
                    // Each side has rows of its own: A the even ones, B the odd ones.
                    for _ in 0..<15 {
                        let id = random.number(1...150) * 2
                        try await Self.write(
                            a,
                            random.pick([
                                "UPDATE `\(here)`.o SET kind = (kind + 1) % 3 WHERE id % 2 = 0 AND id BETWEEN \(id) AND \(id + 20)",
                                "REPLACE INTO `\(here)`.o VALUES (\(id), 1, 'from a')", "DELETE FROM `\(here)`.o WHERE id = \(id)",
                                "UPDATE `\(here)`.o SET v = CONCAT('a', id) WHERE id % 2 = 0 AND id > \(id)",
                            ]))
                        try await Self.write(
                            b,
                            random.pick([
                                "UPDATE `\(there)`.p SET id = (id + 1) % 3 WHERE ident % 2 = 1 AND ident BETWEEN \(id) AND \(id + 20)",
                                "REPLACE INTO `\(there)`.p VALUES (\(1001 + id), 0, 'from b')", "DELETE FROM `\(there)`.p WHERE ident = \(id + 1) AND id < 2",
                                "UPDATE `\(there)`.p SET v = CONCAT('b', ident) WHERE ident % 2 = 1 AND ident > \(id)",
                            ]))
                    }
                    try await requireEqual()
                }
                let tasks = try await supervisor.pair("chosen").tasks
                #expect(tasks.allSatisfy { $0.conflicts.total == 0 })
                #expect(tasks[0].counts.loopedTransactionsSkipped == tasks[1].counts.transactions)
                #expect(tasks[1].counts.loopedTransactionsSkipped == tasks[0].counts.transactions)
            }
        }

        /// Transactions that travel in pieces, distributed ones, and documents that are logged as differences.
        @Test(arguments: Integration.kinds)
        func largeTransactionsAndDifferences(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY, kind INT, pad VARCHAR(3000), j JSON, w INT)"],
                    only: "[{name: t, where: kind = 1, columns: [id, kind, pad, j]}]", in: scope)
                let numbers = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 3000) SELECT id FROM n"
                let differences = kind == .mysql ? "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'" : "DO 0"
                try await followed.write(
                    "SET SESSION cte_max_recursion_depth = 10000".replacing("cte_max_recursion_depth", with: kind == .mysql ? "cte_max_recursion_depth" : "max_recursive_iterations"),
                    "BEGIN", "INSERT INTO t SELECT id, id % 3, REPEAT('x', 3000), JSON_OBJECT('a', id, 'b', REPEAT('y', 200)), 0 FROM (\(numbers)) AS q",
                    "UPDATE t SET kind = (kind + 1) % 3, pad = 'short' WHERE id % 2 = 0", "COMMIT",
                    "BEGIN", "UPDATE t SET w = 1", "UPDATE t SET kind = 1 - kind WHERE kind < 2 AND id > 1500", "DELETE FROM t WHERE id % 10 = 0", "COMMIT",
                    differences, "UPDATE t SET j = JSON_SET(j, '$.a', id * 2), kind = IF(id % 5 = 0, 1 - kind, kind) WHERE id < 1000",
                    "XA START 'chosen'", "UPDATE t SET kind = 1 WHERE kind = 2 AND id > 2500", "UPDATE t SET kind = 7 WHERE id BETWEEN 2400 AND 2500",
                    "XA END 'chosen'", "XA PREPARE 'chosen'", "XA COMMIT 'chosen'")
                try await followed.catchUp()
                let columns = "SELECT id, kind, pad, JSON_EXTRACT(j, '$.a'), LENGTH(j) FROM t"
                let here = try await Self.sourceRows(followed, "\(columns) WHERE kind = 1 ORDER BY id")
                #expect(try await followed.onTarget("\(columns) ORDER BY id") == here)
                #expect(here.count > 500)
            }
        }

        /// Both sides have rows inside and outside of the filter, and write while they are merged.
        @Test(arguments: Integration.kinds)
        func mergedByAFilter(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("merged")
                for (server, side) in [(a, 0), (b, 1)] {
                    try await server.makeDatabase(database, in: scope)
                    let name = side == 0 ? "id" : "ident"
                    let rows = (1...600).map { "(\($0 * 2 + side), \($0 % 3), '\(side) \($0)')" } + ["(1000001, 1, 'of \(side)')"]
                    try await server.execute(
                        "CREATE TABLE `\(database)`.o (\(name) INT PRIMARY KEY, kind INT, v VARCHAR(30))",
                        "INSERT INTO `\(database)`.o VALUES \(rows.joined(separator: ","))")
                }
                let supervisor = try await TestSupervisor(in: scope, named: scope.uniqueName("data"))
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: merged
                    a: \(a.yaml())
                    b: \(b.yaml())
                    objects: [{database: \(database), tables: [{name: o, where: kind > 0, rename: {id: ident}}]}]
                    prevails: a
                    scenario: both-have-data
                    """)
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "merged", "--yes") }
                try await supervisor.run("pair", "start", "merged")
                for step in 1...20 {
                    try await Self.write(a, "UPDATE `\(database)`.o SET kind = (kind + 1) % 3 WHERE id % 2 = 0 AND id BETWEEN \(step * 40) AND \(step * 40 + 60)")
                    try await Self.write(b, "UPDATE `\(database)`.o SET kind = (kind + 1) % 3 WHERE ident % 2 = 1 AND ident BETWEEN \(step * 40) AND \(step * 40 + 60)")
                }
                try await supervisor.wait("merged", for: "incremental")
                try await Self.write(b, "DELETE FROM `\(database)`.o WHERE ident % 2 = 1 AND ident < 50")
                try await supervisor.wait("merged", for: "settled")
                let onA = try await a.rows("SELECT id, kind, v FROM `\(database)`.o WHERE kind > 0 ORDER BY id")
                let onB = try await b.rows("SELECT ident, kind, v FROM `\(database)`.o WHERE kind > 0 ORDER BY ident")
                #expect(onA == onB)
                #expect(onA.count > 600)
                // A row is where its side put it; those outside of the filter stay with theirs.
                #expect(try await a.value("SELECT v FROM `\(database)`.o WHERE id = 1000001") == "of 0")
                #expect(try await a.value("SELECT COUNT(*) FROM `\(database)`.o WHERE kind = 0 AND id % 2 = 1 AND v LIKE '1 %'") == "0")
            }
        }

        /// As an application does: again after a deadlock with the task's own writes.
        private static func write(_ server: TestServer, _ statement: String) async throws {
            try await eventually("the statement gets through") {
                do {
                    try await server.execute(statement)
                    return true
                } catch let error as MySQLError where error.isLockFailure {
                    return false
                }
            }
        }
    }
}
