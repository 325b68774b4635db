import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Servers whose administrators have set what changes the meaning of statements.
    @Suite struct HostileDefaultsTests {
        private static let tables = [
            "CREATE DATABASE d", "CREATE TABLE d.p (id INT PRIMARY KEY, v VARCHAR(40) NOT NULL, at TIMESTAMP(3) NULL, KEY (v))",
            "CREATE TABLE d.c (id INT AUTO_INCREMENT PRIMARY KEY, p INT, x DECIMAL(10,3), FOREIGN KEY (p) REFERENCES d.p (id))",
            "INSERT INTO d.p VALUES (0, 'zero', '2026-01-02 03:04:05.678'), (1, 'it''s \"one\" || \\\\', NULL), (2, 'grün 🌱', '1990-01-01')",
            "INSERT INTO d.c VALUES (1, 1, 1.5), (2, 2, -0.001), (3, NULL, NULL)",
        ]

        private static func change(_ number: Int) -> [String] {
            [
                "INSERT INTO d.p VALUES (\(number), 'a\\\\b''\"\(number)', NOW(3))", "UPDATE d.p SET v = CONCAT(v, '+', \(number)) WHERE id < 3",
                "INSERT INTO d.c (p, x) VALUES (\(number), \(number) / 7)", "DELETE FROM d.c WHERE id = \(number / 10)",
                "CREATE TABLE d.n\(number) (id INT PRIMARY KEY, v VARCHAR(10) DEFAULT 'x') ENGINE=InnoDB", "INSERT INTO d.n\(number) (id) VALUES (1), (2)",
            ]
        }

        @Test(arguments: Integration.kinds, Array(HostileDefault.rounds.indices))
        func rowsArriveWhateverTheDefaultsAre(kind: ServerKind, round: Int) async throws {
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let target = try await TestServer.start(kind, in: scope)
                let source = try await started
                try await source.execute(Self.tables)
                var undo: [[String]] = []
                for server in [source, target] {
                    undo.append(try await server.withSession { try HostileDefault.set(HostileDefault.rounds[round], $0).undo })
                }
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "hostile", from: source.yaml(), to: target.yaml(), objects: "[{database: d}]", settings: "sql: [insert, update, delete, ddl]",
                    on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                for number in [10, 20] {
                    // Applications say what they want, or nothing would be committed.
                    try await WorkerThread.run("application") {
                        let session = try source.session()
                        for statement in Self.change(number) { try session.execute(statement) }
                    }
                    try await supervisor.wait(task.name, for: "caught-up")
                    try await supervisor.run("task", "pause", task.name)
                    try await supervisor.run("task", "resume", task.name)
                }
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await supervisor.task(task.name).conflicts.total == 0)
                for (server, statements) in zip([source, target], undo) {
                    try await WorkerThread.run("undo") {
                        let session = try server.session()
                        for statement in statements { try session.execute(statement) }
                    }
                }
                let result = try await Comparison(source.address, target.address).run([(a: "d", b: "d")])
                if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
                #expect(result.rows >= 12)
            }
        }
    }
}
