import FoundationEssentials
import Glibc
import SupervisorNotices
import SyncModel
import Testing
import TestSupport

@testable import SupervisorNotify

/// What becomes of a POST, whatever the service: answers, certificates, proxies, and servers that do not behave.
@Suite(.timeLimit(.minutes(5))) struct HookTests {
    private let sender = ChannelSender()

    private func server(in scope: Scope, _ answers: [String: HookServer.Answer] = [:]) async throws -> (HookServer, ca: String) {
        let authority = try await TestAuthority(in: scope)
        let server = try await HookServer(certificate: authority.certificate(), in: scope)
        try server.answer(answers)
        return (server, authority.ca)
    }

    @Test func answersAreJudgedByTheirStatus() async throws {
        try await Scope.with { scope in
            let (server, ca) = try await server(
                in: scope,
                [
                    "/202": .init(status: 202, body: "queued\nfine"), "/500": .init(status: 500, body: "oops"),
                    "/429": .init(status: 429, headers: ["Retry-After": "7"], body: "slow"), "/408": .init(status: 408),
                    "/503": .init(status: 503, headers: ["Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"]), "/400": .init(status: 400, body: "bad"),
                    "/403": .init(status: 403), "/404": .init(status: 404, body: "no_service"),
                    "/302": .init(status: 302, headers: ["Location": "http://169.254.169.254/latest/meta-data"]),
                ])
            func send(_ path: String) async -> SendResult {
                await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url + path, ca: ca))
            }
            #expect(try await send("/").acceptance == Acceptance(answer: "HTTP 200: ok"))
            #expect(try await send("/202").acceptance == Acceptance(answer: "HTTP 202: queued fine"))
            let failures: [(String, FailureCode, Bool, Duration?, String)] = [
                ("/500", .deliveryRefused, false, nil, "HTTP 500: oops"), ("/429", .deliveryRefused, false, .seconds(7), "HTTP 429: slow"),
                ("/408", .deliveryRefused, false, nil, "HTTP 408"), ("/503", .deliveryRefused, false, nil, "HTTP 503"),
                ("/400", .deliveryRefused, true, nil, "HTTP 400: bad"), ("/403", .accessDenied, true, nil, "HTTP 403"),
                ("/404", .deliveryRefused, true, nil, "does not know the address: HTTP 404: no_service"),
                ("/302", .deliveryRefused, true, nil, "redirects are not followed: HTTP 302"),
            ]
            for (path, code, isPermanent, retryAfter, words) in failures {
                let refusal = try await send(path).refusal
                #expect(refusal.code == code, "\(path): \(refusal)")
                #expect(refusal.isPermanent == isPermanent, "\(path)")
                #expect(refusal.retryAfter == retryAfter, "\(path)")
                #expect(refusal.reason.contains(words), "\(path): \(refusal.reason)")
            }
            // Each was asked once: nothing is repeated, nothing followed.
            #expect(try server.requests().count == failures.count + 2)
        }
    }

    @Test func aServerThatHangsOrClosesOrIsNotThereIsNamed() async throws {
        try await Scope.with { scope in
            let (server, ca) = try await server(in: scope, ["/hang": .init(do: "hang"), "/close": .init(do: "close")])
            func send(_ url: String, seconds: Int = 120) async throws -> Refusal {
                let channel = NotifySamples.hook(.webhook, url, ca: ca, timeout: .seconds(seconds))
                return try await sender.send(NotifySamples.message(), over: channel).refusal
            }
            let hung = try await send(server.url + "/hang", seconds: 2), closed = try await send(server.url + "/close")
            let nobody = try await send("https://127.0.0.1:1/x")
            #expect(hung.code == .timedOut && hung.reason.contains("127.0.0.1:\(server.port) did not answer in time"), "\(hung)")
            #expect(closed.code == .connectionLost && closed.reason.contains("broke the connection off"), "\(closed)")
            #expect(nobody.code == .hostUnreachable && nobody.reason.contains("127.0.0.1:1 cannot be reached"), "\(nobody)")
            #expect(![hung, closed, nobody].contains { $0.isPermanent })
            #expect(try await send("ftp://127.0.0.1/x").code == .invalidFile)
            #expect(try await send("127.0.0.1/x").isPermanent)
        }
    }

    @Test func aChannelThatHangsHoldsNoOtherUpAndEndsWhenItIsCancelled() async throws {
        try await Scope.with { scope in
            let (server, ca) = try await server(in: scope, ["/hang": .init(do: "hang")])
            // As many as cores and more: a blocked thread of the pool would be one too many.
            let hanging = (0..<16).map { _ in
                Task { await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url + "/hang", ca: ca, timeout: .seconds(300))) }
            }
            try await eventually(within: .seconds(120), "all hang") { try server.requests().count == 16 }
            _ = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url + "/ok", ca: ca)).acceptance
            for task in hanging { task.cancel() }
            for task in hanging { #expect(try await task.value.refusal == .interrupted) }
        }
    }

    @Test func aCertificateOfSomebodyElseIsRefused() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope), other = try await TestAuthority(in: scope)
            let server = try await HookServer(certificate: authority.certificate(), in: scope)
            let impostor = try await HookServer(certificate: authority.certificate(for: "DNS:hooks.example.com"), in: scope)
            for (url, ca) in [(server.url, nil), (server.url, other.ca), (impostor.url, authority.ca)] {
                let refusal = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, url, ca: ca)).refusal
                #expect(refusal.code == .tlsFailed, "\(refusal)")
                #expect(refusal.reason.contains("certificate") && refusal.reason.contains("not trusted"), "\(refusal)")
                #expect(!refusal.isPermanent)
            }
            #expect(try server.requests().isEmpty && impostor.requests().isEmpty)
        }
    }

    @Test(arguments: [
        "http://169.254.169.254/latest", "http://2852039166/latest", "http://0xa9fea9fe/", "http://[fe80::1]/", "http://[::ffff:169.254.1.2]/",
        "http://[::ffff:a9fe:a9fe]:8080/",
    ])
    func linkLocalAddressesAreNotConnectedTo(url: String) async throws {
        for proxy in [nil, "http://127.0.0.1:1"] {
            let refusal = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, url, proxy: proxy)).refusal
            #expect(refusal.code == .notAllowed, "\(refusal)")
            #expect(refusal.isPermanent)
            #expect(refusal.reason.contains("link-local"), "\(refusal)")
        }
    }

    @Test func aMailServerMayNotBeLinkLocalEither() async throws {
        var channel = NotifySamples.mail(25, security: .none)
        channel.kind = .smtp(MailSettings(host: "169.254.169.254", port: 25, security: .none, from: "a@b.c", to: ["d@e.f"]))
        #expect(try await sender.send(NotifySamples.message(), over: channel).refusal.code == .notAllowed)
    }

    @Test func theProxyOfTheChannelIsUsed() async throws {
        try await Scope.with { scope in
            let proxy = try await HookServer(in: scope)
            let channel = NotifySamples.hook(.webhook, "http://hooks.invalid/a?b=c", proxy: proxy.url)
            _ = try await sender.send(NotifySamples.message(), over: channel).acceptance
            #expect(try proxy.requests().map(\.path) == ["http://hooks.invalid/a?b=c"])
        }
    }

    @Test func whatIsEncryptedGoesThroughTheProxyUnread() async throws {
        try await Scope.with { scope in
            let proxy = try await HookServer(in: scope)
            let (server, ca) = try await server(in: scope, ["/503": .init(status: 503)])
            _ = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url, ca: ca, proxy: proxy.url)).acceptance
            let stranger = NotifySamples.hook(.webhook, server.url, proxy: proxy.url)
            #expect(try await sender.send(NotifySamples.message(), over: stranger).refusal.code == .tlsFailed)
            // The proxy's own headers are not the server's.
            let busy = NotifySamples.hook(.webhook, server.url + "/503", ca: ca, proxy: proxy.url)
            #expect(try await sender.send(NotifySamples.message(), over: busy).refusal.retryAfter == nil)
            #expect(try server.requests().map(\.method) == ["POST", "POST"])

            let mails = try await MailServer(security: "none", in: scope)
            var mail = NotifySamples.mail(mails.port, security: .none)
            mail.proxy = proxy.url
            _ = try await sender.send(NotifySamples.message(), over: mail).acceptance
            #expect(try mails.mails().count == 1)
            let tunnels = [server.port, server.port, server.port, mails.port].map { "CONNECT 127.0.0.1:\($0)" }
            #expect(try proxy.requests().map { "\($0.method) \($0.path)" } == tunnels)
        }
    }

    /// In a process of its own, since the environment is that of all tests.
    @Test func theEnvironmentDecidesNothing() async throws {
        await #expect(processExitsWith: .success) {
            try await Scope.with { scope in
                for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
                let server = try await HookServer(in: scope), proxy = try await HookServer(in: scope)
                let sender = ChannelSender()
                _ = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url)).acceptance
                setenv("no_proxy", "*", 1)
                _ = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url, proxy: proxy.url)).acceptance
                guard try server.requests().count == 1, try proxy.requests().count == 1 else { throw Trouble("the environment decided") }
            }
        }
    }

    @Test func secretsAreInNoText() async throws {
        try await Scope.with { scope in
            let (server, ca) = try await server(
                in: scope,
                [
                    "/services/T00000001/xyzzy-is-a-long-secret": .init(
                        status: 400, body: "no /services/T00000001/xyzzy-is-a-long-secret?key=abc123def, not T00000001, key abc123def, signed s1gn"),
                    "/ok1234567": .init(body: "taken at /ok1234567?key=abc123def"),
                ])
            let url = server.url + "/services/T00000001/xyzzy-is-a-long-secret?key=abc123def"
            let refusal = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, url, secret: "s1gn", ca: ca)).refusal
            #expect(refusal.reason.contains("HTTP 400: no [hidden], not [hidden], key [hidden], signed [hidden]"), "\(refusal)")
            let taken = NotifySamples.hook(.webhook, server.url + "/ok1234567?key=abc123def", ca: ca)
            #expect(try await sender.send(NotifySamples.message(), over: taken).acceptance.answer == "HTTP 200: taken at [hidden]")

            let withAccount = NotifySamples.hook(.webhook, "https://user:pass%77ord@127.0.0.1:1/", proxy: "http://me:topsecret@nowhere.invalid:1")
            let unreachable = try await sender.send(NotifySamples.message(), over: withAccount).refusal
            for secret in ["pass%77ord", "password", "topsecret"] { #expect(!"\(unreachable)".contains(secret), "\(unreachable)") }
            let bad = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, "https://[bad/T00000001secret")).refusal
            #expect(bad.code == .invalidFile)
            #expect(!"\(bad)".contains("T00000001secret"), "\(bad)")
        }
    }

    @Test func aLongAnswerIsCut() async throws {
        try await Scope.with { scope in
            let (server, ca) = try await server(in: scope, ["/": .init(body: String(repeating: "é", count: 100_000))])
            let answer = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(.webhook, server.url + "/", ca: ca)).acceptance.answer
            #expect(answer == "HTTP 200: " + String(repeating: "é", count: 248) + "…")
        }
    }
}
