import SyncModel
import SyncMySQL
import TestSupport
import Testing
import WorkerCheckpoint

@testable import WorkerLoad

/// Keys that a source gives as borders of chunks go back to it in conditions, and into notes on the target.
@Suite struct HostileBordersTests {
    private static let keys = ["INT", "VARCHAR(100)", "DATETIME"]
    private static let ways = ["1'canary\"canary`canary*/canary)canary\\'canary\\\"canary\\`canary", "\\' OR canary -- "]

    @Test(arguments: [Route.mysql, .mariaDB])
    func bordersAreValues(_ route: Route) async throws {
        try await Scope.with { scope in
            let port = try route.source.options().endpoint.port
            let relay = try HostileServer(HostileScript(inFrontOf: port), in: scope)
            for (number, type) in Self.keys.enumerated() {
                let keys = type == "DATETIME" ? "('2024-01-01'), ('2024-01-02'), ('2024-01-03')" : "('1'), ('2'), ('3')"
                let schema = "CREATE TABLE t (k \(type) PRIMARY KEY)\n;\nINSERT INTO t VALUES \(keys)"
                for way in Self.ways {
                    relay.behave { script in
                        script.row = { statement, row in statement.contains("LIMIT 1 OFFSET") ? [Array(way.utf8)] : row }
                    }
                    try await withFixture("borders", route, schema: schema) { fixture in
                        var context = try fixture.context(limits: Limits(loadThreads: 1))
                        context.source.endpoint.port = relay.port
                        try StructureInitializer(context).run()
                        do {
                            try fixture.load(context, chunkRows: 1)
                            // One that lies behind all keys is the last.
                            #expect(number == 1, "\(type): \(way)")
                        } catch let failure as Failure {
                            #expect(failure.code == .valueInvalid || number == 2, "\(type), \(way): \(failure)")
                        }
                    }
                }
            }
            for case .statement(let statement) in relay.heard {
                #expect(!BareText.of(statement).contains("canary"), "\(statement)")
            }
        }
    }

    /// A target that says that keys have more or fewer values than they have.
    @Test func notedBordersAreKeys() async throws {
        try await withFixture("noted", .mariaDB, schema: "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b))\n;\nINSERT INTO t VALUES (1, 1)") { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            for text in ["31", "31,32,33", "", "3", "xx", "31,32,"] {
                try fixture.target.execute(
                    "REPLACE INTO __dts__.load_state (task, source_database, source_table, last_key) VALUES ('\(fixture.task)', '\(fixture.database)', 't', '\(text)')")
                let failure = #expect(throws: Failure.self) { try fixture.load(context) }
                #expect(failure?.code == .metadataMissing, "\(text)")
            }
        }
    }
}
