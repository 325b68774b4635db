/// A way to reach people, from the supervisor's file.
package struct ChannelSettings: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case smtp(MailSettings)
        case hook(HookSettings)
    }

    package var name: String
    package var kind: Kind
    /// How long one attempt may take, all in all.
    package var timeout: Duration
    /// URL of a proxy; nil: none, whatever the environment says.
    package var proxy: String?
    /// Path of a PEM file with the certificates that are trusted; nil: the system's.
    package var ca: String?
    /// Whether it may connect to link-local addresses and others of clouds' metadata services, which tell secrets to whoever asks.
    package var allowsLinkLocal: Bool

    package init(
        name: String, kind: Kind, timeout: Duration = .seconds(15), proxy: String? = nil, ca: String? = nil, allowsLinkLocal: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.timeout = timeout
        self.proxy = proxy
        self.ca = ca
        self.allowsLinkLocal = allowsLinkLocal
    }
}

/// A mail server and whom to write to.
package struct MailSettings: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// No encryption. A password is refused then.
        case none
        /// STARTTLS, required: never goes on without.
        case starttls
        /// TLS from the first byte (SMTPS).
        case tls
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var password: String?
    /// Address of the sender, `dts@example.com` or `DTS <dts@example.com>`.
    package var from: String
    /// Addresses that get every message of this channel.
    package var to: [String]
    /// Whether the owner of the task gets its messages, too.
    package var includesOwner: Bool

    package init(
        host: String, port: Int, security: Security, user: String? = nil, password: String? = nil, from: String, to: [String] = [],
        includesOwner: Bool = false
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.password = password
        self.from = from
        self.to = to
        self.includesOwner = includesOwner
    }
}

/// An HTTP address and what is spoken there.
package struct HookSettings: Sendable, Hashable {
    package enum Service: String, Sendable, Hashable, CaseIterable {
        /// Our own JSON, signed with HMAC-SHA256.
        case webhook
        case slack, teams, discord, feishu, dingtalk, wecom, pagerduty
    }

    package var service: Service
    /// Holds a secret with most services: never logged, never shown.
    package var url: String
    /// Signs (webhook, feishu, dingtalk), or is the routing key (pagerduty).
    package var secret: String?

    package init(service: Service, url: String, secret: String? = nil) {
        self.service = service
        self.url = url
        self.secret = secret
    }
}
