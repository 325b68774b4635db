import SyncMySQL
import TestSupport
import Testing

extension Integration {
    /// Sources whose events are laid out in other ways than those of the shared servers.
    @Suite struct EventSourceTests {
        static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(2000))",
            "CREATE TABLE nokey (v VARCHAR(100))",
            "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')",
        ]

        /// The format of the events changes in the middle of the stream, and with a new connection.
        @Test(arguments: Integration.kinds)
        func checksumsComeAndGo(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try await TestServer.start(kind, in: scope)
                let followed = try await Followed(kind, from: source, tables: Self.tables, in: scope)
                for (number, algorithm) in ["NONE", "CRC32", "NONE"].enumerated() {
                    try await source.execute("SET GLOBAL binlog_checksum = \(algorithm)")
                    try await change(followed, number * 10)
                    try await followed.requireEqual()
                    try await followed.supervisor.run("task", "pause", "followed")
                    try await change(followed, number * 10 + 5)
                    try await followed.supervisor.run("task", "resume", "followed")
                    try await followed.requireEqual()
                }
            }
        }

        @Test func compressedEventsOfMariaDB() async throws {
            guard Integration.kinds.contains(.mariadb) else { return }
            try await Scope.with { scope in
                let source = try await TestServer.start(
                    .mariadb,
                    ["--log-bin-compress=1", "--log-bin-compress-min-len=10", "--binlog-annotate-row-events=1"],
                    in: scope
                )
                let followed = try await Followed(.mariadb, from: source, tables: Self.tables, in: scope)
                try await change(followed, 10)
                try await followed.write("UPDATE t SET v = REPEAT(v, 20)", "DELETE FROM t WHERE id = 10")
                try await followed.requireEqual()
                // A compressed statement is still a statement.
                try await followed.write(
                    "SET binlog_format = STATEMENT",
                    "UPDATE t SET v = 'a statement that is long enough' WHERE id = 1"
                )
                #expect(try await followed.failure().code == "statement-format")
            }
        }

        /// MariaDB 11 leaves positions out within transactions.
        @Test func newerMariaDB() async throws {
            guard Integration.kinds.contains(.mariadb) else { return }
            try await Scope.with { scope in
                let source = try await TestServer.start(.mariadb11, in: scope)
                for positioning in ["", ", positioning: file"] {
                    let followed = try await Followed(
                        .mariadb11,
                        from: source,
                        tables: Self.tables,
                        endpoint: positioning,
                        in: scope
                    )
                    try await change(followed, 10)
                    try await followed.requireEqual()
                    try await followed.supervisor.run("task", "pause", "followed")
                    try await change(followed, 20)
                    try await source.execute("FLUSH BINARY LOGS")
                    try await change(followed, 30)
                    try await followed.supervisor.run("task", "resume", "followed")
                    try await followed.requireEqual()
                    #expect(try await followed.supervisor.task("followed").conflicts.total == 0)
                }
            }
        }

        @Test(arguments: Integration.kinds)
        func loadData(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                let file = try scope.file("rows.txt", (100..<1100).map { "\($0)\tloaded \($0)\n" }.joined())
                let script = try scope.file("load.sql", "LOAD DATA LOCAL INFILE '\(file)' INTO TABLE t;")
                try await followed.source.run(script: script, in: followed.database)
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM t") == ["1003"])
            }
        }

        private func change(_ followed: Followed, _ number: Int) async throws {
            try await followed.write(
                "BEGIN",
                "INSERT INTO t VALUES (\(number + 100), 'new'), (\(number + 101), 'newer')",
                "UPDATE t SET v = CONCAT(v, ' \(number)') WHERE id = 1",
                "INSERT INTO nokey VALUES ('\(number)')",
                "COMMIT",
                "DELETE FROM t WHERE id = \(number + 101)"
            )
        }
    }
}
