import FoundationEssentials
import GRDB
import SupervisorBilling
import SupervisorNotices
@testable import SupervisorStore
import SupervisorTasks
import SyncModel
import SyncWire
import Testing

/// The ledger, isolation and usage in the database: once, also when it is closed without a word and opened again.
@Suite struct BillingStoreTests {
    private func withFolder(_ body: (StoreFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body(try StoreFolder(creating: "\(folder.path)/data"))
        withExtendedLifetime(folder) {}
    }

    private func open(_ folder: StoreFolder) throws -> SQLiteStore { try SQLiteStore(folder, box: try SecretBox(folder)) }

    private func notice(_ event: NoticeEvent = .freePeriodEnds) -> Notice {
        Notice(id: UUID().uuidString, event, owner: "o", text: "a text", remedy: "pay", at: 7)
    }

    private func record(_ name: String) -> TaskRecord {
        TaskRecord(
            id: "id-\(name)", name: name,
            spec: TaskSpec(name: name, source: Endpoint(host: "a", user: "u"), target: Endpoint(host: "b", user: "u"), objects: []),
            secrets: Secrets(source: "", target: ""), createdAt: 1)
    }

    private let day = CalendarDate("2027-02-28") ?? .epoch
    private let next = CalendarDate("2027-03-01") ?? .epoch

    @Test func aNoticeGoesWithItsLineOfTheLedgerOnce() async throws {
        try await withFolder { folder in
            let month = BillingEntry("owner o", .freePeriod, .month, end: day)
            let other = BillingEntry("owner o", .freePeriod, .month, end: next)
            for _ in 0..<3 { try await open(folder).tell([BillingNews(month, notice())]) }
            try await open(folder).tell([BillingNews(month, notice()), BillingNews(other, notice())])
            let store = try open(folder)
            #expect(try await store.notices(NoticeSelection(unreadOnly: true, limit: 10)).count == 2)
            #expect(try await store.billing().told == [month: 7, other: 7])
        }
    }

    @Test func isolationGoesWithItsNoticeAndWithItsTask() async throws {
        try await withFolder { folder in
            try await open(folder).create(record("t"))
            var isolation = Isolation(task: "id-t", until: day, since: 5, wasUp: false)
            for _ in 0..<2 { try await open(folder).isolate(isolation, telling: notice(.isolated)) }
            #expect(try await open(folder).billing().isolations == ["id-t": isolation])
            isolation.wasUp = true
            try await open(folder).isolate(isolation, telling: notice(.isolated))
            #expect(try await open(folder).billing().isolations == ["id-t": isolation])
            isolation.wasUp = false
            try await open(folder).isolate(isolation, telling: notice(.isolated))
            #expect(try await open(folder).billing().isolations["id-t"]?.wasUp == true)
            #expect(try await open(folder).notices(NoticeSelection(unreadOnly: true, limit: 10)).count == 1)
            for _ in 0..<2 { try await open(folder).liftIsolation(of: "id-t", telling: notice(.isolationLifted)) }
            #expect(try await open(folder).billing().isolations.isEmpty)
            #expect(try await open(folder).notices(NoticeSelection(unreadOnly: true, limit: 10)).count == 2)
            try await open(folder).isolate(isolation, telling: notice(.isolated))
            try await open(folder).remove(task: "id-t", notices: [])
            #expect(try await open(folder).billing().isolations.isEmpty)
            // One that is not there is not isolated, and nobody hears of it.
            try await open(folder).isolate(isolation, telling: notice(.isolated))
            #expect(try await open(folder).notices(NoticeSelection(unreadOnly: true, limit: 10)).count == 3)
        }
    }

    @Test func whatWasDoneBeforeThereWasUsageIsNotPartOfIt() async throws {
        try await withFolder { folder in
            // A folder has its key before it has a database.
            let box = try SecretBox(folder)
            let pool = try DatabasePool(path: folder.database)
            try Migrations.migrator.migrate(pool, upTo: "3 tasks whose other half carries definition statements")
            let progress = Progress(
                phase: .incremental, load: LoadProgress(rowsDone: 500), counts: Counts(transactions: 9, inserts: 10, updates: 20, deletes: 30))
            let task = try record("t").arguments(box)
            let body = try RowCodec.text(progress)
            try await pool.write { database in
                try SQLiteStore.insert(task, database)
                try database.execute(sql: "INSERT INTO progress (task, body) VALUES ('id-t', ?)", arguments: [body])
            }
            try pool.close()
            #expect(try await open(folder).billing().marks == ["id-t": UsageMark(applied: 60, loaded: 500)])
        }
    }

    @Test func usageAddsUpAndOutlivesItsTask() async throws {
        try await withFolder { folder in
            try await open(folder).create(record("t"))
            let row = UsageRow(
                task: "id-t", name: "t", owner: "o", mode: .payAsYouGo, day: day, milliseconds: 1500, rows: 10, bytes: 100)
            var later = row
            later.name = "u"
            later.milliseconds = 700
            later.rows = 3
            var tomorrow = later
            tomorrow.day = next
            tomorrow.mode = .monthlySubscription
            try await open(folder).add(UsageBatch(rows: [row], marks: ["id-t": UsageMark(applied: 10)]))
            try await open(folder).add(UsageBatch(rows: [later, tomorrow], marks: ["id-t": UsageMark(applied: 16, loaded: 2)]))
            #expect(try await open(folder).billing().marks == ["id-t": UsageMark(applied: 16, loaded: 2)])
            try await open(folder).remove(task: "id-t", notices: [])
            // What was still on its way when the task went.
            try await open(folder).add(UsageBatch(rows: [tomorrow], marks: ["id-t": UsageMark(applied: 19)]))
            let store = try open(folder)
            #expect(try await store.billing().marks.isEmpty)
            var sum = later
            sum.milliseconds = 2200
            sum.rows = 13
            sum.bytes = 200
            var twice = tomorrow
            twice.milliseconds *= 2
            twice.rows *= 2
            twice.bytes *= 2
            #expect(try await store.usage(from: day, to: next, of: nil) == [sum, twice])
            #expect(try await store.usage(from: next, to: next, of: "u") == [twice])
            #expect(try await store.usage(from: day, to: next, of: "t").isEmpty)
        }
    }
}
