import SupervisorNotices

/// Reads one of `notify.channels`.
struct ChannelReader {
    enum Kind: String, CaseIterable {
        case smtp, webhook, slack, teams, discord, feishu, dingtalk, wecom, pagerduty

        /// What only some of the types have.
        var fields: [String] {
            switch self {
            case .smtp: ["host", "port", "security", "user"] + Fields.passwordFields + ["from", "to"]
            case .webhook, .feishu, .dingtalk: Fields.secretFields("url") + Fields.secretFields("secret")
            case .slack, .teams, .discord, .wecom: Fields.secretFields("url")
            case .pagerduty: Fields.secretFields("url") + Fields.secretFields("routing_key")
            }
        }
    }

    static let common = ["type", "timeout_seconds", "proxy", "ca", "allow_link_local"]
    static let allowed =
        common + Kind.smtp.fields + Fields.secretFields("url") + Fields.secretFields("secret") + Fields.secretFields("routing_key")
    static let pagerDuty = "https://events.pagerduty.com/v2/enqueue"

    let source: SourceText

    func read(_ name: String, _ value: Value) -> ChannelSettings? {
        guard let fields = value.fields(Self.allowed) else { return nil }
        let type = fields.required("type", Kind.allCases.map(\.rawValue).joined(separator: ", "))
        guard let kind = type?.word(Kind.self) else { return nil }
        for field in Self.allowed where !Self.common.contains(field) && !kind.fields.contains(field) {
            let types = Kind.allCases.filter { $0.fields.contains(field) }.map(\.rawValue)
            fields[field]?.problem("found with type \(kind.rawValue); allowed: only with \(types.joined(separator: ", "))")
        }
        let settings: ChannelSettings.Kind
        switch kind {
        case .smtp: settings = .smtp(mail(fields))
        default: settings = .hook(hook(kind, fields))
        }
        var channel = ChannelSettings(name: name, kind: settings)
        if let seconds = fields["timeout_seconds"]?.number(1...600) { channel.timeout = .seconds(seconds) }
        channel.proxy = fields["proxy"].flatMap { proxy in
            let text = proxy.text("the address of a proxy")
            if let text { proxy.checkWebAddress(text, schemes: ["http", "https", "socks4a", "socks5h"]) }
            return text
        }
        channel.ca = fields["ca"].flatMap(certificates)
        if let allows = fields["allow_link_local"]?.flag() { channel.allowsLinkLocal = allows }
        return channel
    }

    private func certificates(_ value: Value) -> String? {
        let allowed = "the path of a PEM file"
        guard let path = value.text(allowed).map({ FileText.absolute($0, from: source.folder) }) else { return nil }
        do throws(FileText.Unreadable) {
            _ = try FileText.read(path)
        } catch {
            value.problem("\(value.found), which cannot be read: \(error.reason); allowed: \(allowed)")
        }
        return path
    }

    private func hook(_ kind: Kind, _ fields: Fields) -> HookSettings {
        let url = fields.secret("url", source)
        if let url, let text = url.text {
            url.field.checkWebAddress(text)
        } else if url == nil, kind != .pagerduty {
            fields.missing("url", "exactly one of \(Fields.secretFields("url").joined(separator: ", "))")
        }
        let word = kind == .pagerduty ? "routing_key" : "secret"
        let secret = kind.fields.contains(word) ? fields.secret(word, source) : nil
        if kind == .pagerduty, secret == nil {
            fields.missing(word, "exactly one of \(Fields.secretFields(word).joined(separator: ", "))")
        }
        if let secret, secret.text == "", fields[word] != nil { secret.field.problem("found an empty text; allowed: a \(word)") }
        return HookSettings(
            service: HookSettings.Service(rawValue: kind.rawValue) ?? .webhook, url: url.map { $0.text ?? "" } ?? Self.pagerDuty,
            secret: secret?.text)
    }

    private func mail(_ fields: Fields) -> MailSettings {
        let security = fields["security"]?.word(MailSettings.Security.self) ?? .starttls
        var mail = MailSettings(
            host: host(fields) ?? "", port: fields["port"]?.number(1...65535) ?? Self.port(security), security: security, from: "")
        mail.user = fields["user"]?.text("a user name")
        if let password = fields.secret("password", source) {
            mail.password = password.text
            if fields["user"] == nil { fields.missing("user", "the user that the password is for") }
            if security == .none {
                (fields["security"] ?? password.field).problem(
                    "found 'none' together with a password, which everybody on the way could read; allowed: starttls, tls")
            }
        } else if fields["user"] != nil {
            fields.missing("password", "exactly one of \(Fields.passwordFields.joined(separator: ", "))")
        }
        mail.from = fields.required("from", "the sender's address")?.namedMailAddress() ?? ""
        for value in fields.required("to", "a list of addresses")?.list("mail addresses, or owner", atLeastOne: true) ?? [] {
            if value.scalar == "owner" {
                mail.includesOwner = true
            } else if let address = value.mailAddress() {
                if mail.to.contains(address) { value.problem("found '\(address)' again; allowed: each once") }
                mail.to.append(address)
            }
        }
        return mail
    }

    private func host(_ fields: Fields) -> String? {
        guard let value = fields.required("host", "a mail server"), let host = value.text("a host name or address") else { return nil }
        // It becomes part of an address.
        if host.contains(where: { $0.isWhitespace || "/@?#".contains($0) }) {
            value.problem("\(value.found); allowed: a host name or address")
        }
        return host
    }

    private static func port(_ security: MailSettings.Security) -> Int {
        switch security {
        case .none: 25
        case .starttls: 587
        case .tls: 465
        }
    }
}
