import SupervisorNotices
import SyncCurl
import Testing

@testable import SupervisorNotify

/// Answers that repeat what is secret.
@Suite struct HookRedactionTests {
    @Test func aSecretThatIsCutInTwoIsNotTold() throws {
        let secret = "T0K3N-a-long-secret-of-a-path"
        let hook = HookSettings(service: .webhook, url: "https://localhost/\(secret)")
        let redaction = Redaction(ChannelSettings(name: "ops", kind: .hook(hook)))
        let body = String(repeating: "x", count: 490) + secret
        let refusal = #expect(throws: Refusal.self) {
            try HookVerdict.judge(HTTPAnswer(status: 500, body: Array(body.utf8)), .webhook, redaction)
        }
        #expect(refusal?.reason.contains("T0K3N") == false)
    }

    @Test func aPasswordIsNotToldAsTheProtocolWritesIt() {
        let mail = MailSettings(host: "mx", port: 587, security: .starttls, user: "user", password: "pass-word", from: "dts@example.com")
        let redaction = Redaction(ChannelSettings(name: "mail", kind: .smtp(mail)))
        // AUTH PLAIN and the second line of AUTH LOGIN.
        #expect(redaction("502 unrecognized: AHVzZXIAcGFzcy13b3Jk") == "502 unrecognized: [hidden]")
        #expect(redaction("500 cGFzcy13b3Jk") == "500 [hidden]")
    }
}
