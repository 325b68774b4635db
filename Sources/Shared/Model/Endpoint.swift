/// Where a database server is and as whom to log in. The password travels apart, in ``Secrets``.
package struct Endpoint: Sendable, Hashable, Codable {
    package enum Engine: String, Sendable, Hashable, Codable, CaseIterable {
        case mysql
        case tdsqlCMySQL = "tdsql-c-mysql"
    }

    package enum Provider: String, Sendable, Hashable, Codable, CaseIterable {
        case others, aws
        case alibabaCloud = "alibaba-cloud"
    }

    package enum Access: String, Sendable, Hashable, Codable, CaseIterable {
        case `public`
        case selfBuildOnCVM = "self-build-on-cvm"
        case directConnect = "direct-connect"
        case vpn, vpc, database, ccn
    }

    /// How positions in the source's binlog are named: by GTID where the server has them, or by file and offset.
    package enum Positioning: String, Sendable, Hashable, Codable, CaseIterable {
        case auto, gtid, file
    }

    package var host: String?
    package var port: Int
    /// Path of a Unix socket; then `host` and `port` are not used.
    package var socket: String?
    /// Further servers of the group that `host` belongs to, of which one is written at a time (failover with GTID), `host:port`.
    package var hosts: [String]
    package var user: String
    package var type: Engine
    package var region: String?
    package var provider: Provider
    package var access: Access
    package var tls: TLSSettings
    package var positioning: Positioning

    package init(
        host: String? = nil, port: Int = 3306, socket: String? = nil, hosts: [String] = [], user: String,
        type: Engine = .mysql, region: String? = nil, provider: Provider = .others, access: Access = .public,
        tls: TLSSettings = TLSSettings(), positioning: Positioning = .auto
    ) {
        self.host = host
        self.port = port
        self.socket = socket
        self.hosts = hosts
        self.user = user
        self.type = type
        self.region = region
        self.provider = provider
        self.access = access
        self.tls = tls
        self.positioning = positioning
    }

    /// The address as people write it, for messages: `host:port` or the socket's path.
    package var address: String {
        if let socket { return socket }
        return "\(host ?? hosts.first ?? "localhost"):\(port)"
    }

    /// Whether nobody can sit between: a socket, or an address of this machine's own.
    package var isLocal: Bool {
        guard socket == nil, let host else { return socket != nil }
        return host == "localhost" || host == "::1" || host.wholeMatch(of: /127(\.[0-9]+){3}/) != nil
    }

    /// Whether there are several servers to choose from, one of which may take over from another.
    package var isGroup: Bool { socket == nil && !hosts.isEmpty }

    /// One endpoint for each of the servers, in the order in which they are tried.
    package var single: [Endpoint] {
        guard isGroup else { return [self] }
        var first = self
        first.hosts = []
        let others = hosts.map { text in
            var other = first
            let colon = text.lastIndex(of: ":") ?? text.endIndex
            other.host = text[..<colon].trimmingBrackets()
            if colon < text.endIndex, let port = Int(text[text.index(after: colon)...]) { other.port = port }
            return other
        }
        return (host == nil ? [] : [first]) + others
    }
}

extension Substring {
    /// An IPv6 address without the brackets that set it off from the port.
    fileprivate func trimmingBrackets() -> String { hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self) }
}

/// Transport encryption to one server.
package struct TLSSettings: Sendable, Hashable, Codable {
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        case disabled, preferred, required
        case verifyCA = "verify-ca"
        case verifyIdentity = "verify-identity"
    }

    /// As it was asked for; ``effectiveMode`` is what holds.
    package var mode: Mode
    package var ca: String?
    package var cert: String?
    package var key: String?
    /// Whether a server that has proven who it is may have the password itself (`mysql_clear_password`, `dialog`).
    package var cleartextPlugin: Bool
    /// Whether a key that a server gives without encryption is believed: the password is sent under it.
    package var getServerPublicKey: Bool

    package init(
        mode: Mode = .preferred, ca: String? = nil, cert: String? = nil, key: String? = nil, cleartextPlugin: Bool = false,
        getServerPublicKey: Bool = false
    ) {
        self.mode = mode
        self.ca = ca
        self.cert = cert
        self.key = key
        self.cleartextPlugin = cleartextPlugin
        self.getServerPublicKey = getServerPublicKey
    }

    /// Whoever names an authority wants the server's certificate to be checked against it.
    package var effectiveMode: Mode { ca != nil && (mode == .preferred || mode == .required) ? .verifyCA : mode }

    /// Whether the server has to prove who it is.
    package var verifies: Bool { effectiveMode == .verifyCA || effectiveMode == .verifyIdentity }

    /// The same for a server that has been reached with encryption before: it is not gone without any more.
    package var insisting: TLSSettings {
        var result = self
        if mode == .preferred { result.mode = .required }
        return result
    }
}

extension TLSSettings {
    private enum CodingKeys: String, CodingKey { case mode, ca, cert, key, cleartextPlugin, getServerPublicKey }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            mode: try fields.decode(Mode.self, forKey: .mode), ca: try fields.decodeIfPresent(String.self, forKey: .ca),
            cert: try fields.decodeIfPresent(String.self, forKey: .cert), key: try fields.decodeIfPresent(String.self, forKey: .key),
            cleartextPlugin: try fields.decodeIfPresent(Bool.self, forKey: .cleartextPlugin) ?? false,
            getServerPublicKey: try fields.decodeIfPresent(Bool.self, forKey: .getServerPublicKey) ?? false)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(mode, forKey: .mode)
        try fields.encodeIfPresent(ca, forKey: .ca)
        try fields.encodeIfPresent(cert, forKey: .cert)
        try fields.encodeIfPresent(key, forKey: .key)
        if cleartextPlugin { try fields.encode(true, forKey: .cleartextPlugin) }
        if getServerPublicKey { try fields.encode(true, forKey: .getServerPublicKey) }
    }
}

/// The passwords of a task. Never logged, never in an API answer; printing it shows nothing.
package struct Secrets: Sendable, Hashable, Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var source: String
    package var target: String

    package init(source: String, target: String) {
        self.source = source
        self.target = target
    }

    package var description: String { "Secrets(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
