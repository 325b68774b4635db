import SupervisorNotices
import SyncModel
import Testing
import TestSupport

@testable import SupervisorNotify

/// Mail servers that cannot be reached, trusted or logged in to.
@Suite(.timeLimit(.minutes(5))) struct MailTroubleTests {
    private let sender = ChannelSender()

    private func expect(
        _ refusal: Refusal, _ code: FailureCode, _ words: String..., isPermanent: Bool = false, location: SourceLocation = #_sourceLocation
    ) {
        #expect(refusal.code == code, "\(refusal)", sourceLocation: location)
        #expect(refusal.isPermanent == isPermanent, "\(refusal)", sourceLocation: location)
        for word in words { #expect(refusal.reason.contains(word), "\(refusal.reason)", sourceLocation: location) }
        #expect(!refusal.remedy.isEmpty, sourceLocation: location)
    }

    @Test func aWrongPasswordIsSaidWithoutIt() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let server = try await MailServer(
                security: "starttls", certificate: authority.certificate(), user: "dts", password: "right", in: scope)
            let channel = NotifySamples.mail(server.port, security: .starttls, user: "dts", password: "wrong-one", ca: authority.ca)
            let refusal = try await sender.send(NotifySamples.message(), over: channel).refusal
            expect(refusal, .accessDenied, "user dts", "535", isPermanent: true)
            #expect(!refusal.reason.contains("wrong-one"))
            #expect(try server.mails().isEmpty)
        }
    }

    @Test func nothingIsSentWithoutTheEncryptionThatIsRequired() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            let refusal = try await sender.send(NotifySamples.message(), over: NotifySamples.mail(server.port, security: .starttls)).refusal
            expect(refusal, .tlsFailed, "does not offer STARTTLS", "127.0.0.1:\(server.port)")
            #expect(try server.mails().isEmpty)
        }
    }

    @Test func aCertificateOfSomebodyElseIsRefused() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope), other = try await TestAuthority(in: scope)
            for (security, known) in [("starttls", MailSettings.Security.starttls), ("tls", .tls)] {
                let server = try await MailServer(security: security, certificate: authority.certificate(), in: scope)
                for ca in [nil, other.ca] {
                    let channel = NotifySamples.mail(server.port, security: known, ca: ca)
                    expect(try await sender.send(NotifySamples.message(), over: channel).refusal, .tlsFailed, "not trusted", "certificate")
                }
                let impostor = try await MailServer(security: security, certificate: authority.certificate(for: "DNS:mail.example.com"), in: scope)
                let channel = NotifySamples.mail(impostor.port, security: known, ca: authority.ca)
                expect(try await sender.send(NotifySamples.message(), over: channel).refusal, .tlsFailed, "not trusted", "127.0.0.1")
                #expect(try server.mails().isEmpty && impostor.mails().isEmpty)
            }
        }
    }

    @Test func aServerThatHangsOrClosesOrIsNotThereIsNamed() async throws {
        try await Scope.with { scope in
            let server = try await MailServer(security: "none", in: scope)
            func send(_ to: String..., security: MailSettings.Security = .none, port: Int? = nil, seconds: Int = 120) async throws
                -> Refusal
            {
                let channel = NotifySamples.mail(port ?? server.port, security: security, to: to, timeout: .seconds(seconds))
                return try await sender.send(NotifySamples.message(), over: channel).refusal
            }
            expect(try await send("hang@example.com", seconds: 2), .timedOut, "127.0.0.1:\(server.port) did not answer in time")
            // That another recipient was refused before is not what happened.
            expect(try await send("unknown@example.com", "hang@example.com", seconds: 10), .timedOut, "did not answer in time")
            expect(try await send("close@example.com"), .connectionLost, "127.0.0.1:\(server.port) broke the connection off")
            expect(try await send("ops@example.com", security: .tls), .tlsFailed, "no encrypted connection to")
            expect(try await send("ops@example.com", port: 1), .hostUnreachable, "127.0.0.1:1 cannot be reached")
            #expect(try server.mails().isEmpty)
        }
    }

    @Test func aFileOfCertificatesThatIsNotThereIsNamed() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let server = try await MailServer(security: "starttls", certificate: authority.certificate(), in: scope)
            let channel = NotifySamples.mail(server.port, security: .starttls, ca: "/nowhere/ca.pem")
            expect(try await sender.send(NotifySamples.message(), over: channel).refusal, .tlsFailed, "`ca` cannot be read", "/nowhere/ca.pem")
        }
    }

    @Test func whatCannotBeSentIsRefusedBeforeAnythingIsConnectedTo() async throws {
        func refusal(_ change: (inout MailSettings) -> Void, recipient: String? = nil) async throws -> Refusal {
            var settings = MailSettings(host: "127.0.0.1", port: 1, security: .starttls, from: "dts@example.com", to: ["ops@example.com"])
            change(&settings)
            let channel = ChannelSettings(name: "mail", kind: .smtp(settings))
            return try await sender.send(NotifySamples.message(recipient: recipient), over: channel).refusal
        }
        expect(try await refusal { $0.to = [] }, .invalidFile, "channel mail names nobody", isPermanent: true)
        expect(try await refusal { $0.host = "mail.example.com/x" }, .invalidFile, "not the name of a mail server", isPermanent: true)
        expect(
            try await refusal {
                $0.security = .none
                $0.password = "s3cr3t"
            }, .invalidFile, "no encryption", isPermanent: true)
        expect(try await refusal { $0.from = "dts" }, .invalidFile, "'dts'", "exactly one @", isPermanent: true)
        expect(try await refusal { $0.to = ["a@b@c"] }, .invalidFile, "exactly one @", isPermanent: true)
        expect(try await refusal { $0.to = ["a@b.c\r\nBcc: x@y.z"] }, .invalidFile, "line break", isPermanent: true)
        expect(try await refusal({ _ in }, recipient: "a@b.c>\nRCPT TO:<x@y.z"), .invalidFile, "line break", isPermanent: true)
        expect(try await refusal { $0.to = ["jörg@example.com"] }, .invalidFile, "beyond ASCII before the @", isPermanent: true)
        expect(try await refusal { $0.to = ["ops@bücher.example"] }, .invalidFile, "domain", isPermanent: true)
        expect(try await refusal { $0.to = ["a b@example.com"] }, .invalidFile, "cannot have", isPermanent: true)
        expect(try await refusal { $0.to = ["a@exa>mple.com"] }, .invalidFile, "cannot have", isPermanent: true)
    }
}
