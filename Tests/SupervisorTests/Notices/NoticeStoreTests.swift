import GRDB
import SupervisorNotices
import SupervisorOutbox
import SupervisorTasks
import SyncModel
import Testing

@testable import SupervisorStore

@Suite("Notices in the store")
struct NoticeStoreTests {
    private static let settings = NotifySettings(
        channels: [NoticeSamples.mail("mail"), NoticeSamples.hook("chat")],
        rules: [RoutingRule(severity: .critical, channels: ["mail"]), RoutingRule(severity: .warning, channels: ["chat"])])

    private static func with(_ body: @Sendable (SQLiteStore) async throws -> Void) async throws {
        try await NoticeSamples.withFolder { folder in try await body(try NoticeSamples.store(folder, settings)) }
    }

    private static func all(_ store: SQLiteStore) async throws -> [Notice] {
        try await store.notices(NoticeSelection(limit: 100)).map(\.notice).reversed()
    }

    @Test("a notice is stored together with what the channels have to tell of it")
    func outbox() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.failed), NoticeSamples.notice(.lagHigh), NoticeSamples.notice(.phaseReached)])
            #expect(try await store.waiting(for: "mail").map(\.notice.event) == [.failed])
            #expect(try await store.waiting(for: "chat").map(\.notice.event) == [.failed, .lagHigh])
            #expect(try await Self.all(store).count == 3)
        }
    }

    @Test("an alarm is told once however often it is found; its recovery says how long and how often, to all who heard of it")
    func alarms() async throws {
        try await Self.with { store in
            let minute: UInt64 = 60_000_000
            for number in 0..<50 { try await store.add([NoticeSamples.notice(.failed, at: NoticeSamples.start + UInt64(number) * minute)]) }
            try await store.add([NoticeSamples.notice(.failed, task: "stock")])
            try await store.add([NoticeSamples.notice(.recovered, at: NoticeSamples.start + 90 * minute)])
            let notices = try await Self.all(store)
            #expect(notices.map(\.event) == [.failed, .failed, .recovered])
            #expect(notices.last?.facts.suffix(2) == [.init("lasted", "1 h 30 min"), .init("happened", "50 times")])
            #expect(try await store.waiting(for: "mail").map(\.notice.event) == [.failed, .failed, .recovered])
            // The other task's alarm is open still.
            #expect(try await store.load().openAlarms == ["id-stock/failed"])
            // The next failure is a new story, and a recovery of nothing is none.
            try await store.add([NoticeSamples.notice(.failed), NoticeSamples.notice(.recovered), NoticeSamples.notice(.recovered)])
            #expect(try await Self.all(store).map(\.event) == [.failed, .failed, .recovered, .failed, .recovered])
        }
    }

    @Test("another cause is told although the alarm is open; the recovery counts from the first")
    func causes() async throws {
        try await Self.with { store in
            let minute: UInt64 = 60_000_000
            try await store.add([
                NoticeSamples.notice(.failed), NoticeSamples.notice(.failed, code: "binlog-purged", at: NoticeSamples.start + minute),
                NoticeSamples.notice(.failed, code: "binlog-purged", at: NoticeSamples.start + 2 * minute),
                NoticeSamples.notice(.recovered, at: NoticeSamples.start + 5 * minute),
            ])
            let notices = try await Self.all(store)
            #expect(notices.map(\.event) == [.failed, .failed, .recovered])
            #expect(notices.last?.facts.suffix(2) == [.init("lasted", "5 min 0 s"), .init("happened", "3 times")])
        }
    }

    @Test("whoever was told of an alarm hears of its end, whatever ends it")
    func ends() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.lagHigh), NoticeSamples.notice(.paused)])
            #expect(try await store.waiting(for: "chat").map(\.notice.event) == [.lagHigh, .paused])
            #expect(try await store.waiting(for: "mail").isEmpty)
            try await store.add([NoticeSamples.notice(.failed, task: "stock")])
            try await store.remove(task: "id-stock", notices: [NoticeSamples.notice(.stopped, task: "stock")])
            #expect(try await store.waiting(for: "mail").map(\.notice.event) == [.failed, .stopped])
        }
    }

    @Test("what a channel had to tell that is not there any more is said in the message center")
    func orphans() async throws {
        try await NoticeSamples.withFolder { folder in
            try await NoticeSamples.store(folder, Self.settings).add([NoticeSamples.notice(.failed, at: 10), NoticeSamples.notice(.lagHigh, at: 90)])
            let store = try NoticeSamples.store(folder, NotifySettings(channels: [NoticeSamples.mail("mail")]))
            try await store.drop(besides: ["mail"], before: 50) { NoticeSamples.notice(.undelivered, task: nil, code: "\($0) \($1)") }
            #expect(try await Self.all(store).last?.text.hasPrefix("chat 1:") == true)
            #expect(try await store.waiting(for: "chat").map(\.notice.event) == [.lagHigh])
            #expect(try await store.waiting(for: "mail").map(\.notice.event) == [.failed, .undelivered])
        }
    }

    @Test("two channels that are down do not tell each other of it for ever")
    func silence() async throws {
        try await NoticeSamples.withFolder { folder in
            let store = try NoticeSamples.store(folder, NotifySettings(channels: [NoticeSamples.mail("mail"), NoticeSamples.hook("chat")]))
            let message = Message(id: "m", at: 10, notices: [NoticeSamples.notice(.undelivered, task: nil)])
            try await store.compose([MessagePlan(message: message, entries: [])], over: "chat")
            try await store.giveUp("m", reason: "410", at: 50, notice: NoticeSamples.notice(.undelivered, task: nil))
            #expect(try await store.outbox().gathering.isEmpty)
            #expect(try await Self.all(store).map(\.event) == [.undelivered])
        }
    }

    @Test("the messages of an earlier version stay, with their words")
    func upgrade() async throws {
        try await NoticeSamples.withFolder { folder in
            // A folder has its key before it has a database.
            _ = try SecretBox(folder)
            let pool = try DatabasePool(path: folder.database)
            try Migrations.migrator.migrate(pool, upTo: "3 tasks whose other half carries definition statements")
            try await pool.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO notice (kind, subject, body, at, is_read) VALUES
                        ('conflict', 'orders', 'conflict-reported: "a"', 7, 1), ('interrupted', NULL, 'worker-crashed: b', 8, 0)
                        """)
            }
            try pool.close()
            let store = try NoticeSamples.store(folder, Self.settings)
            let notices = try await store.notices(NoticeSelection(limit: 9))
            #expect(notices.map(\.notice.event) == [.retrying, .conflictReported])
            #expect(notices.map(\.notice.text) == ["worker-crashed: b", "conflict-reported: \"a\""])
            #expect(notices.map(\.isRead) == [false, true])
            #expect(notices.map(\.notice.task) == [nil, "orders"] && notices.map(\.notice.at) == [8, 7])
            #expect(try await store.waiting(for: "chat").isEmpty, "what is old is not told")
        }
    }

    @Test("a task that is removed leaves no open alarm")
    func removal() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.failed), NoticeSamples.notice(.lagHigh), NoticeSamples.notice(.diskLow, task: nil)])
            try await store.remove(task: "id-orders", notices: [])
            #expect(try await store.load().openAlarms == ["-/disk-low"])
        }
    }

    @Test("messages are selected by what was read, severity, task and event, newest first, page by page")
    func selection() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.failed), NoticeSamples.notice(.paused), NoticeSamples.notice(.lagHigh, task: "stock")])
            func events(_ selection: NoticeSelection) async throws -> [NoticeEvent] { try await store.notices(selection).map(\.notice.event) }
            #expect(try await events(NoticeSelection(limit: 2)) == [.lagHigh, .paused])
            #expect(try await events(NoticeSelection(limit: 9, before: 2)) == [.failed])
            #expect(try await events(NoticeSelection(severity: .warning, limit: 9)) == [.lagHigh, .failed])
            #expect(try await events(NoticeSelection(task: "orders", limit: 9)) == [.paused, .failed])
            #expect(try await events(NoticeSelection(event: .paused, limit: 9)) == [.paused])
            #expect(try await store.readNotice(1)?.isRead == true)
            #expect(try await events(NoticeSelection(unreadOnly: true, limit: 9)) == [.lagHigh, .paused])
            #expect(try await store.readAllNotices() == 2)
            #expect(try await store.readAllNotices() == 0)
        }
    }

    @Test("a message takes its notices out of the outbox, and is there until it has arrived")
    func messages() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.failed)])
            let waiting = try await store.waiting(for: "mail")
            let message = Message(id: "m", at: 10, notices: waiting.map(\.notice))
            try await store.compose([MessagePlan(message: message, entries: waiting.map(\.id))], over: "mail")
            #expect(try await store.waiting(for: "mail").isEmpty)
            #expect(try await store.waiting(for: "chat").count == 1)
            #expect(try await store.undelivered(over: "mail").map(\.message) == [message])
            #expect(try await store.composed(over: "mail", since: 9) == [nil: [ComposedMessage(at: 10, severity: message.severity)]])
            try await store.postpone("m", until: 99, blocks: true, reason: "timed out")
            let postponed = try #require(try await store.outbox().messages.first)
            #expect(postponed.attempts == 1 && postponed.nextAt == 99 && postponed.blocks && postponed.reason == "timed out")
            try await store.delivered("m", answer: "250", at: 100, again: [], notice: nil)
            #expect(try await store.outbox() == OutboxState(gathering: ["chat": 1]))
        }
    }

    @Test("a message that is given up is told over the other channels, never over its own")
    func dead() async throws {
        try await Self.with { store in
            try await store.compose([MessagePlan(message: Message(id: "m", at: 10, notices: []), entries: [])], over: "chat")
            try await store.giveUp("m", reason: "410", at: 50, notice: NoticeSamples.notice(.undelivered, task: nil))
            #expect(try await store.outbox().messages.map(\.state) == [.dead])
            #expect(try await store.waiting(for: "chat").isEmpty)
            #expect(try await Self.all(store).map(\.event) == [.undelivered])
        }
    }

    @Test("what was read goes with its time, what was not after twice the time, and nothing that a channel still has to tell")
    func purge() async throws {
        try await Self.with { store in
            try await store.add([
                NoticeSamples.notice(.failed, at: 10), NoticeSamples.notice(.paused, at: 10), NoticeSamples.notice(.taskStarted, at: 10),
                NoticeSamples.notice(.phaseReached, at: 60),
            ])
            _ = try await store.readNotice(1)
            _ = try await store.readNotice(2)
            _ = try await store.readNotice(4)
            try await store.purge(readBefore: 50, allBefore: 5)
            #expect(try await Self.all(store).map(\.event) == [.failed, .taskStarted, .phaseReached])
            try await store.purge(readBefore: 50, allBefore: 50)
            #expect(try await Self.all(store).map(\.event) == [.failed, .phaseReached])
        }
    }
}
