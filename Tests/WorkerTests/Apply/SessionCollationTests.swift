import SyncModel
import SyncMySQL
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

@testable import WorkerApply
@testable import WorkerSource

/// The log names a session's character set by the collation with which its client logged in, which may be any.
@Suite(.serialized) struct SessionCollationTests {
    @Test(arguments: [(Route.mysql, [UInt16(255), 224, 45]), (.mariaDB, [224, 2304, 1069, 45])])
    func anyCollationOfAClient(_ route: Route, collations: [UInt16]) async throws {
        try await withFixture("collation", route) { fixture in
            try fixture.target.execute("CREATE DATABASE \(fixture.database)")
            let executor = DefinitionExecutor(try fixture.context())
            for collation in collations {
                var session = QueryEvent.SessionVariables()
                session.characterSet = QueryEvent.CharacterSet(client: collation, connection: collation, server: collation)
                let connection = try executor.connect()
                let change = try Self.change("CREATE TABLE t\(collation) (id INT PRIMARY KEY COMMENT 'ö')", fixture.database, session)
                try executor.prepare(connection, for: change, zone: nil)
                try executor.execute(change, connection)
                #expect(try connection.value("SELECT @@character_set_client") == "utf8mb4")
            }
        }
    }

    /// Somebody has to decide about the statement then.
    @Test(arguments: [Route.mysql, .mariaDB])
    func aCollationThatTheTargetLacks(_ route: Route) async throws {
        try await withFixture("lacking", route) { fixture in
            var session = QueryEvent.SessionVariables()
            session.characterSet = QueryEvent.CharacterSet(client: 45, connection: 9999, server: 45)
            let executor = DefinitionExecutor(try fixture.context())
            let change = try Self.change("CREATE TABLE t (id INT PRIMARY KEY)", nil, session)
            do {
                try executor.prepare(try executor.connect(), for: change, zone: nil)
                Issue.record("it was taken")
            } catch let failure as Failure {
                #expect(failure.code == .ddlFailed && failure.statement == "x 0" && failure.remedy.contains("replace-statement"))
            }
        }
    }

    private static func change(_ text: String, _ database: String?, _ session: QueryEvent.SessionVariables) throws -> DefinitionChange {
        DefinitionChange(
            statement: try MappedStatement(replacement: database == nil ? text.replacing(" t ", with: " d.t ") : text, database: database),
            place: "x", id: StatementID("x 0"), session: session, errorCode: 0,
            time: StatementTime(seconds: 1_700_000_000, microseconds: 0, zone: nil), end: BinlogPosition(file: "binlog.000001", offset: 5))
    }
}
