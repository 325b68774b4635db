import Glibc
import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Rows that are on the target already are compared and left, or treated by the conflict policy.
@Suite struct LoadExistingRowsTests {
    private static let schema = """
        CREATE TABLE t (k VARCHAR(10) COLLATE utf8mb4_unicode_ci, n INT, v VARCHAR(20), e ENUM('x','y'), PRIMARY KEY (k, n))
        \n;\n
        INSERT INTO t VALUES ('a', 1, 'same', 1), ('b', 1, 'source', 1), ('c', 1, 'new', 2), ('D', 1, 'case', 1), ('e', 1, NULL, NULL), ('f', 1, 'f', 0)
        """

    /// One equal row, one different, one whose key differs in case, one that only the target has.
    private static func fill(_ fixture: LoadFixture) throws {
        try fixture.target.execute(
            "INSERT INTO \(fixture.database).t VALUES ('a', 1, 'same', 1), ('b', 1, 'target', 1), ('d', 1, 'case', 1), ('z', 9, 'only here', 1), ('e', 1, '', NULL)"
        )
    }

    private static func prepare(_ fixture: inout LoadFixture, _ policy: ConflictPolicy) throws {
        fixture.spec.conflict = policy
        fixture.spec.ifTargetExists = .ignore
        try StructureInitializer(try fixture.context()).run()
    }

    private static func records(_ fixture: LoadFixture) throws -> [ConflictRecord] {
        try fixture.target.rows("SELECT record FROM __dts__.conflict WHERE task = '\(fixture.task)' ORDER BY sequence")
            .map {
                try LineCodec.decode(from: ($0[0] ?? "").utf8)
            }
    }

    @Test(arguments: Route.allCases, [1, 100])
    func overwrite(_ route: Route, _ chunkRows: Int) async throws {
        try await withFixture("overwrite_\(chunkRows)", route, schema: Self.schema) { fixture in
            try Self.prepare(&fixture, .overwrite)
            try Self.fill(fixture)
            let counts = try fixture.load(chunkRows: chunkRows)
            #expect(counts.insertExists == 3)
            #expect(counts.total == 3)
            try fixture.expectEqual("SELECT HEX(k), n, v, CAST(e AS UNSIGNED) FROM DB.t WHERE k <> 'z' ORDER BY k, n")
            #expect(try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t") == "7")
            let records = try Self.records(fixture)
            #expect(records.count == 3)
            #expect(Set(records.map(\.sequence)).count == 3)
            #expect(records.allSatisfy { $0.decision == .tookSource && $0.kind == .insertExists })
            let b = try #require(records.first { $0.key.first?.value == "b" })
            #expect(b.current?.contains(NamedValue(column: "v", value: "target")) == true)
            #expect(b.after?.contains(NamedValue(column: "v", value: "source")) == true)
            try fixture.expectDone()
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func ignore(_ route: Route) async throws {
        try await withFixture("keep", route, schema: Self.schema) { fixture in
            try Self.prepare(&fixture, .ignore)
            try Self.fill(fixture)
            #expect(try fixture.load().insertExists == 3)
            #expect(
                try fixture.target.rows("SELECT k, v FROM \(fixture.database).t ORDER BY k") == [
                    ["a", "same"], ["b", "target"], ["c", "new"], ["d", "case"], ["e", ""], ["f", "f"],
                    ["z", "only here"],
                ]
            )
            #expect(try Self.records(fixture).allSatisfy { $0.decision == .keptTarget })
        }
    }

    /// Nothing is written until the operator has decided about every row; then each goes its way.
    @Test(arguments: [Route.mysql, .mariaDB])
    func report(_ route: Route) async throws {
        try await withFixture("report", route, schema: Self.schema) { fixture in
            try Self.prepare(&fixture, .report)
            try Self.fill(fixture)
            for _ in 0..<2 {
                let failure = #expect(throws: Failure.self) { try fixture.load() }
                #expect(failure?.code == .conflictReported)
                #expect(try Self.records(fixture).count == 3, "a second try reports nothing twice")
                #expect(try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t") == "5")
            }
            for record in try Self.records(fixture) {
                #expect(record.decision == .reported)
                let takes: ConflictDecision = record.key.first?.value == "b" ? .tookSource : .keptTarget
                #expect(try ConflictTable.decide(task: fixture.task, sequence: record.sequence, takes, fixture.target) == takes)
            }
            #expect(try fixture.load().insertExists == 3)
            #expect(
                try fixture.target.rows("SELECT k, v FROM \(fixture.database).t WHERE k < 'f' ORDER BY k") == [
                    ["a", "same"], ["b", "source"], ["c", "new"], ["d", "case"], ["e", ""],
                ]
            )
            try fixture.expectDone()
        }
    }

