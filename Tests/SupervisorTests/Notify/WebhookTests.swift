import FoundationEssentials
import SupervisorAPI
import SupervisorNotices
import Testing
import TestSupport

@testable import SupervisorNotify

/// Our own webhook, as docs/webhook.md describes it.
@Suite(.timeLimit(.minutes(5))) struct WebhookTests {
    private let sender = ChannelSender(now: { Timestamp(microsecondsSince1970: 1_795_408_200_000_000) })

    /// The example of docs/webhook.md.
    private static let body = #"""
        {"at":"2026-11-23T04:28:51.000Z","headline":"9992 notices, critical","held_back":[{"count":9990,"event":"retrying","first":"2026-11-23T04:28:48.000Z","last":"2026-11-23T04:29:48.000Z","severity":"warning","task_count":2,"tasks":["crm","orders"]}],"id":"bbbbbbbb-0000-4000-8000-00000000000b","notices":[{"at":"2026-11-23T04:28:48.000Z","closes":[],"event":"failed","facts":[{"name":"code","value":"binlog-purged"},{"name":"file","value":"bin.000007"}],"id":"aaaaaaaa-0000-4000-8000-000000000001","opens":"t-1/failed","owner":"ops@example.com","pair":"shop","remedy":"dts-supervisor task similar orders\ndts-supervisor task start *","severity":"critical","task":"orders","task_id":"t-1","text":"The source <a> has purged its binlog & \"more\"","title":"failed"},{"at":"2026-11-23T04:28:50.000Z","closes":["-/lag-high"],"event":"lag-normal","facts":[],"id":"aaaaaaaa-0000-4000-8000-000000000003","opens":null,"owner":null,"pair":null,"remedy":null,"severity":"info","task":null,"task_id":null,"text":"Lag is 2 s","title":"lag normal"}],"severity":"critical","test":false,"version":1}
        """#

    @Test func theBodyAndItsSignatureAreAsDocumented() async throws {
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            let bare = Notice(id: NotifySamples.lagNormal.id, .lagNormal, text: "Lag is 2 s", at: NotifySamples.lagNormal.at)
            let message = NotifySamples.message([NotifySamples.failed, bare], heldBack: [NotifySamples.held])
            _ = try await sender.send(message, over: NotifySamples.hook(.webhook, server.url + "/in?a=b", secret: "kéy")).acceptance
            let request = try #require(try server.requests().first)
            #expect(request.method == "POST")
            #expect(request.path == "/in?a=b")
            #expect(request.body == Self.body)
            #expect(request.headers["content-type"] == "application/json; charset=utf-8")
            #expect(request.headers["user-agent"] == "DTS")
            #expect(request.headers["idempotency-key"] == message.id)
            let code = try await Python.hmac(key: "kéy", text: "1795408200.\(request.body)")
            #expect(request.headers["dts-signature"] == "t=1795408200,v1=\(code)")
            #expect(textOfFile("\(Repository.root)/docs/webhook.md").contains(Self.body), "docs/webhook.md has another example")
        }
    }

    @Test func withoutASecretThereIsNoSignature() async throws {
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            _ = try await sender.send(NotifySamples.message([], isTest: true), over: NotifySamples.hook(.webhook, server.url)).acceptance
            let request = try #require(try server.requests().first)
            #expect(request.headers["dts-signature"] == nil)
            #expect(request.body.contains(#""headline":"test message","held_back":[],"#))
            #expect(request.body.contains(#""test":true"#))
        }
    }
}

/// Codes computed by another program than the one under test.
enum Python {
    /// HMAC-SHA256 in hexadecimal digits, or in base64.
    static func hmac(key: String, text: String, base64: Bool = false) async throws -> String {
        let program = """
            import base64, hashlib, hmac, os, sys
            code = hmac.new(os.environ["KEY"].encode(), sys.stdin.buffer.read(), hashlib.sha256)
            print(base64.b64encode(code.digest()).decode() if \(base64 ? "True" : "False") else code.hexdigest())
            """
        let done = try await Command.run("/usr/bin/python3", ["-c", program], environment: ["KEY": key, "PYTHONUTF8": "1"], input: Array(text.utf8))
        return String(try done.succeeded().output.dropLast())
    }
}
