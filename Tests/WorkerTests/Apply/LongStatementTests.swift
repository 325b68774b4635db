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
            let busy = try BusyConnection(Array("SELECT SLEEP(4) FROM \(fixture.database).t".utf8), try route.target.options())
            try executor.execute(change, try executor.open(change))
            #expect(try fixture.target.rows("SELECT n FROM \(fixture.database).t") == [["5"]])
            #expect(try !fixture.target.connections().contains { $0.id == busy.id && $0.statement != nil })
            // Other statements are not owed so much time.
            let other = try Session(context.target)
            #expect(throws: MySQLError.self) { try other.execute("DO SLEEP(4)") }
        }
    }
}
