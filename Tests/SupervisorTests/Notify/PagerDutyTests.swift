import SupervisorNotices
import SyncModel
import Testing
import TestSupport

@testable import SupervisorNotify

@Suite(.timeLimit(.minutes(5))) struct PagerDutyTests {
    private let sender = ChannelSender()

    private func events(_ message: Message) async throws -> [JSON] {
        var events: [JSON] = []
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            try server.answer(["/v2/enqueue": .init(status: 202, body: #"{"status":"success"}"#)])
            _ = try await sender.send(message, over: NotifySamples.hook(.pagerduty, server.url + "/v2/enqueue", secret: "r0ut1ng")).acceptance
            events = try server.requests().map { try JSON(text: $0.body) }
        }
        return events
    }

    private func resolve(_ key: JSON) -> JSON { ["routing_key": "r0ut1ng", "event_action": "resolve", "dedup_key": key] }

    @Test func anAlarmOpensAnAlertAndItsEndResolvesIt() async throws {
        let events = try await events(NotifySamples.message([NotifySamples.failed, NotifySamples.lagNormal], heldBack: [NotifySamples.held]))
        try #require(events.count == 3)
        #expect(
            events[0] == [
                "routing_key": "r0ut1ng", "event_action": "trigger", "dedup_key": "t-1/failed", "client": "DTS",
                "payload": [
                    "summary": "orders: failed: The source <a> has purged its binlog & \"more\"", "source": "dts", "severity": "critical",
                    "timestamp": "2026-11-23T04:28:48.000Z", "component": "orders", "group": "shop", "class": "failed",
                    "custom_details": [
                        "event": "failed", "notice": "aaaaaaaa-0000-4000-8000-000000000001", "task": "orders", "pair": "shop",
                        "owner": "ops@example.com", "text": "The source <a> has purged its binlog & \"more\"",
                        "facts": ["code": "binlog-purged", "file": "bin.000007"],
                        "remedy": "dts-supervisor task similar orders\ndts-supervisor task start *",
                    ],
                ],
            ])
        #expect(events[1] == resolve("t-1/lag-high"))
        let line = "9990 × warning: retrying; tasks crm, orders; 2026-11-23 04:28:48 UTC to 2026-11-23 04:29:48 UTC"
        #expect(
            events[2] == [
                "routing_key": "r0ut1ng", "event_action": "trigger", "dedup_key": "dts/held-back/bbbbbbbb-0000-4000-8000-00000000000b",
                "client": "DTS",
                "payload": [
                    "summary": .text("DTS: 9990 notices held back: \(line)"), "source": "dts", "severity": "warning",
                    "timestamp": "2026-11-23T04:28:51.000Z",
                    "custom_details": ["held_back": [.text(line)], "remedy": "`dts-supervisor message list` shows all."],
                ],
            ])
    }

    @Test func anAlarmThatIsOverAlreadyWakesNobody() async throws {
        let recovered = Notice(id: "n", .recovered, taskID: "t-1", task: "orders", text: "It runs again", at: NotifySamples.at)
        let keys = NoticeEvent.recovered.closes.map { JSON.text("t-1/\($0.rawValue)") }
        #expect(try await events(NotifySamples.message([NotifySamples.failed, recovered])) == keys.map(resolve))
        // The other way round it is open.
        let reopened = try await events(NotifySamples.message([recovered, NotifySamples.failed]))
        #expect(reopened.last?["event_action"] == "trigger")
        #expect(reopened.count == keys.count + 1)
    }

    @Test func whatIsNoAlarmHasAKeyOfItsOwn() async throws {
        let paused = Notice(id: "n-1", .phaseReached, taskID: "t-1", task: "orders", text: "By ann", at: NotifySamples.at)
        let events = try await events(NotifySamples.message([paused]))
        #expect(events.map { $0["dedup_key"] } == ["n-1"])
        #expect(events.first?["payload"]?["severity"] == "info")
    }

    @Test func aTestIsResolvedAtOnce() async throws {
        let events = try await events(NotifySamples.message([], isTest: true))
        #expect(events.map { $0["event_action"] } == ["trigger", "resolve"])
        #expect(Set(events.map { $0["dedup_key"] }) == ["dts/test/bbbbbbbb-0000-4000-8000-00000000000b"])
    }

    @Test func anAttemptGoesOnWhereTheLastOneWasRefused() async throws {
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            try server.answer("/v2/enqueue", inTurn: [.init(status: 202), .init(status: 500), .init(status: 202)])
            let channel = NotifySamples.hook(.pagerduty, server.url + "/v2/enqueue", secret: "r0ut1ng")
            #expect(try await sender.send(NotifySamples.digest, over: channel).refusal.isPermanent == false)
            _ = try await sender.send(NotifySamples.digest, over: channel).acceptance
            let keys = try server.requests().compactMap { try JSON(text: $0.body)["dedup_key"]?.string }
            #expect(keys == ["t-1/failed", "-/disk-low", "-/disk-low", "t-1/lag-high", "dts/held-back/\(NotifySamples.digest.id)"])
            // What is done is done: sent once more, it begins again.
            _ = try await sender.send(NotifySamples.digest, over: channel).acceptance
            #expect(try server.requests().count == 9)
        }
    }

    @Test func anAlertIsResolvedOnce() async throws {
        let stopped = Notice(id: "n", .stopped, taskID: "t-1", task: "orders", text: "By ann", at: NotifySamples.at)
        let events = try await events(NotifySamples.message([NotifySamples.lagNormal, stopped]))
        #expect(events.count == NoticeEvent.stopped.closes.count)
        #expect(Set(events.map { $0["dedup_key"] }).count == events.count)
    }

    @Test func theFirstRefusalEndsTheAttempt() async throws {
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            try server.answer(["/v2/enqueue": .init(status: 429, headers: ["Retry-After": "3"], body: "throttled r0ut1ng")])
            let channel = NotifySamples.hook(.pagerduty, server.url + "/v2/enqueue", secret: "r0ut1ng")
            let refusal = try await sender.send(NotifySamples.digest, over: channel).refusal
            #expect(refusal.reason.contains("HTTP 429: throttled [hidden]"))
            #expect(refusal.retryAfter == .seconds(3))
            #expect(try server.requests().count == 1)
        }
    }
}
