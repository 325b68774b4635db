import Glibc
import SyncModel
import SyncMySQL
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

@testable import WorkerApply
@testable import WorkerSource

/// A definition statement takes as long as the server needs for it.
@Suite struct LongStatementTests {
    @Test(arguments: [Route.mysql, .mariaDB])
    func theAnswerIsWaitedFor(_ route: Route) async throws {
        try await withFixture("long", route) { fixture in
            try fixture.target.execute("CREATE DATABASE \(fixture.database)")
            try fixture.target.execute("CREATE TABLE \(fixture.database).t (id INT PRIMARY KEY)")
            try fixture.target.execute("INSERT INTO \(fixture.database).t VALUES (1)")
            var context = try fixture.context()
            context.target.readTimeout = 1
            let statement = try MappedStatement(replacement: "ALTER TABLE t ADD COLUMN n INT DEFAULT 5", database: fixture.database)
            let change = DefinitionChange(
                statement: statement, place: "binlog.000001:4", id: StatementID("binlog.000001:4 0"),
                session: QueryEvent.SessionVariables(), errorCode: 0, time: StatementTime(seconds: 1_700_000_000, microseconds: 0, zone: nil),
                end: BinlogPosition(file: "binlog.000001", offset: 5))
            let executor = DefinitionExecutor(context)
            // The statement waits until the table is free.
            let options = try route.target.options()
            let holder = try Session(options)
            try holder.execute("START TRANSACTION")
            #expect(try holder.rows("SELECT id FROM \(fixture.database).t") == [["1"]])
            let (number, text) = (holder.connectionID, "ADD COLUMN n INT DEFAULT 5")
            WorkerThread.start("release") { Self.end(number, onceAStatementWaits: text, options) }
            let session = try executor.connect()
            try executor.prepare(session, for: change, zone: nil)
            try executor.execute(change, session)
            #expect(try fixture.target.rows("SELECT n FROM \(fixture.database).t") == [["5"]])
            // Other statements are not owed so much time.
            let other = try Session(context.target)
            #expect(throws: MySQLError.self) { try other.execute("DO SLEEP(4)") }
        }
    }

    /// Ends a connection when another one has waited for longer than sessions wait for their answers here. When nothing waits, it is
    /// ended all the same, and the statement has not been put to the test: see the expectation.
    private static func end(_ number: UInt64, onceAStatementWaits text: String, _ options: Session.Options) {
        do {
            let watcher = try Session(options)
            var waits = false
            for _ in 0..<1200 where !waits {
                waits = try watcher.rows("SHOW FULL PROCESSLIST").contains { row in
                    row.count > 7 && row[7]?.contains(text) == true && row[5].flatMap { Int($0) } ?? 0 >= 2
                }
                if !waits { usleep(50_000) }
            }
            #expect(waits, "no statement waits that contains \(text)")
            try watcher.execute("KILL CONNECTION \(number)")
        } catch {
            Issue.record(error)
        }
    }
}
