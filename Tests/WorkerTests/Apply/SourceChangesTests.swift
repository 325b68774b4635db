import SyncModel
import SyncMySQL
import Synchronization
import Testing
import WorkerApply
import WorkerBinlog
import WorkerCheckpoint
import WorkerConflict
import WorkerDDL
import WorkerLoad
import WorkerSchema
import WorkerSource

/// What the source changes while its rows are copied, and how much of it is remembered.
@Suite struct SourceChangesTests {
    private static func key(_ id: String, of table: TableName) -> RowKey {
        var hasher = KeyHasher()
        Array(id.utf8).withUnsafeBytes { hasher.append($0) }
        return hasher.key(in: table.quoted)
    }

    @Test func noMoreIsRememberedThanThereIsRoomFor() {
        let (one, other) = (TableName(database: "d", table: "one"), TableName(database: "d", table: "other"))
        let noted = NotedKeys(capacity: 100)
        for number in 0..<60 { noted.note([Self.key("\(number)", of: one), Self.key("\(number)", of: one)], of: one) }
        #expect(noted.count == 60)
        #expect(noted.contains(Self.key("59", of: one), of: one) && !noted.contains(Self.key("60", of: one), of: one))
        // A table that is copied makes room, and takes none any more.
        noted.leave(one)
        noted.note([Self.key("1", of: one)], of: one)
        #expect(noted.count == 0 && !noted.matters(one) && !noted.contains(Self.key("1", of: one), of: one))
        for number in 0..<100 { noted.note([Self.key("\(number)", of: other)], of: other) }
        #expect(noted.count == 100 && !noted.isFull)
        noted.note([Self.key("100", of: other)], of: other)
        #expect(noted.isFull && noted.count == 0 && !noted.matters(other))
    }

    /// Remembered, or sought for in the log again each time: the answers are the same.
    @Test(arguments: [Route.mysql, .mariaDB], [NotedKeys.capacity, 3])
    func rowsThatTheLogChangesAreTold(_ route: Route, _ capacity: Int) async throws {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE)\n;\nINSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)"
        try await withFixture("changes_\(capacity)", route, schema: schema) { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            let table = TableName(database: fixture.database, table: "t")
            // As a task notes them where its log begins.
            let definitions = try SchemaHistory.definitions(in: [fixture.database], fixture.source)
            for statement in try SchemaTable.statements(task: fixture.task, definitions.map { .defined($0, $1) }) { try fixture.target.execute(statement) }
            let changes = SourceChanges(context, from: try currentBinlogPosition(fixture.source, context.sourceProfile), capacity: capacity)
            defer { changes.stop() }
            func changed() throws -> [Int] {
                let found = try changes.changed(among: Set((1...8).map { Self.key("\($0)", of: table) }), of: table)
                return (1...8).filter { found.contains(Self.key("\($0)", of: table)) }
            }
            #expect(try changed() == [])
            try fixture.run("UPDATE t SET u = 10 WHERE id = 2")
            #expect(try changed() == [2])
            try fixture.run("DELETE FROM t WHERE id = 3\n;\nUPDATE t SET id = 7 WHERE id = 4\n;\nUPDATE t SET u = 11 WHERE id = 2")
            #expect(try changed() == [2, 3, 4, 7])
            try fixture.run("INSERT INTO t VALUES (8, 8)\n;\nDELETE FROM t WHERE id = 8")
            #expect(try changed() == [2, 3, 4, 7, 8])
        }
    }

    private final class Log: LoggedChanges {
        let questions = Mutex<[Set<RowKey>]>([])

        func changed(among keys: Set<RowKey>, of table: TableName) -> Set<RowKey> {
            questions.withLock { $0.append(keys) }
            return keys
        }

        func leave(_ table: TableName) {}
    }

    /// However many rows have values that others hold: the rows are written, and the log is asked once.
    @Test(arguments: [Route.mysql, .mariaDB])
    func theLogIsAskedOnceForABatch(_ route: Route) async throws {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE)\n;\nINSERT INTO t VALUES (101, 1), (102, 2), (103, 3), (104, 4), (105, 50)"
        try await withFixture("asked", route, schema: schema) { fixture in
            fixture.spec.conflict = .overwrite
            fixture.spec.ifTargetExists = .ignore
            let context = try fixture.context()
            try StructureInitializer(context).run()
            // 105 is there already, with the value of 104; 1, 2 and 3 have the values of 101, 102 and 103.
            try fixture.target.execute("INSERT INTO \(fixture.database).t VALUES (1, 1), (2, 2), (3, 3), (105, 4)")
            let log = Log()
            let counts = try DataLoader(context, log: log).run { _ in }
            #expect(log.questions.withLock { $0.count } == 1)
            #expect(log.questions.withLock { $0.first?.count } == 3)
            #expect(counts.uniqueViolation == 0 && counts.insertExists == 1)
            try fixture.expectEqual("SELECT * FROM DB.t ORDER BY id")
        }
    }

    /// Two rows that want each other's value: neither is lost.
    @Test(arguments: [Route.mysql, .mariaDB])
    func rowsThatSwapTheirValuesAreBothKept(_ route: Route) async throws {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE)\n;\nINSERT INTO t VALUES (1, 10), (2, 20), (3, 30)"
        try await withFixture("swapped", route, schema: schema) { fixture in
            fixture.spec.conflict = .overwrite
            fixture.spec.ifTargetExists = .ignore
            let context = try fixture.context()
            try StructureInitializer(context).run()
            try fixture.target.execute("INSERT INTO \(fixture.database).t VALUES (1, 20), (2, 30), (3, 10)")
            #expect(try DataLoader(context).run { _ in }.total > 0)
            try fixture.expectEqual("SELECT * FROM DB.t ORDER BY id")
        }
    }
}
