import SyncModel
import SyncMySQL
import Synchronization
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Small tables are copied many in one transaction, and each by itself where that is not possible.
@Suite struct LoadSmallTablesTests {
    private static let count = 100

    /// Tables with one row each, but for a few.
    private static let schema = (0..<count).map { number in
        """
        CREATE TABLE t\(number) (id INT\(number == 20 ? "" : " PRIMARY KEY"), u INT UNIQUE, v VARCHAR(20), d DATETIME(3), b VARBINARY(5))
        \n;\n
        \(number % 10 == 7 ? "DO 0" : "INSERT INTO t\(number) VALUES (\(number), NULL, 'it''s \\\\ ö', '2024-02-29 01:02:03.456', x'00FF0A5C27')")
        """
    }.joined(separator: "\n;\n")

    private static func expectEqual(_ fixture: LoadFixture) throws {
        let all = (0..<count).map { "SELECT \($0) AS n, id, u, HEX(v) AS v, d, HEX(b) AS b FROM DB.t\($0)" }.joined(separator: " UNION ALL ")
        try fixture.expectEqual("SELECT * FROM (\(all)) x ORDER BY n, id")
        try fixture.expectDone()
    }

    /// Commits of the load's lanes so far.
    private static func commits(_ fixture: LoadFixture) throws -> Int {
        try fixture.target.value("SELECT SUM(batch) FROM __dts__.progress WHERE task = '\(fixture.task)' AND lane > 0").flatMap { Int($0) } ?? 0
    }

    @Test(arguments: Route.allCases)
    func manyInOneTransaction(_ route: Route) async throws {
        try await withFixture("small", route, schema: Self.schema) { fixture in
            let context = try fixture.context(limits: Limits(loadThreads: 2))
            try StructureInitializer(context).run()
            let last = Mutex(LoadProgress())
            try fixture.load(context, progress: { progress in last.withLock { $0 = progress } })
            try Self.expectEqual(fixture)
            #expect(try Self.commits(fixture) < Self.count / 2)
            let progress = last.withLock { $0 }
            #expect(progress.tablesDone == Self.count && progress.rowsDone == UInt64(Self.count * 9 / 10))
            let rows = try fixture.target.value("SELECT SUM(rows_done) FROM __dts__.load_state WHERE task = '\(fixture.task)'")
            #expect(rows == "\(Self.count * 9 / 10)")
            // A run that comes after finds nothing to do.
            let before = try Self.commits(fixture)
            try fixture.load(context)
            #expect(try Self.commits(fixture) - before <= 2, "more than the lanes were opened")
        }
    }

    /// A table of one chunk is noted as done with its rows.
    @Test(arguments: [Route.mysql, .mariaDB])
    func theLastChunkSaysThatItIs(_ route: Route) async throws {
        try await withFixture("last", route, schema: "CREATE TABLE t (id INT PRIMARY KEY)\n;\nINSERT INTO t VALUES (1), (2), (3)") { fixture in
            let context = try fixture.context(limits: Limits(loadThreads: 1))
            try StructureInitializer(context).run()
            try fixture.load(context)
            #expect(try Self.commits(fixture) == 1)
            try fixture.expectDone()
            let rows = try fixture.target.value("SELECT rows_done FROM __dts__.load_state WHERE task = '\(fixture.task)'")
            #expect(rows == "3")
        }
    }

    /// Rows that are there already, and tables that statistics take for small, are copied as in other tables.
    @Test(arguments: [Route.mysql, .mariaDB])
    func eachByItselfWhereThatIsNotPossible(_ route: Route) async throws {
        try await withFixture("apart", route, schema: Self.schema) { fixture in
            fixture.spec.conflict = .overwrite
            let context = try fixture.context(limits: Limits(loadThreads: 2))
            try StructureInitializer(context).run()
            // By the statistics of both servers that were read before, it has one row.
            _ = try fixture.source.rows("ANALYZE TABLE t30, t31")
            try fixture.source.execute(
                "INSERT INTO t30 WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1900) SELECT i, i, i, NULL, NULL FROM n")
            try fixture.source.execute("INSERT INTO t31 (id, v) VALUES (-1, 'a'), (-2, 'b'), (-3, 'c')")
            try fixture.target.execute("INSERT INTO \(fixture.database).t40 VALUES (40, 3, 'other', NULL, NULL), (41, 4, 'own', NULL, NULL)")
            let conflicts = try fixture.load(context)
            #expect(conflicts.insertExists == 1)
            try fixture.target.execute("DELETE FROM \(fixture.database).t40 WHERE id = 41")
            try Self.expectEqual(fixture)
        }
    }

    /// A ceiling of rows per transaction holds for them, too.
    @Test func chunksOfOneRow() async throws {
        try await withFixture("small_chunks", .mysql, schema: Self.schema) { fixture in
            for number in 60..<Self.count { try fixture.source.execute("INSERT INTO t\(number) (id) VALUES (-1), (-2)") }
            try fixture.initialize(chunkRows: 1)
            try Self.expectEqual(fixture)
        }
    }

    /// Connections are cut at random moments, again and again; in the end every row is there once.
    @Test(arguments: [Route.mysql, .mariaDB])
    func interruptionsLoseAndDoubleNothing(_ route: Route) async throws {
        try await withFixture("small_cut", route, schema: Self.schema) { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            try fixture.loadCutOff(within: 150, threads: 2)
            try Self.expectEqual(fixture)
        }
    }
}
