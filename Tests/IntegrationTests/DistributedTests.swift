import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Distributed (XA) transactions: rows are logged where they are prepared, and count where they are committed.
    @Suite struct DistributedTests {
        static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100))",
            "CREATE TABLE nokey (v VARCHAR(100))",
            "CREATE TABLE big (id INT PRIMARY KEY, v LONGTEXT)",
            "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')",
        ]

        private func prepare(
            _ followed: Followed, _ xid: String, after setting: String? = nil, _ statements: String...
        ) async throws {
            let (database, statements) = (followed.database, statements)
            try await followed.source.withSession { session in
                try session.execute("USE `\(database)`")
                if let setting { try session.execute(setting) }
                try session.execute("XA START \(xid)")
                for statement in statements { try session.execute(statement) }
                try session.execute("XA END \(xid)")
                try session.execute("XA PREPARE \(xid)")
            }
        }

        /// From another session, as soon as the one that prepared it has gone.
        private func end(_ followed: Followed, _ statement: String) async throws {
            try await eventually("\(statement) is accepted") {
                try await followed.source.execute(statement)
                return true
            }
        }

        @Test(arguments: Integration.kinds)
        func takeEffectWhereTheyAreCommitted(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await prepare(
                    followed,
                    "'a','x',7",
                    "UPDATE t SET v = 'of a' WHERE id = 1",
                    "INSERT INTO nokey VALUES ('a')"
                )
                try await prepare(
                    followed,
                    "'b'",
                    "INSERT INTO t VALUES (10, 'of b')",
                    "INSERT INTO nokey VALUES ('b')"
                )
                try await prepare(followed, "'c'", "DELETE FROM t WHERE id = 2", "INSERT INTO nokey VALUES ('c')")
                try await followed.write("INSERT INTO t VALUES (11, 'plain')", "UPDATE t SET v = 'plain' WHERE id = 3")
                try await followed.catchUp()
                #expect(
                    try await followed.onTarget("SELECT * FROM t ORDER BY id") == [
                        "1 one", "2 two", "3 plain", "11 plain",
                    ]
                )
                #expect(try await followed.onTarget("SELECT * FROM nokey") == [])
                try await end(followed, "XA COMMIT 'b'")
                try await end(followed, "XA ROLLBACK 'c'")
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT * FROM nokey") == ["b"])
                try await end(followed, "XA COMMIT 'a','x',7")
                // The same identifier once more, at once and in one phase.
                try await followed.write(
                    "XA START 'b'",
                    "INSERT INTO nokey VALUES ('b again')",
                    "XA END 'b'",
                    "XA COMMIT 'b' ONE PHASE"
                )
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT v FROM nokey ORDER BY v") == ["a", "b", "b again"])
                #expect(try await followed.supervisor.task("followed").conflicts.total == 0)
            }
        }

        /// The checkpoint is behind the PREPAREs when the worker dies, so their rows have to be found again.
        @Test(arguments: Integration.kinds)
        func outliveTheWorker(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await prepare(
                    followed,
                    "'a'",
                    "UPDATE t SET v = 'of a' WHERE id = 1",
                    "INSERT INTO nokey VALUES ('a')"
                )
                try await prepare(
                    followed,
                    "'b'",
                    "UPDATE t SET v = 'of b' WHERE id = 2",
                    "INSERT INTO nokey VALUES ('b')"
                )
                try await prepare(followed, "'c'", "INSERT INTO nokey VALUES ('c')")
                try await followed.write("INSERT INTO t VALUES (11, 'plain')")
                try await followed.catchUp()
                try await killWorker(followed)
                try await followed.source.execute("FLUSH BINARY LOGS")
                try await end(followed, "XA COMMIT 'a'")
                try await followed.write("INSERT INTO t VALUES (12, 'plain')")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT * FROM nokey") == ["a"])
                try await end(followed, "XA ROLLBACK 'c'")
                try await killWorker(followed)
                try await end(followed, "XA COMMIT 'b'")
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT v FROM nokey ORDER BY v") == ["a", "b"])
            }
        }

        /// The source is restarted between the two phases, too; its log has them compressed.
        @Test func outliveTheSource() async throws {
            guard Integration.kinds.contains(.mysql) else { return }
            try await Scope.with { scope in
                let source = try await TestServer.start(.mysql, in: scope)
                let followed = try await Followed(.mysql, from: source, tables: Self.tables, in: scope)
                let compressed = "SET SESSION binlog_transaction_compression = ON"
                try await prepare(followed, "'a'", after: compressed, "INSERT INTO nokey VALUES (REPEAT('a', 90))")
                try await prepare(followed, "'b'", after: compressed, "INSERT INTO nokey VALUES (REPEAT('b', 90))")
                try await followed.write("INSERT INTO t VALUES (11, 'plain')")
                try await followed.catchUp()
                try await end(followed, "XA COMMIT 'a'")
                try await followed.requireEqual()
                try await source.kill()
                try await source.start()
                try await killWorker(followed)
                try await end(followed, "XA COMMIT 'b'")
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM nokey") == ["2"])
            }
        }

        /// More rows than the worker keeps: they are read from the log again, in pieces.
        @Test(arguments: Integration.kinds)
        func mayBeLarge(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                let rows = (1...40).map { "(\($0), REPEAT('\($0)', 100000))" }.joined(separator: ",")
                try await prepare(
                    followed,
                    "'large'",
                    "INSERT INTO big VALUES \(rows)",
                    "INSERT INTO nokey VALUES ('large')"
                )
                try await followed.write("INSERT INTO t VALUES (11, 'plain')")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM big") == ["0"])
                try await end(followed, "XA COMMIT 'large'")
                try await followed.requireEqual()
                let more = (101...140).map { "(\($0), REPEAT('\($0)', 100000))" }.joined(separator: ",")
                try await followed.write(
                    "XA START 'one'",
                    "INSERT INTO big VALUES \(more)",
                    "XA END 'one'",
                    "XA COMMIT 'one' ONE PHASE"
                )
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM big") == ["80"])
                #expect(try await followed.onTarget("SELECT * FROM nokey") == ["large"])
            }
        }

        /// Its rows lie before the task's first position: neither the copy nor the log has them.
        @Test(arguments: Integration.kinds)
        func preparedBeforeTheTaskStops(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(kind, .a)
                let other = scope.uniqueName("other")
                try await source.makeDatabase(other, in: scope)
                try await source.execute(
                    "CREATE TABLE `\(other)`.t (id INT PRIMARY KEY)",
                    "XA START 'early'",
                    "INSERT INTO `\(other)`.t VALUES (1)",
                    "XA END 'early'",
                    "XA PREPARE 'early'"
                )
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await end(followed, "XA COMMIT 'early'")
                #expect(try await followed.failure().code == "unsupported")
            }
        }

        private func killWorker(_ followed: Followed) async throws {
            let pid = try await eventually("a worker runs") { try await followed.supervisor.workers().first }
            _ = Glibc.kill(pid, SIGKILL)
            try await eventually("another worker runs") {
                try await followed.supervisor.workers().first.map { $0 != pid } ?? false
            }
        }
    }
}
