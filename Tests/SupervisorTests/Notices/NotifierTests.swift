import Logging
import SupervisorNotices
import SupervisorOutbox
import SupervisorStore
import SupervisorTasks
import SyncModel
import Testing

@Suite("Telling over channels", .timeLimit(.minutes(10)))
struct NotifierTests {
    private static let minute: UInt64 = 60_000_000

    /// A notifier that runs with a store in a file, channels of a script, and a clock that a test moves.
    private struct Fixture {
        let store: SQLiteStore
        let sender: ScriptedSender
        let clock: ManualClock

        var now: UInt64 { Self.time(clock) }

        static func time(_ clock: ManualClock) -> UInt64 {
            NoticeSamples.start + UInt64(max(0, ManualClock.Instant(offset: .zero).duration(to: clock.now) / .microseconds(1)))
        }

        static func with(
            _ folder: StoreFolder, _ settings: NotifySettings, sender: ScriptedSender, clock: ManualClock = ManualClock(),
            _ body: (Fixture) async throws -> Void
        ) async throws {
            let store = try NoticeSamples.store(folder, settings)
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let notifier = Notifier(
                store: store, sender: sender, settings: LiveSettings(ReloadableSettings(notify: settings)), news: { store.news.changes() },
                clock: clock, now: { time(clock) }, newID: { NoticeSamples.notice().id }, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await notifier.run() }
                defer { group.cancelAll() }
                try await body(Fixture(store: store, sender: sender, clock: clock))
            }
        }

        /// Second by second: whoever begins to wait a little late is not passed by.
        func passTime(until isDone: () -> Bool) async {
            while !isDone() {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }

        func add(_ notices: [Notice]) async throws {
            let now = now
            try await store.add(
                notices.map { notice in
                    var notice = notice
                    notice.at = now
                    return notice
                })
        }
    }

    private static let settings = NotifySettings(channels: [NoticeSamples.hook("chat"), NoticeSamples.mail("mail")])

