import SupervisorNotices
import TestSupport

@testable import SupervisorNotify

/// Notices, messages and channels of the tests of sending.
enum NotifySamples {
    /// 2026-11-23 04:28:48 UTC.
    static let at: UInt64 = 1_795_408_128_000_000

    static let failed = Notice(
        id: "aaaaaaaa-0000-4000-8000-000000000001", .failed, taskID: "t-1", task: "orders", pair: "shop", owner: "ops@example.com",
        text: "The source <a> has purged its binlog & \"more\"", facts: [.init("code", "binlog-purged"), .init("file", "bin.000007")],
        remedy: "dts-supervisor task similar orders\ndts-supervisor task start *", at: at)

    static let diskLow = Notice(id: "aaaaaaaa-0000-4000-8000-000000000002", .diskLow, text: "8 % of /var is free", at: at + 1_000_000)

    static let lagNormal = Notice(
        id: "aaaaaaaa-0000-4000-8000-000000000003", .lagNormal, taskID: "t-1", task: "orders", pair: "shop", owner: "ops@example.com",
        text: "Lag is 2 s", at: at + 2_000_000)

    static let held = Message.HeldBack(
        event: .retrying, count: 9990, tasks: ["crm", "orders"], taskCount: 2, first: at, last: at + 60_000_000)

    static func message(
        _ notices: [Notice] = [failed], heldBack: [Message.HeldBack] = [], recipient: String? = nil, isTest: Bool = false
    ) -> Message {
        Message(
            id: "bbbbbbbb-0000-4000-8000-00000000000b", at: at + 3_000_000, notices: notices, heldBack: heldBack, recipient: recipient,
            isTest: isTest)
    }

    /// With the order of the first message changed: two tasks that alternate, a recovery, and what was held back.
    static let digest = message([failed, diskLow, lagNormal], heldBack: [held])

    /// Notices that no service can take as they are.
    static func flood(_ count: Int, of text: String) -> Message {
        let notices = (0..<count).map { number in
            Notice(
                id: "aaaaaaaa-0000-4000-8000-\(100_000_000_000 + number)", number == count - 1 ? .failed : .retrying,
                taskID: "t-\(number)", task: "task-\(number)", text: text, facts: (0..<30).map { .init("fact \($0)", text) }, remedy: text, at: at)
        }
        let held = NoticeEvent.allCases.map {
            Message.HeldBack(event: $0, count: 5, tasks: (0..<50).map { "a-task-with-a-long-name-\($0)" }, taskCount: 300, first: at, last: at)
        }
        return message(notices, heldBack: held)
    }

    static func mail(
        _ server: Int, security: MailSettings.Security, to: [String] = ["ops@example.com"], from: String = "dts@example.com", user: String? = nil,
        password: String? = nil, ca: String? = nil, timeout: Duration = .seconds(120)
    ) -> ChannelSettings {
        ChannelSettings(
            name: "mail",
            kind: .smtp(MailSettings(host: "127.0.0.1", port: server, security: security, user: user, password: password, from: from, to: to)),
            timeout: timeout, ca: ca)
    }

    static func hook(
        _ service: HookSettings.Service = .webhook, _ url: String, secret: String? = nil, ca: String? = nil, proxy: String? = nil,
        timeout: Duration = .seconds(120)
    ) -> ChannelSettings {
        ChannelSettings(name: "hook", kind: .hook(HookSettings(service: service, url: url, secret: secret)), timeout: timeout, proxy: proxy, ca: ca)
    }
}

extension SendResult {
    /// - Throws: ``Trouble`` with the reason.
    var acceptance: Acceptance {
        get throws {
            guard case .accepted(let acceptance) = self else { throw Trouble("not accepted: \(self)") }
            return acceptance
        }
    }

    var refusal: Refusal {
        get throws {
            guard case .refused(let refusal) = self else { throw Trouble("not refused: \(self)") }
            return refusal
        }
    }
}
