import Glibc
import SyncModel
import SyncMySQL
import Synchronization
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Tables without a key arrive whole, from a place in the binlog that is exact.
@Suite struct LoadKeylessTests {
    private static let schema = """
        CREATE TABLE k (n INT, v VARCHAR(20), UNIQUE KEY (n))
        \n;\n
        INSERT INTO k VALUES (NULL, 'twice'), (NULL, 'twice'), (1, NULL)
        \n;\n
        CREATE TABLE nothing (n INT)
        \n;\n
        CREATE TABLE keyed (id INT PRIMARY KEY)
        \n;\n
        INSERT INTO keyed VALUES (1)
        """

    @Test(arguments: Route.allCases)
    func rowsAreCopiedOnce(_ route: Route) async throws {
        try await withFixture("keyless", route, schema: Self.schema) { fixture in
            try fixture.initialize()
            try fixture.expectEqual("SELECT n, v, COUNT(*) FROM DB.k GROUP BY n, v ORDER BY n, v")
            let starts = try DataLoader.tableStarts(task: fixture.task, fixture.target)
            #expect(starts.keys.map(\.table).sorted() == ["k", "nothing"])
            for start in starts.values {
                #expect(start.file?.isEmpty == false)
                #expect((start.offset ?? 0) >= 4)
            }
            // Once more: nothing is copied twice.
            try fixture.load()
            try fixture.expectEqual("SELECT COUNT(*) FROM DB.k")
            try fixture.expectDone()
        }
    }

    @Test func rowsOnTheTargetAreRefused() async throws {
        try await withFixture("keyless_rows", .mysql, schema: Self.schema) { fixture in
            fixture.spec.ifTargetExists = .ignore
            try StructureInitializer(try fixture.context()).run()
            try fixture.target.execute("INSERT INTO \(fixture.database).k VALUES (5, 'x')")
            let failure = #expect(throws: Failure.self) { try fixture.load() }
            #expect(failure?.code == .targetExists)
        }
    }

    /// While a writer goes on: the rows of the snapshot and those of the log from its place on are all rows, each once.
    @Test(arguments: [Route.mysql, .mariaDB])
    func thePlaceIsExact(_ route: Route) async throws {
        try await withFixture("keyless_place", route, schema: "CREATE TABLE k (n INT)") { fixture in
            try StructureInitializer(try fixture.context()).run()
            let isOver = Mutex(false)
            let written = Mutex(0)
            let options = try route.source.options()
            let database = fixture.database
            let ended = Mutex(0)
            for thread in 0..<3 {
                WorkerThread.start("writer") {
                    defer { ended.withLock { $0 += 1 } }
                    guard let session = try? Session(options) else { return }
                    var n = 0
                    while !isOver.withLock({ $0 }) {
                        n += 1
                        guard
                            (try? session.execute("INSERT INTO \(database).k VALUES (\(thread * 1_000_000 + n))"))
                                != nil
                        else { return }
                        written.withLock { $0 += 1 }
                    }
                }
            }
            usleep(300_000)
            try fixture.load()
            usleep(300_000)
            isOver.withLock { $0 = true }
            while ended.withLock({ $0 }) < 3 { usleep(10_000) }
            let start = try #require(try DataLoader.tableStarts(task: fixture.task, fixture.target).values.first)
            let copied = Int(try fixture.target.value("SELECT COUNT(*) FROM \(database).k") ?? "") ?? -1
            var logged = 0
            var file = start.file ?? ""
            var offset = start.offset ?? 4
            let files = try fixture.source.rows("SHOW BINARY LOGS").compactMap { $0[0] }
            for next in files.drop(while: { $0 != start.file }) {
                if next != file { (file, offset) = (next, 4) }
                let events = try fixture.source.rows("SHOW BINLOG EVENTS IN '\(file)' FROM \(offset)")
                logged += events.filter { $0[2] == "Table_map" && $0[5]?.contains("(\(database).k)") == true }.count
            }
            #expect(copied > 0)
            #expect(logged > 0)
            #expect(copied + logged == written.withLock { $0 })
            // What was copied is what came first of each writer.
            for thread in 0..<3 {
                let row = try fixture.target.rows(
                    "SELECT COUNT(*), COALESCE(MAX(n) - \(thread * 1_000_000), 0) FROM \(database).k WHERE n DIV 1000000 = \(thread)"
                ).first
                #expect(row?[0] == row?[1])
            }
        }
    }

    /// A transaction that holds the table delays the load, and the load does not hold up other writers for long.
    @Test func anOpenTransactionDelays() async throws {
        try await withFixture("keyless_wait", .mysql, schema: Self.schema) { fixture in
            try StructureInitializer(try fixture.context()).run()
            try fixture.source.execute("START TRANSACTION")
            try fixture.source.execute("INSERT INTO k VALUES (77, 'late')")
            let loading = Mutex<Result<ConflictCounts, any Error>?>(nil)
            let context = try fixture.context()
            WorkerThread.start("load") {
                let result = Result { try DataLoader(context).run { _ in } }
                loading.withLock { $0 = result }
            }
            usleep(1_500_000)
            let clock = ContinuousClock()
            let begin = clock.now
            let writer = try Session(try fixture.route.source.options())
            try writer.execute("INSERT INTO \(fixture.database).k VALUES (78, 'other')")
            #expect(clock.now - begin < .seconds(30))
            #expect(loading.withLock { $0 == nil })
            try fixture.source.execute("COMMIT")
            for _ in 0..<4000 where loading.withLock({ $0 }) == nil { usleep(20_000) }
            _ = try #require(loading.withLock { $0 }).get()
            try fixture.expectEqual("SELECT n, v FROM DB.k ORDER BY n, v")
        }
    }
}
