import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// In whose name views work that definition statements bring.
    @Suite struct ViewDefinerTests {
        @Test(arguments: Integration.kinds)
        func aDefinerThatTheTargetLacksBecomesAnInvoker(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let servers = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let known = try await Account.make(on: [servers.0, servers.1], in: scope)
                let ghost = try await Account.make(on: [servers.0], in: scope)
                let one = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)"],
                    settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await one.write(
                    "CREATE DEFINER = '\(known.user)'@'%' VIEW kept AS SELECT id FROM t",
                    "CREATE DEFINER = '\(ghost.user)'@'%' VIEW replaced AS SELECT id FROM t",
                    "CREATE DEFINER = '\(ghost.user)'@'%' SQL SECURITY INVOKER VIEW invoker AS SELECT id FROM t",
                    "CREATE VIEW altered AS SELECT 1 AS id", "ALTER DEFINER = '\(ghost.user)'@'%' VIEW altered AS SELECT id FROM t",
                    "CREATE OR REPLACE DEFINER = '\(ghost.user)'@'%' VIEW kept_once AS SELECT id FROM t")
                try await one.catchUp()
                let found = try await one.onTarget(
                    """
                    SELECT TABLE_NAME, DEFINER LIKE 'dts@%', DEFINER LIKE '\(known.user)@%', SECURITY_TYPE FROM information_schema.VIEWS
                    WHERE TABLE_SCHEMA = '\(one.database)' ORDER BY TABLE_NAME
                    """)
                #expect(
                    found == [
                        "altered 1 0 INVOKER", "invoker 1 0 INVOKER", "kept 0 1 DEFINER", "kept_once 1 0 INVOKER", "replaced 1 0 INVOKER",
                    ])
                #expect(try await one.onTarget("SELECT id FROM replaced") == ["1"])
            }
        }
    }
}
