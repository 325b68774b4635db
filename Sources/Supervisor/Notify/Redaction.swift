import FoundationEssentials
import SupervisorNotices

/// Takes a channel's secrets out of texts that people see: libcurl's messages and servers' answers can repeat what they were sent.
struct Redaction {
    /// Longest first, so that what contains another is found.
    private let secrets: [String]

    init(_ channel: ChannelSettings) {
        var secrets: Set<String> = []
        switch channel.kind {
        case .smtp(let mail):
            let password = mail.password ?? ""
            // As AUTH PLAIN and AUTH LOGIN write it (RFC 4616): some servers repeat a line that they do not understand.
            let plain = "\0\(mail.user ?? "")\0\(password)"
            secrets.formUnion([password, Data(password.utf8).base64EncodedString(), Data(plain.utf8).base64EncodedString()])
        case .hook(let hook):
            secrets.insert(hook.secret ?? "")
            secrets.formUnion(Self.secrets(inURL: hook.url))
        }
        if let proxy = channel.proxy { secrets.formUnion(Self.secrets(inURL: proxy)) }
        // A secret of three letters protects nothing, and taking it out of words would make them unreadable.
        self.secrets = secrets.filter { $0.utf8.count > 3 }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    func callAsFunction(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "[hidden]") }
    }

    func applied(to result: SendResult) -> SendResult {
        switch result {
        case .accepted(var acceptance):
            acceptance.answer = self(acceptance.answer)
            acceptance.missed = acceptance.missed.map {
                MissedRecipient(address: $0.address, answer: self($0.answer), isPermanent: $0.isPermanent)
            }
            return .accepted(acceptance)
        case .refused(var refusal):
            refusal.reason = self(refusal.reason)
            return .refused(refusal)
        }
    }

    /// User, password, path and query, as a whole and in parts. Parts that are short or made of letters alone are words of the service
    /// such as `services`, which would be missing in its answers.
    private static func secrets(inURL url: String) -> [String] {
        guard let url = URLText(url) else { return [url] }
        let parts = url.path.split { "/?&=#".contains($0) }.filter(isSecret)
        var found = (parts + (url.account?.split(separator: ":") ?? [])).map(String.init)
        if url.path.utf8.count > 1 { found.append(String(url.path)) }
        return found + found.map(URLText.unescaped)
    }

    private static func isSecret(_ part: Substring) -> Bool {
        part.utf8.count >= 20 || part.utf8.count >= 6 && part.contains(where: \.isNumber)
    }
}
