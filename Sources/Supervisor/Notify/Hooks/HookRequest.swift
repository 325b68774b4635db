import Crypto
import FoundationEssentials
import SupervisorAPI
import SupervisorNotices

/// One POST of a service.
struct HookRequest: Sendable, Hashable {
    var url: String
    var headers: [String]
    var body: [UInt8]

    init(url: String, headers: [String] = [], body: [UInt8]) {
        self.url = url
        self.headers = ["Content-Type: application/json; charset=utf-8", "User-Agent: DTS"] + headers
        self.body = body
    }
}

extension HookSettings {
    /// What a message is in the form of the service; several requests where the service takes one event at a time.
    func requests(for message: Message, now: Timestamp) throws -> [HookRequest] {
        switch service {
        case .webhook: [try WebhookPayload.request(message, self, now)]
        case .slack: [HookRequest(url: url, body: try SlackPayload.body(message).bytes)]
        case .teams: [HookRequest(url: url, body: try TeamsPayload.body(message).bytes)]
        case .discord: [HookRequest(url: DiscordPayload.url(url), body: try DiscordPayload.body(message).bytes)]
        case .feishu: [HookRequest(url: url, body: try FeishuPayload.body(message, secret: secret, now).bytes)]
        case .dingtalk: [HookRequest(url: DingTalkPayload.url(url, secret: secret, now), body: try DingTalkPayload.body(message).bytes)]
        case .wecom: [HookRequest(url: url, body: try WeComPayload.body(message).bytes)]
        case .pagerduty: try PagerDutyPayload.events(message, routingKey: secret ?? "").map { HookRequest(url: url, body: try $0.bytes) }
        }
    }
}

/// HMAC-SHA256 as services want it.
enum HookSignature {
    static func hex(_ text: [UInt8], key: String) -> String {
        code(text, key).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func base64(_ text: String, key: String) -> String { Data(code(Array(text.utf8), key)).base64EncodedString() }

    private static func code(_ text: [UInt8], _ key: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: Array(key.utf8))))
    }
}

extension String {
    /// As part of a query: everything but letters, digits and `-._~` as `%XX`.
    var queryEscaped: String {
        utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            if byte < 128, scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._~".unicodeScalars.contains(scalar) {
                return String(scalar)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// A URL with one more field in its query; one of that name that is there already stays as it is.
    func addingQuery(_ name: String, _ value: String) -> String {
        let fragment = firstIndex(of: "#") ?? endIndex
        let base = self[..<fragment]
        guard let query = base.firstIndex(of: "?") else { return "\(base)?\(name)=\(value)" }
        let fields = base[base.index(after: query)...].split(separator: "&")
        if fields.contains(where: { $0 == name || $0.hasPrefix("\(name)=") }) { return String(base) }
        return fields.isEmpty ? "\(base)\(name)=\(value)" : "\(base)&\(name)=\(value)"
    }
}