    @Test("a channel that hangs holds up no other")
    func hanging() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.hang, for: "chat")
            try await Fixture.with(folder, Self.settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                // Both channels gather.
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("chat").count == 1 && $0.accepted("mail").count == 1 }
                try await fixture.add([NoticeSamples.notice(.failed, task: "stock")])
                await fixture.clock.passWhenAwaited(.seconds(10)...(.seconds(10)))
                await sender.wait { $0.accepted("mail").count == 2 }
                #expect(sender.accepted("chat").isEmpty)
            }
        }
    }

    @Test("a message that is refused for now is sent again as it was; what came meanwhile follows it as one")
    func retrying() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.refuse("connection refused", isPermanent: false), for: "chat")
            let settings = NotifySettings(channels: [NoticeSamples.hook("chat")])
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("chat").count == 1 }
                for number in 0..<20 { try await fixture.add([NoticeSamples.notice(.failed, task: "t\(number)")]) }
                await fixture.clock.passWhenAwaited(.seconds(3)...(.seconds(7)))
                await sender.wait { $0.attempts("chat").count == 2 }
                sender.set(.accept, for: "chat")
                await fixture.clock.passWhenAwaited(.seconds(7)...(.seconds(13)))
                await sender.wait { $0.accepted("chat").count == 2 }
                let attempts = sender.attempts("chat")
                try #require(attempts.count == 4)
                #expect(attempts[0] == attempts[1] && attempts[1] == attempts[2])
                #expect(attempts[3].count == 20)
            }
        }
    }

    @Test("a message that would always be refused does not keep the others waiting")
    func permanent() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.refuseAbout("orders"), for: "chat")
            let settings = NotifySettings(channels: [NoticeSamples.hook("chat")])
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("chat").count == 1 }
                try await fixture.add([NoticeSamples.notice(.failed, task: "stock")])
                fixture.clock.advance(by: .seconds(60))
                await sender.wait { $0.accepted("chat").contains { $0.notices.first?.task == "stock" } }
                #expect(try await fixture.store.outbox().messages.map(\.message.notices.first?.task) == ["orders"])
            }
        }
    }

    @Test("what could not be delivered for a day is given up, shown, and told over the other channel")
    func givingUp() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.refuse("530 STARTTLS required", isPermanent: false), for: "mail")
            try await Fixture.with(folder, Self.settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("mail").count == 1 && $0.accepted("chat").count == 1 }
                fixture.clock.advance(by: .seconds(86_400))
                await sender.wait { $0.attempts("mail").count == 2 }
                // Being old alone is no reason: the daemon may have been away.
                #expect(try await fixture.store.outbox().messages.map(\.state) == [.waiting])
                await fixture.passTime { sender.attempts("mail").count == 3 }
                await fixture.passTime { sender.accepted("chat").count == 2 }
                let told = try #require(sender.accepted("chat").last?.notices.first)
                #expect(told.event == .undelivered)
                #expect(told.text.contains("530 STARTTLS required") && told.text.contains("orders: failed"))
                // That the chat's server has it may not be noted yet.
                #expect(try await fixture.store.outbox().messages.filter { $0.channel == "mail" }.map(\.state) == [.dead])
            }
        }
    }

    @Test("ten thousand failures in a minute are a handful of messages that tell of each of them")
    func flood() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            let settings = NotifySettings(channels: [NoticeSamples.hook("chat")])
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                for second in 0..<60 {
                    let batch = second < 40 ? 167 : 166
                    try await fixture.add((0..<batch).map { NoticeSamples.notice(.failed, task: "t\(second * 1000 + $0)") })
                    fixture.clock.advance(by: .seconds(1))
                }
                let total = 40 * 167 + 20 * 166
                #expect(total == 10_000)
                let store = fixture.store
                while try await store.notices(NoticeSelection(limit: 10_001)).count < total { await Task.yield() }
                await fixture.passTime { sender.accepted("chat").reduce(0) { $0 + $1.count } >= total }
                let messages = sender.accepted("chat")
                #expect(messages.count <= 7)
                #expect(messages.reduce(0) { $0 + $1.count } == total)
                #expect(messages.allSatisfy { $0.notices.count <= 10 })
                let counted = messages.flatMap(\.heldBack).reduce(0) { $0 + $1.taskCount } + messages.reduce(0) { $0 + $1.notices.count }
                #expect(counted == total, "every task is told of or counted")
            }
        }
    }

    @Test("a server that asks for a pause of ages is asked again within the hour")
    func ages() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.refuse("429", isPermanent: false, retryAfter: .seconds(99_999_999_999_999_999)), for: "chat")
            let settings = NotifySettings(channels: [NoticeSamples.hook("chat")])
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("chat").count == 1 }
                // One that was put off while the clock was ahead by a year is due, too.
                let message = try #require(sender.attempts("chat").first)
                while try await fixture.store.undelivered(over: "chat").first?.attempts != 1 { await Task.yield() }
                let due = try #require(try await fixture.store.undelivered(over: "chat").first?.nextAt)
                #expect(due <= fixture.now + 3_600_000_000)
                try await fixture.store.postpone(message.id, until: fixture.now + 31_000_000_000_000, blocks: true, reason: "")
                sender.set(.accept, for: "chat")
                try await fixture.add([NoticeSamples.notice(.failed, task: "stock")])
                await sender.wait { $0.accepted("chat").first == message }
            }
        }
    }

    @Test("a daemon that died between a message and its delivery sends the same message again")
    func restart() async throws {
        try await NoticeSamples.withFolder { folder in
            let sender = ScriptedSender()
            sender.set(.hang, for: "chat")
            let settings = NotifySettings(channels: [NoticeSamples.hook("chat")])
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                try await fixture.add([NoticeSamples.notice(.failed)])
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
                await sender.wait { $0.attempts("chat").count == 1 }
            }
            sender.set(.accept, for: "chat")
            try await Fixture.with(folder, settings, sender: sender) { fixture in
                fixture.clock.advance(by: .seconds(60))
                await sender.wait { $0.accepted("chat").count == 1 }
                #expect(Set(sender.attempts("chat")).count == 1 && sender.attempts("chat").count == 2)
            }
        }
    }
}
