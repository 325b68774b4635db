import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Definition statements from MySQL to MariaDB and back: what both understand arrives, with the same meaning for rows;
    /// what the other does not know stops the task.
    @Suite struct DDLAcrossTests {
        private static let portable = [
            "CREATE TABLE a (id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(20), d DECIMAL(10,2) DEFAULT 1.5, e ENUM('x','y') DEFAULT 'y')",
            "INSERT INTO a (t) VALUES ('one'), ('zwei ü'), ('日本')",
            "ALTER TABLE a ADD COLUMN s DATETIME(3) NULL AFTER id, ADD COLUMN b VARBINARY(9) DEFAULT 'ab', ADD UNIQUE KEY (d, id)",
            "INSERT INTO a (t, s) VALUES ('two', '2026-01-02 03:04:05.678')",
            "ALTER TABLE a RENAME COLUMN t TO text_of, MODIFY e ENUM('x','y','z'), DROP COLUMN b",
            "UPDATE a SET e = 'z', text_of = 'three' WHERE id = 1",
            "CREATE TABLE l (id INT PRIMARY KEY, v VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci) CHARSET = utf8mb4",
            "INSERT INTO l VALUES (1, 'é')", "CREATE TABLE m LIKE l", "INSERT INTO m SELECT * FROM l",
            "CREATE INDEX i ON l (v)", "DROP INDEX i ON l", "RENAME TABLE m TO n", "TRUNCATE TABLE l",
            "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3", "INSERT INTO p VALUES (1), (2), (3)",
            "CREATE TABLE c SELECT id, text_of FROM a", "CREATE VIEW v AS SELECT id FROM a WHERE id > 1", "ALTER TABLE n CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "INSERT INTO n VALUES (2, '日本')", "DROP VIEW v", "CREATE TABLE gone (id INT)", "DROP TABLE gone",
        ]

        @Test(arguments: [(ServerKind.mysql, ServerKind.mariadb), (.mariadb, .mysql)])
        func whatBothUnderstandArrives(from: ServerKind, to: ServerKind) async throws {
            guard Integration.kinds.contains(from), Integration.kinds.contains(to) else { return }
            try await Scope.with { scope in
                let (task, database, source, target) = try await task(from, to, in: scope)
                try await source.execute(["USE `\(database)`"] + Self.portable)
                try await task.supervisor.wait(task.name, for: "caught-up")
                let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
                #expect(result.differences == 0, "\(result.summary)")
                #expect(result.tables.count == 6 && result.rows > 10, "\(result.tables)")
            }
        }

        @Test(arguments: [
            (ServerKind.mysql, ServerKind.mariadb, "CREATE TABLE x (id INT PRIMARY KEY, t VARCHAR(9) COLLATE utf8mb4_0900_as_cs)"),
            (.mysql, .mariadb, "CREATE TABLE x (id INT PRIMARY KEY, t INT, KEY ((t + 1)))"),
            (.mariadb, .mysql, "CREATE TABLE x (id UUID PRIMARY KEY)"),
            (.mysql, .mariadb, "CREATE TABLE x (id INT PRIMARY KEY /*!80000 , t INT */)"),
            (.mariadb, .mysql, "CREATE TABLE x (id INT PRIMARY KEY /*M! , t INT */)"),
            (.mariadb, .mysql, "CREATE OR REPLACE TABLE x (id INT PRIMARY KEY)"),
        ])
        func whatTheOtherDoesNotKnowStops(from: ServerKind, to: ServerKind, statement: String) async throws {
            guard Integration.kinds.contains(from), Integration.kinds.contains(to) else { return }
            try await Scope.with { scope in
                let (task, database, source, _) = try await task(from, to, in: scope)
                try await source.execute("USE `\(database)`", statement)
                try await task.supervisor.wait(task.name, for: "failed")
                let failure = try #require(try await task.supervisor.task(task.name).error)
                #expect(failure.code == "ddl-failed" || failure.code == "ddl-unsupported")
                #expect(failure.message.contains("INT") || failure.message.contains("UUID"))
            }
        }

        private func task(
            _ from: ServerKind, _ to: ServerKind, in scope: Scope
        ) async throws -> (OneWay, String, TestServer, TestServer) {
            let source = try TestServer.shared(from, .a)
            let target = try TestServer.shared(to, .b)
            let database = scope.uniqueName("across")
            try await source.makeDatabase(database, in: scope)
            scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
            try await source.execute("CREATE TABLE `\(database)`.first (id INT PRIMARY KEY)")
            let task = try await OneWay(
                "across", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]",
                settings: "sql: [insert, update, delete, ddl]", on: try await TestSupervisor(in: scope), in: scope)
            try await task.start()
            try await task.supervisor.wait(task.name, for: "incremental")
            return (task, database, source, target)
        }
    }
}