    private static let uniqueSchema = """
        CREATE TABLE u (id INT PRIMARY KEY, name VARCHAR(20) COLLATE utf8mb4_unicode_ci, a INT, b INT, UNIQUE KEY (name), UNIQUE KEY (a, b))
        \n;\n
        INSERT INTO u VALUES (1, 'one', 1, 1), (2, 'two', 2, NULL), (3, 'three', 3, 3), (4, NULL, 4, 4)
        """

    @Test(arguments: [Route.mysql, .mariaDB], [ConflictPolicy.overwrite, .ignore])
    func uniqueValueIsTaken(_ route: Route, _ policy: ConflictPolicy) async throws {
        try await withFixture("unique_\(policy.word)", route, schema: Self.uniqueSchema) { fixture in
            try Self.prepare(&fixture, policy)
            // 10 holds the name of 1 and the numbers of 4; 3 is there with the name of 2.
            try fixture.target.execute("INSERT INTO \(fixture.database).u VALUES (10, 'ONE', 4, 4), (3, 'two', 7, 7)")
            let counts = try fixture.load()
            if policy == .overwrite {
                try fixture.expectEqual("SELECT * FROM DB.u ORDER BY id")
                #expect(counts.uniqueViolation >= 1)
            } else {
                #expect(
                    try fixture.target.rows("SELECT id, name FROM \(fixture.database).u ORDER BY id") == [
                        ["3", "two"], ["10", "ONE"],
                    ]
                )
                #expect(counts.uniqueViolation == 3)
                #expect(counts.insertExists == 1)
            }
            try fixture.expectDone()
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func hookKeepsRowsAlone(_ route: Route) async throws {
        try await withFixture("hook", route, schema: Self.schema) { fixture in
            try Self.prepare(&fixture, .overwrite)
            try Self.fill(fixture)
            let asked = Mutex<[String]>([])
            let database = fixture.database
            let counts = try fixture.load(shouldSkip: { table, key in
                #expect(table == TableName(database: database, table: "t"))
                let name = String(decoding: key[0], as: UTF8.self)
                asked.withLock { $0.append(name) }
                return name == "b" || name == "c"
            })
            #expect(counts.insertExists == 2)
            #expect(
                try fixture.target.rows("SELECT k, v FROM \(fixture.database).t WHERE k IN ('b', 'c')") == [
                    ["b", "target"]
                ]
            )
            #expect(Set(asked.withLock { $0 }) == ["a", "b", "c", "D", "e", "f"])
        }
    }

    /// Rows that an application writes while the load runs are met as if they had been there before.
    @Test(arguments: [Route.mysql, .mariaDB])
    func aLocalWriterIsInTheWay(_ route: Route) async throws {
        try await withFixture("writer", route, schema: Self.schema) { fixture in
            try Self.prepare(&fixture, .ignore)
            let writer = try Session(try route.target.options())
            try writer.execute("START TRANSACTION")
            try writer.execute("INSERT INTO \(fixture.database).t VALUES ('b', 1, 'target', 1)")
            let held = Held(writer)
            WorkerThread.start("writer") { held.commit(after: 3_000_000) }
            #expect(try fixture.load().insertExists == 1)
            #expect(try fixture.target.value("SELECT v FROM \(fixture.database).t WHERE k = 'b'") == "target")
            #expect(try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t") == "6")
        }
    }

    /// Carries a session to the thread that ends its transaction.
    private final class Held: @unchecked Sendable {
        // Sendable because the session is used by that thread only from then on.
        private let session: Session
        init(_ session: Session) { self.session = session }
        func commit(after microseconds: UInt32) {
            usleep(microseconds)
            _ = try? session.execute("COMMIT")
        }
    }
}
