import GRDB
import SupervisorBilling
import SupervisorNotices
import SupervisorOutbox
import SupervisorTasks
import SyncModel
import Testing

@testable import SupervisorStore

/// One row that cannot be read holds up nothing else, and stays where it is.
@Suite("Unreadable records")
struct UnreadableRecordTests {
    private static let settings = NotifySettings(
        channels: [NoticeSamples.hook("chat")], rules: [RoutingRule(severity: .info, channels: ["chat"])])

    private static func with(_ body: @Sendable (SQLiteStore) async throws -> Void) async throws {
        try await NoticeSamples.withFolder { folder in try await body(try NoticeSamples.store(folder, settings)) }
    }

    private static func damage(_ store: SQLiteStore, _ sql: String) async throws {
        try await store.pool.write { try $0.execute(sql: sql) }
    }

    private static func count(_ store: SQLiteStore, _ sql: String) async throws -> Int? {
        try await store.pool.read { try Int.fetchOne($0, sql: sql) }
    }

    @Test("a conflict is listed between the others, with what is known of it, and can be decided")
    func conflicts() async throws {
        try await Self.with { store in
            let task = TaskRecord(id: "1", name: "orders", spec: FleetFixture.spec(), secrets: FleetFixture.secrets, createdAt: 1)
            try await store.create(task)
            let records = (1...3).map { number in
                ConflictRecord(
                    sequence: UInt64(number), kind: .updateDiffers, database: "shop", table: "orders", key: [], before: [], after: nil,
                    current: nil, position: BinlogPosition(), decision: .reported, at: 3)
            }
            try await store.insert(records, of: "1")
            try await Self.damage(store, "UPDATE conflict SET body = '{\"kind\":' WHERE sequence = 2")
            let listed = try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 10))
            #expect(listed.map(\.sequence) == [3, 2, 1])
            #expect(listed.map { $0.record == nil } == [false, true, false])
            #expect(listed[1].unreadable?.failure.code == .recordUnreadable)
            // Of no class and no table, but in nobody's way.
            let chosen = try await store.conflicts(ConflictSelection(tasks: ["1"], kind: .updateDiffers, tableText: "orders", limit: 10))
            #expect(chosen.map(\.sequence) == [3, 1])
            try await store.resolve(listed[1].id, as: .keptTarget)
            #expect(try await store.undecided(of: "1") == 2)
            #expect(try await Self.count(store, "SELECT COUNT(*) FROM conflict WHERE body = '{\"kind\":'") == 1)
        }
    }

    @Test("a notice is listed and told as one that cannot be read; those after it are told, too")
    func notices() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.taskStarted), NoticeSamples.notice(.phaseReached)])
            try await Self.damage(store, "UPDATE notice SET body = '{}' WHERE number = 1")
            let listed = try await store.notices(NoticeSelection(limit: 10)).map(\.notice)
            #expect(listed.map(\.event) == [.phaseReached, .recordUnreadable])
            #expect(listed.last?.text.contains("task-started") == true)
            #expect(try await store.waiting(for: "chat").map(\.notice.event) == [.recordUnreadable, .phaseReached])
            #expect(try await store.readNotice(1)?.isRead == true)
        }
    }

    @Test("a message on its way stays in the outbox as unreadable, holds up none behind it and is told at the start")
    func messages() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.taskStarted)])
            let plans = ["m1", "m2"].map { id in
                MessagePlan(message: Message(id: id, at: 5, notices: [NoticeSamples.notice(.taskStarted)]), entries: [])
            }
            try await store.compose(plans, over: "chat")
            try await Self.damage(store, "UPDATE message SET body = 'x' WHERE id = 'm1'")
            #expect(try await store.undelivered(over: "chat").map(\.message.id) == ["m2"])
            #expect(try await store.composed(over: "chat", since: 0)[nil]?.map(\.severity) == [.info, .info])
            let outbox = try await store.outbox()
            #expect(Set(outbox.messages.map(\.message.id)) == ["m1", "m2"])
            #expect(outbox.messages.first { $0.message.id == "m1" }?.reason?.hasPrefix("record-unreadable") == true)
            #expect(try await store.load().unreadable.map(\.name) == ["m1"])
            #expect(try await Self.count(store, "SELECT COUNT(*) FROM message WHERE state = 'waiting'") == 2)
        }
    }

    @Test("an alarm whose listeners cannot be read can end")
    func alarms() async throws {
        try await Self.with { store in
            try await store.add([NoticeSamples.notice(.failed)])
            try await Self.damage(store, "UPDATE alarm SET destinations = '?'")
            try await store.add([NoticeSamples.notice(.recovered)])
            #expect(try await store.load().openAlarms == [])
            #expect(try await store.waiting(for: "chat").map(\.notice.event) == [.failed, .recovered])
        }
    }

    @Test("entries of billing that cannot be read do not keep the daemon from starting")
    func billing() async throws {
        try await Self.with { store in
            try await Self.damage(store, "INSERT INTO billing_notice VALUES ('orders', 'unheard-of', 'x', '2026-01-01', 1)")
            let state = try await store.billing()
            #expect(state.told.isEmpty)
            #expect(state.unreadable.map(\.name) == ["orders"])
        }
    }
}
