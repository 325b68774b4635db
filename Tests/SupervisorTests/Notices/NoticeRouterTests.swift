import SupervisorNotices
import Testing

@Suite("Routing of notices")
struct NoticeRouterTests {
    private static let channels = [
        NoticeSamples.mail("mail", to: ["ops@example.com"], owner: true), NoticeSamples.hook("chat"), NoticeSamples.mail("owners", to: [], owner: true),
    ]

    private static func routes(_ notice: Notice, _ rules: [RoutingRule]) -> [Destination] {
        NoticeRouter(NotifySettings(channels: channels, rules: rules)).destinations(of: notice)
    }

    @Test("without rules warnings and worse go everywhere, and to the owner where the channel writes to owners")
    func defaults() {
        #expect(Self.routes(NoticeSamples.notice(.phaseReached), []) == [])
        #expect(
            Self.routes(NoticeSamples.notice(.failed, owner: "ann@example.com"), []) == [
                Destination(channel: "chat"), Destination(channel: "mail"), Destination(channel: "mail", recipient: "ann@example.com"),
                Destination(channel: "owners", recipient: "ann@example.com"),
            ])
        #expect(Self.routes(NoticeSamples.notice(.failed, owner: "ops@example.com"), []).filter { $0.channel == "mail" } == [Destination(channel: "mail")])
    }

    @Test(
        "a rule matches by severity, event, task and owner, and a channel is told once whatever the number of rules",
        arguments: [
            (RoutingRule(severity: .critical, channels: ["chat"]), true), (RoutingRule(events: [.lagHigh], channels: ["chat"]), false),
            (RoutingRule(tasks: ["shop-*"], channels: ["chat"]), true), (RoutingRule(tasks: ["*-b-to-*"], channels: ["chat"]), false),
            (RoutingRule(tasks: ["sh*a*b"], channels: ["chat"]), true), (RoutingRule(tasks: ["shop"], channels: ["chat"]), true),
            (RoutingRule(tasks: ["shop-a-to-"], channels: ["chat"]), false), (RoutingRule(owners: ["ann@example.com"], channels: ["chat"]), true),
            (RoutingRule(owners: ["bob@example.com"], channels: ["chat"]), false),
        ])
    func rules(_ rule: RoutingRule, _ matches: Bool) {
        let notice = NoticeSamples.notice(.failed, task: "shop-a-to-b", owner: "ann@example.com", pair: "shop")
        #expect(Self.routes(notice, [rule, rule]) == (matches ? [Destination(channel: "chat")] : []))
    }

    @Test("what is about money reaches its owner by mail whatever the rules say")
    func billing() {
        // One who gets all that a channel says, when it says it.
        #expect(
            Self.routes(NoticeSamples.notice(.freePeriodEnds, task: nil, owner: "ops@example.com"), []).map(\.recipient)
                == ["ops@example.com", "ops@example.com"])
        let notice = NoticeSamples.notice(.freePeriodEnds, task: nil, owner: "ann@example.com")
        #expect(
            Self.routes(notice, [RoutingRule(severity: .critical, channels: ["chat"])]) == [
                Destination(channel: "mail", recipient: "ann@example.com"), Destination(channel: "owners", recipient: "ann@example.com"),
            ])
    }

    @Test("every event has an order of severity, and only alarms are closed by others")
    func events() {
        for event in NoticeEvent.allCases {
            #expect(event.closes.filter { !$0.isAlarm } == [], "\(event)")
            if event.isOnlyRecovery { #expect(!event.closes.isEmpty && event.severity == .info, "\(event)") }
            if event.isAlarm { #expect(NoticeEvent.allCases.contains { $0.closes.contains(event) }, "\(event) is never over") }
        }
    }
}
