import FoundationEssentials
import SupervisorNotices
import SyncCurl
import SyncModel

/// Whether an answer means that a service has taken a message. Several of them answer 200 to what they refuse.
enum HookVerdict {
    /// - Throws: ``Refusal``.
    static func judge(_ answer: HTTPAnswer, _ service: HookSettings.Service, _ redaction: Redaction) throws(Refusal) -> Acceptance {
        let text = text(answer, redaction)
        guard (200..<300).contains(answer.status) else { throw refusal(answer, text) }
        switch service {
        case .webhook, .discord, .pagerduty: break
        case .slack:
            // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: plain text `ok`.
            let body = String(decoding: answer.body, as: UTF8.self)
            guard body.split(whereSeparator: \.isWhitespace) == ["ok"] else { throw refused(text, isPermanent: true) }
        case .teams:
            // The older webhooks report errors of Teams itself as 200 with a text; Workflows answer 202 without one.
            if String(decoding: answer.body, as: UTF8.self).contains("Webhook message delivery failed") {
                throw refused(text, isPermanent: !text.contains("HTTP error 429"))
            }
        case .feishu: try judge(code(answer, "code") ?? code(answer, "StatusCode"), passing: [11_232, 99_991_400], text)
        case .dingtalk: try judge(code(answer, "errcode"), passing: [-1, 130_101, 410_100], text, pause: .seconds(600))
        case .wecom: try judge(code(answer, "errcode"), passing: [-1, 6000, 45_009, 45_033], text, pause: .seconds(60))
        }
        return Acceptance(answer: text)
    }

    /// - Parameters:
    ///   - passing: codes that mean "too fast" or "busy".
    ///   - pause: how long such a service wants to be left alone.
    private static func judge(_ code: Int?, passing: Set<Int>, _ text: String, pause: Duration? = nil) throws(Refusal) {
        guard let code else { throw refused(text, isPermanent: false) }
        if code == 0 { return }
        throw refused(text, isPermanent: !passing.contains(code), retryAfter: passing.contains(code) ? pause : nil)
    }

    private static func code(_ answer: HTTPAnswer, _ field: String) -> Int? {
        struct Fields: Decodable {
            var code: Int?
            var errcode: Int?
            var StatusCode: Int?
        }
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(answer.body)) else { return nil }
        return switch field {
        case "code": fields.code
        case "errcode": fields.errcode
        default: fields.StatusCode
        }
    }

    private static func refused(_ text: String, isPermanent: Bool, retryAfter: Duration? = nil) -> Refusal {
        Refusal(
            .deliveryRefused, "the service refused the message: \(text)", remedy: "look up what the service says in its documentation",
            isPermanent: isPermanent, retryAfter: retryAfter)
    }

    private static func refusal(_ answer: HTTPAnswer, _ text: String) -> Refusal {
        switch answer.status {
        case 300..<400:
            Refusal(
                .deliveryRefused, "the service sends the message elsewhere, and redirects are not followed: \(text)",
                remedy: "use the address at which the service is now", isPermanent: true)
        case 401, 403:
            Refusal(
                .accessDenied, "the service does not let the channel in: \(text)", remedy: "check the address and the secret of the channel",
                isPermanent: true)
        case 404, 410:
            Refusal(
                .deliveryRefused, "the service does not know the address: \(text)", remedy: "make a new webhook there and use its address",
                isPermanent: true)
        case 408, 425, 429, 500...:
            Refusal(
                .deliveryRefused, "the service does not take the message now: \(text)", remedy: "nothing has to be done: it is sent again",
                isPermanent: false, retryAfter: answer.retryAfter)
        default: refused(text, isPermanent: true)
        }
    }

    /// The status and the first 500 bytes. What is secret goes first: cut in two it would not be found any more.
    private static func text(_ answer: HTTPAnswer, _ redaction: Redaction) -> String {
        let body = redaction(String(decoding: answer.body, as: UTF8.self)).onOneLine.cut(to: 500, .bytes)
        return body.isEmpty ? "HTTP \(answer.status)" : "HTTP \(answer.status): \(body)"
    }
}
