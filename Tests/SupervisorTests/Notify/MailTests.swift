import SupervisorNotices
import SyncModel
import Testing
import TestSupport

@testable import SupervisorNotify

/// Mails that a real server has taken.
@Suite(.timeLimit(.minutes(5))) struct MailTests {
    private let sender = ChannelSender()

    @Test func aMailArrivesAsItWasMeant() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let server = try await MailServer(
                security: "starttls", certificate: authority.certificate(), user: "dts", password: "s3cret", in: scope)
            let channel = NotifySamples.mail(
                server.port, security: .starttls, to: ["ops@example.com", "Zoë <zoe@example.com>"], from: "Datenübertragung <dts@example.com>",
                user: "dts", password: "s3cret", ca: authority.ca)
            let answer = try await sender.send(NotifySamples.digest, over: channel).acceptance
            #expect(answer == Acceptance(answer: "250 2.0.0 taken as <\(NotifySamples.digest.id)@example.com>"))

            let mail = try #require(try server.mails().first)
            #expect(mail.from == "dts@example.com")
            #expect(mail.to == ["ops@example.com", "zoe@example.com"])
            #expect(mail.tls)
            #expect(mail.user == "dts")
            #expect(mail.addresses == [["Datenübertragung", "dts@example.com"], ["", "ops@example.com"], ["Zoë", "zoe@example.com"]])
            #expect(mail.headers["Subject"] == "[DTS] 9993 notices, critical")
            #expect(mail.date == "2026-11-23T04:28:51+00:00")
            #expect(mail.headers["Date"] == "Mon, 23 Nov 2026 04:28:51 +0000")
            #expect(mail.headers["Message-ID"] == "<bbbbbbbb-0000-4000-8000-00000000000b@example.com>")
            let ids = [NotifySamples.failed, NotifySamples.lagNormal, NotifySamples.diskLow].map(\.id)
            #expect(mail.headers["X-DTS-Notice-Ids"] == ids.joined(separator: ", "))
            #expect(mail.headers["X-DTS-Severity"] == "critical")
            #expect(mail.headers["Importance"] == "high")
            #expect(mail.headers["Auto-Submitted"] == "auto-generated")
            #expect(mail.headers["X-Auto-Response-Suppress"] == "All")
            #expect(mail.headers["MIME-Version"] == "1.0")
            #expect(mail.type == "multipart/alternative")
            #expect(mail.parts.map(\.type) == ["text/plain", "text/html"])
            #expect(mail.parts.map(\.encoding) == ["quoted-printable", "quoted-printable"])
            #expect(mail.parts.first?.text == NotifySamples.digestText)
            #expect(mail.defects == [])
            #expect(mail.longestLine <= 78)
            #expect(mail.isAscii)
            #expect(mail.bareNewlines == 0)
            #expect(try server.mails().count == 1)
        }
    }

    @Test func theHTMLSaysTheSameAndEscapesEverything() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let channel = NotifySamples.mail(server.port, security: .none)
            _ = try await sender.send(NotifySamples.digest, over: channel).acceptance
            let html = try #require(try server.mails().first?.parts.last).text
            for text in [
                "9993 notices, critical", "Task orders (pair shop, owner ops@example.com)", "critical: failed", "2026-11-23 04:28:48 UTC",
                "The source &lt;a&gt; has purged its binlog &amp; &quot;more&quot;", ">binlog-purged<", "bin.000007",
                "<code>dts-supervisor task similar orders\ndts-supervisor task start *</code>", "critical: disk low", "8 % of /var is free",
                "info: lag normal", "Held back, and only counted here",
                "9990 × warning: retrying; tasks crm, orders; 2026-11-23 04:28:48 UTC to 2026-11-23 04:29:48 UTC",
                "<code>dts-supervisor message list</code> shows all.", "Notice aaaaaaaa-0000-4000-8000-000000000001",
                "Message bbbbbbbb-0000-4000-8000-00000000000b",
            ] {
                #expect(html.contains(text), "\(text)")
            }
            #expect(!html.contains("<a>"))
            #expect(html.ranges(of: "<td").count == html.ranges(of: "</td>").count)
        }
    }

    @Test func longTextsBeyondASCIIComeThroughWhole() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let text = (String(repeating: "订单同步失败 👩‍👩‍👧 e\u{301} = ", count: 40) + "end \n.\n..dots\nFrom here\ntab\t ").replacing("\n ", with: "\n")
            let notice = Notice(id: "n", .failed, task: String(repeating: "订单", count: 30), text: text, at: NotifySamples.at)
            _ = try await sender.send(NotifySamples.message([notice]), over: NotifySamples.mail(server.port, security: .none)).acceptance
            let mail = try #require(try server.mails().first)
            #expect(mail.headers["Subject"] == "[DTS] \(String(repeating: "订单", count: 30)): failed")
            #expect(mail.parts.first?.text.contains(text) == true)
            #expect(mail.defects == [])
            #expect(mail.longestLine <= 78)
            #expect(mail.isAscii)
        }
    }

    @Test(arguments: ["订单", "caf\u{E9}", "=?UTF-8?B?eA==?=", "two\r\nBcc: x@example.com", String(repeating: "long ", count: 30) + "end"])
    func theSubjectIsWhatWasSaid(task: String) async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let notice = Notice(id: "n", .failed, task: task, text: "t", at: NotifySamples.at)
            _ = try await sender.send(NotifySamples.message([notice]), over: NotifySamples.mail(server.port, security: .none)).acceptance
            let mail = try #require(try server.mails().first)
            #expect(mail.headers["Subject"] == "[DTS] \(task.replacing("\r\n", with: "  ")): failed")
            #expect(mail.headers["Bcc"] == nil)
            #expect(mail.isAscii && mail.longestLine <= 78)
        }
    }

    @Test func aFloodIsOneMailThatCanBeRead() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let message = NotifySamples.flood(500, of: "The source is not reached")
            _ = try await sender.send(message, over: NotifySamples.mail(server.port, security: .none)).acceptance
            let mail = try #require(try server.mails().first)
            let told = mail.headers["X-DTS-Notice-Ids"]?.split(separator: ", ") ?? []
            #expect((10...200).contains(told.count))
            // The critical one is the last of all.
            #expect(told.last == "aaaaaaaa-0000-4000-8000-100000000499")
            for part in mail.parts {
                #expect(part.text.utf8.count < 500_000)
                #expect(part.text.contains("… and \(500 - told.count) more"))
            }
        }
    }

    @Test func aTestMessageSaysWhatItIs() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let message = NotifySamples.message([], isTest: true)
            _ = try await sender.send(message, over: NotifySamples.mail(server.port, security: .none)).acceptance
            let mail = try #require(try server.mails().first)
            #expect(mail.headers["Subject"] == "[DTS] test message")
            #expect(mail.headers["Importance"] == nil)
            #expect(mail.parts.allSatisfy { $0.text.contains("This is a test of the channel") })
        }
    }

    @Test func theOneRecipientOfAMessageGetsItAloneAndASecondTimeWithTheSameId() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let server = try await MailServer(security: "tls", certificate: authority.certificate(), user: "dts", password: "p:@/ä", in: scope)
            let channel = NotifySamples.mail(server.port, security: .tls, user: "dts", password: "p:@/ä", ca: authority.ca)
            let message = NotifySamples.message(recipient: "owner@example.org")
            _ = try await sender.send(message, over: channel).acceptance
            _ = try await sender.send(message, over: channel).acceptance
            let mails = try server.mails()
            #expect(mails.map(\.to) == [["owner@example.org"], ["owner@example.org"]])
            #expect(mails.map(\.tls) == [true, true])
            #expect(Set(mails.map { $0.headers["Message-ID"] }) == ["<\(message.id)@example.com>"])
            #expect(Set(mails.map { $0.headers["Date"] }).count == 1)
        }
    }

    @Test func thoseWhomTheServerKnowsGetTheMailOnce() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let channel = NotifySamples.mail(server.port, security: .none, to: ["unknown@example.com", "ops@example.com", "later@example.com"])
            let answer = try await sender.send(NotifySamples.message(), over: channel).acceptance
            #expect(
                answer.missed == [
                    MissedRecipient(address: "unknown@example.com", answer: "550 5.1.1 no mailbox here by that name", isPermanent: true),
                    MissedRecipient(address: "later@example.com", answer: "451 4.7.1 greylisted, come back later", isPermanent: false),
                ])
            #expect(answer.answer.hasPrefix("250 2.0.0 taken"))
            #expect(answer.answer.contains("not to unknown@example.com: 550 5.1.1 no mailbox here by that name"))
            #expect(try server.mails().map(\.to) == [["ops@example.com"]])
        }
    }

    /// What the server says, whether it would say so again, and words that the reason has to have.
    @Test(arguments: [
        (["unknown@example.com"], true, "550 5.1.1 no mailbox here by that name"),
        (["later@example.com"], false, "451 4.7.1 greylisted"),
        (["later@example.com", "unknown@example.com"], false, "for all of later@example.com, unknown@example.com: 550 5.1.1"),
        (["spam@example.com"], true, "554 5.7.1 looks like spam"),
        (["full@example.com"], false, "452 4.2.2 mailbox is full"),
    ])
    func aRefusalOfTheServerIsShown(to: [String], isPermanent: Bool, words: String) async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let channel = NotifySamples.mail(server.port, security: .none, to: to)
            let refusal = try await sender.send(NotifySamples.message(), over: channel).refusal
            #expect(refusal.code == .deliveryRefused)
            #expect(refusal.isPermanent == isPermanent)
            #expect(refusal.reason.contains(words), "\(refusal.reason)")
            #expect(refusal.failure.kind == (isPermanent ? .needsOperator : .transient))
            #expect(try server.mails().isEmpty)
        }
    }

    @Test func aServerThatDoesNotAnswerTheGoodbyeHasTakenTheMail() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let channel = NotifySamples.mail(server.port, security: .none, to: ["rude@example.com"], timeout: .seconds(10))
            _ = try await sender.send(NotifySamples.message(), over: channel).acceptance
            #expect(try server.mails().count == 1)
        }
    }
}

extension NotifySamples {
    static let digestText = """
        9993 notices, critical

        Task orders (pair shop, owner ops@example.com)
        🔴 critical: failed, 2026-11-23 04:28:48 UTC
        The source <a> has purged its binlog & "more"
        • code: binlog-purged
        • file: bin.000007
        What to do:
          dts-supervisor task similar orders
          dts-supervisor task start *
        Notice aaaaaaaa-0000-4000-8000-000000000001

        🟢 info: lag normal, 2026-11-23 04:28:50 UTC
        Lag is 2 s
        Notice aaaaaaaa-0000-4000-8000-000000000003

        DTS
        🔴 critical: disk low, 2026-11-23 04:28:49 UTC
        8 % of /var is free
        Notice aaaaaaaa-0000-4000-8000-000000000002

        Held back, and only counted here
        • 9990 × warning: retrying; tasks crm, orders; 2026-11-23 04:28:48 UTC to 2026-11-23 04:29:48 UTC
        `dts-supervisor message list` shows all.

        Message bbbbbbbb-0000-4000-8000-00000000000b, 2026-11-23 04:28:51 UTC

        """
}
