import SupervisorNotices
import SupervisorOutbox
import Synchronization
import Testing

@Suite("What a channel says, and when")
struct MessagePlannerTests {
    private static let pace = Pace(grouping: .seconds(5), burst: 6, refill: .seconds(600))
    private static let second: UInt64 = 1_000_000
    private static let start = NoticeSamples.start

    private static func entries(_ notices: [Notice], recipient: String? = nil) -> [OutboxEntry] {
        notices.enumerated().map { OutboxEntry(id: Int64($0.offset + 1), recipient: recipient, notice: $0.element) }
    }

    private static func plan(
        _ entries: [OutboxEntry], sent: [String?: [UInt64]] = [:], severity: Severity = .critical, isBusy: Bool = false, at now: UInt64
    ) -> MessagePlanner.Plan {
        let ids = Mutex(0)
        let composed = sent.mapValues { $0.map { ComposedMessage(at: $0, severity: severity) } }
        return MessagePlanner(pace) { ids.withLock { $0 += 1; return "m\($0)" } }.plan(entries, sent: composed, isBusy: isBusy, now: now)
    }

    @Test("what is critical does not wait for what lesser messages have used up, nor behind those on their way", arguments: [false, true])
    func urgent(isBusy: Bool) {
        let entries = Self.entries([
            NoticeSamples.notice(.lagHigh, task: "stock"), NoticeSamples.notice(.lagHigh, task: "orders"), NoticeSamples.notice(.failed, task: "orders"),
        ])
        let now = Self.start + 5 * Self.second
        let spent = Array(repeating: Self.start, count: 6)
        let plan = Self.plan(entries, sent: [nil: spent], severity: .warning, isBusy: isBusy, at: now)
        // With it goes what else there is of its task.
        #expect(plan.messages.map(\.entries) == [[2, 3]])
        // Critical ones that follow one another gather as others do.
        #expect(Self.plan(entries, sent: [nil: spent], severity: .critical, isBusy: isBusy, at: now).messages.isEmpty)
        // Where nothing was used up all is told at once, unless others are on their way.
        #expect(Self.plan(entries, isBusy: isBusy, at: now).messages.map(\.entries) == (isBusy ? [[2, 3]] : [[1], [2, 3]]))
    }

    @Test("what comes within the grouping time is told together, task by task")
    func grouping() {
        let entries = Self.entries([
            NoticeSamples.notice(.workerCrashed), NoticeSamples.notice(.lagHigh, task: "stock"), NoticeSamples.notice(.recovered),
        ])
        let early = Self.plan(entries, at: Self.start + 4 * Self.second)
        #expect(early.messages.isEmpty)
        #expect(early.wakeAt == Self.start + 5 * Self.second)
        let plan = Self.plan(entries, at: Self.start + 5 * Self.second)
        #expect(plan.messages.map { $0.message.notices.map(\.event) } == [[.workerCrashed, .recovered], [.lagHigh]])
        #expect(plan.messages.map(\.entries) == [[1, 3], [2]])
        #expect(plan.messages.map(\.message.headline) == ["orders: worker crashed, recovered", "stock: lag high"])
    }

    @Test("more tasks than there may be messages are one summary: the worst in full, all others counted")
    func summary() throws {
        let notices = (0..<500).map { NoticeSamples.notice($0 == 300 ? .failed : .lagHigh, task: "t\($0 + 1000)") }
        let plan = Self.plan(Self.entries(notices), at: Self.start + 5 * Self.second)
        let message = try #require(plan.messages.first?.message)
        #expect(plan.messages.count == 1)
        #expect(plan.messages.first?.entries.count == 500)
        #expect(message.notices.contains { $0.event == .failed })
        #expect(message.notices.count == 10)
        #expect(message.heldBack.map(\.count) == [490])
        #expect(message.heldBack.first?.taskCount == 490)
        #expect(message.count == 500)
        #expect(message.severity == .critical)
    }

    @Test("a task that comes and goes thousands of times is one message with its newest state")
    func flapping() throws {
        let notices = (0..<2001).map { NoticeSamples.notice($0 % 2 == 0 ? .failed : .recovered, at: Self.start + UInt64($0)) }
        let message = try #require(Self.plan(Self.entries(notices), at: Self.start + 6 * Self.second).messages.first?.message)
        #expect(message.notices.last == notices.last)
        #expect(message.count == 2001)
        #expect(message.heldBack.first?.first == Self.start)
    }

    @Test("each recipient has his own messages")
    func recipients() {
        let mixed = Self.entries([NoticeSamples.notice()]) + [OutboxEntry(id: 2, recipient: "ann@example.com", notice: NoticeSamples.notice())]
        let plan = Self.plan(mixed, at: Self.start + 5 * Self.second)
        #expect(plan.messages.map(\.message.recipient) == [nil, "ann@example.com"])
        #expect(plan.messages.map(\.entries) == [[1], [2]])
    }

    @Test("the more was said lately, the longer the next message gathers; when all is said, it waits for the refill")
    func pacing() {
        let entries = Self.entries([NoticeSamples.notice()])
        func wake(_ sent: Int) -> UInt64? {
            Self.plan(entries, sent: [nil: Array(repeating: Self.start, count: sent)], at: Self.start).wakeAt.map { ($0 - Self.start) / Self.second }
        }
        #expect(wake(0) == 5)
        #expect(wake(1) == 10)
        #expect(wake(3) == 40)
        #expect(wake(6) == 600)
        // An hour later nothing is left of it.
        let later = [OutboxEntry(id: 1, recipient: nil, notice: NoticeSamples.notice(at: Self.start + 3600 * Self.second))]
        let plan = Self.plan(later, sent: [nil: Array(repeating: Self.start, count: 6)], at: Self.start + 3605 * Self.second)
        #expect(plan.messages.count == 1)
    }

    @Test("a clock that was set back does not silence a channel")
    func clock() {
        let plan = Self.plan(Self.entries([NoticeSamples.notice(at: Self.start + 86_400 * Self.second)]), at: Self.start)
        #expect(plan.wakeAt == Self.start + 5 * Self.second)
    }
}
