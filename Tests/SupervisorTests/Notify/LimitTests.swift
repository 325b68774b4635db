import SupervisorAPI
import SupervisorNotices
import Testing

@testable import SupervisorNotify

/// However much there is to say, each service gets what it takes.
@Suite struct LimitTests {
    private let now = Timestamp(microsecondsSince1970: NotifySamples.at)

    private static let texts = [
        String(repeating: "The source was <not> reached & *again* `x`\n", count: 100), String(repeating: "源数据库无法连接。", count: 400),
        String(repeating: "👩‍👩‍👧‍👦", count: 300), "e" + String(repeating: "\u{301}", count: 3000),
    ]

    private static let cases = texts.indices.flatMap { text in [1, 3, 60].map { (text, $0) } }

    private func body(_ service: HookSettings.Service, _ message: Message) throws -> (JSON, bytes: Int) {
        let requests = try HookSettings(service: service, url: "https://h", secret: "s").requests(for: message, now: now)
        return (try JSON(text: String(decoding: requests[0].body, as: UTF8.self)), requests[0].body.count)
    }

    @Test(arguments: cases) func slack(text: Int, count: Int) throws {
        let blocks = try body(.slack, NotifySamples.flood(count, of: Self.texts[text])).0["blocks"]?.items ?? []
        let sections = blocks.compactMap { $0["text"]?["text"]?.string }
        #expect(blocks.count <= 50)
        #expect((sections.first?.utf16.count ?? 0) <= 150)
        #expect(sections.dropFirst().allSatisfy { $0.utf16.count <= 3000 })
        #expect(sections.reduce(0) { $0 + $1.utf16.count } <= 12_500)
        tellsTheWorst(sections, count)
    }

    @Test(arguments: cases) func teams(text: Int, count: Int) throws {
        let (card, bytes) = try body(.teams, NotifySamples.flood(count, of: Self.texts[text]))
        #expect(bytes <= 21_000)
        tellsTheWorst(["\(card)"], count)
    }

    @Test(arguments: cases) func discord(text: Int, count: Int) throws {
        let embed = try #require(try body(.discord, NotifySamples.flood(count, of: Self.texts[text])).0["embeds"]?[0])
        let title = embed["title"]?.string ?? "", description = embed["description"]?.string ?? ""
        #expect(title.utf16.count <= 256)
        #expect(description.utf16.count <= 4096)
        tellsTheWorst([description], count)
    }

    @Test(arguments: cases) func feishu(text: Int, count: Int) throws {
        let (card, bytes) = try body(.feishu, NotifySamples.flood(count, of: Self.texts[text]))
        #expect(bytes <= 20_000)
        tellsTheWorst(["\(card)"], count)
    }

    @Test(arguments: cases) func dingTalk(text: Int, count: Int) throws {
        let (message, bytes) = try body(.dingtalk, NotifySamples.flood(count, of: Self.texts[text]))
        #expect(bytes <= 15_000)
        tellsTheWorst([message["markdown"]?["text"]?.string ?? ""], count)
    }

    @Test(arguments: cases) func weCom(text: Int, count: Int) throws {
        let content = try body(.wecom, NotifySamples.flood(count, of: Self.texts[text])).0["markdown"]?["content"]?.string ?? ""
        #expect(content.utf8.count <= 4096)
        #expect(content.hasSuffix("2026-11-23 04:28:51 UTC"))
        tellsTheWorst([content], count)
    }

    @Test(arguments: cases) func pagerDuty(text: Int, count: Int) throws {
        let requests = try HookSettings(service: .pagerduty, url: "https://h", secret: "s").requests(for: NotifySamples.flood(count, of: Self.texts[text]), now: now)
        for request in requests {
            let event = try JSON(text: String(decoding: request.body, as: UTF8.self))
            #expect((event["payload"]?["summary"]?.string?.utf16.count ?? 0) <= 1024)
            #expect((event["dedup_key"]?.string?.utf16.count ?? 0) <= 255)
            #expect(request.body.count <= 512_000)
        }
        #expect(requests.count == count + 1)
    }

    /// The one critical notice is the last; what has no place is counted.
    private func tellsTheWorst(_ texts: [String], _ count: Int, location: SourceLocation = #_sourceLocation) {
        let all = texts.joined(separator: "\n")
        let told = (0..<count).filter { all.contains("\(100_000_000_000 + $0)") }
        #expect(told.contains(count - 1), "the critical one is missing", sourceLocation: location)
        if told.count < count { #expect(all.contains("and \(count - told.count) more"), sourceLocation: location) }
        #expect(all.contains("Held back"), sourceLocation: location)
    }

    @Test func textsAreCutBetweenCharacters() {
        #expect("abc".cut(to: 3) == "abc")
        #expect("abcd".cut(to: 3) == "ab…")
        #expect("源数据".cut(to: 8, .bytes) == "源…")
        #expect("a👩‍👩‍👧b".cut(to: 8) == "a…")
        #expect("源".cut(to: 2, .bytes) == "")
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 +0000"),
        (1_798_761_600, "Fri, 01 Jan 2027 00:00:00 +0000"),
    ] as [(UInt64, String)])
    func datesOfMails(seconds: UInt64, text: String) { #expect(Moment.rfc5322(seconds * 1_000_000) == text) }
}
