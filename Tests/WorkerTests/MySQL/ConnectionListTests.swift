import Glibc
import SyncModel
import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerVerify

@testable import WorkerApply

/// Connections of a server are found and ended whatever statements its sessions run.
@Suite(.serialized) struct ConnectionListTests {
    /// MySQL then refuses to read `information_schema.PROCESSLIST`.
    private static let wide = Array("SELECT SLEEP(3600) /* \u{1F600} */ FROM ".utf8)

    private static func listed(_ id: UInt64, _ session: Session) throws -> Bool { try session.connections().contains { $0.id == id } }

    @Test(arguments: [Route.mysql, .mariaDB])
    func aStaleWorkerIsEndedBesideWideCharacters(_ route: Route) async throws {
        try await withFixture("fence_wide", route, schema: "CREATE TABLE t (id INT PRIMARY KEY)\n;\nINSERT INTO t VALUES (1)") { fixture in
            let options = try route.target.options()
            try fixture.initialize()
            let busy = try BusyConnection(Self.wide + Array("\(fixture.database).t".utf8), options)
            let store = try fixture.context().store
            // Nobody else of this test is in the way.
            try fixture.target.execute("UPDATE __dts__.progress SET connection = 0 WHERE task = '\(fixture.task)'")
            let stale = try Session(options)
            try store.open(lane: 1, stale)
            try stale.execute("START TRANSACTION")
            try store.mark(stale, lane: 1, transactions: 1, origins: "", checkpoint: nil)
            try fixture.target.execute("SET SESSION innodb_lock_wait_timeout = 1")
            #expect(try CheckpointStore(taking: fixture.task, fixture.target).epoch > store.epoch)
            #expect(throws: MySQLError.self) { try stale.execute("COMMIT") }
            #expect(try Self.listed(busy.id, fixture.target))
        }
    }

    /// In UTF-8 and in another character set, which the server tells as it is or converted.
    @Test(arguments: [Route.mysql, .mariaDB], [false, true])
    func aNotedStatementIsEnded(_ route: Route, _ isLatin1: Bool) async throws {
        try await withFixture("noted_wide_\(isLatin1)", route) { fixture in
            let options = try route.target.options()
            let mark = isLatin1 ? [UInt8(0xE9)] : Array("\u{1F600}".utf8)
            let text = Array("SELECT SLEEP(3600), 'caf".utf8) + mark + Array("', '\(fixture.database)'".utf8)
            let busy = try BusyConnection(text, before: ["SET NAMES \(isLatin1 ? "latin1" : "utf8mb4")"], options)
            let executor = DefinitionExecutor(try fixture.context())
            func note(_ statement: String) -> StatementRecord {
                StatementRecord(
                    state: .begun, place: "", connection: busy.id, origins: "", statement: statement, before: "", end: BinlogPosition(), sourceServer: "")
            }
            // The number is somebody else's meanwhile.
            try executor.endConnection(note("ALTER TABLE t ADD a INT"), fixture.target)
            #expect(try Self.listed(busy.id, fixture.target))
            try executor.endConnection(note(busy.statement), fixture.target)
            #expect(try !Self.listed(busy.id, fixture.target))
        }
    }

    /// MySQL does not list transactions either while one of them runs such a statement.
    @Test(arguments: [Route.mysql, .mariaDB])
    func longStatementsAreNoFailureBesideWideCharacters(_ route: Route) async throws {
        try await withFixture("long_wide", route, schema: "CREATE TABLE t (id INT PRIMARY KEY)\n;\nINSERT INTO t VALUES (1)") { fixture in
            let options = try route.source.options()
            func look() throws -> CheckItem? {
                var found: CheckItem?
                Verifier(taskID: fixture.task, spec: fixture.spec, pair: nil, source: options, target: try route.target.options())
                    .run(only: ["long-statements"]) { if $0.item == "long-statements" { found = $0 } }
                return found
            }
            let expected = route.source.isMariaDB ? CheckItem.Level.pass : .skipped
            let busy = try BusyConnection(Self.wide + Array("\(fixture.database).t".utf8), options)
            var found = try look()
            // Servers make their list of transactions anew only when nobody has asked for it for a tenth of a second.
            for _ in 0..<40 where found?.level != expected {
                usleep(150_000)
                found = try look()
            }
            #expect(found?.level == expected, "\(found?.facts ?? "")")
            #expect(try Self.listed(busy.id, fixture.source))
        }
    }
}
