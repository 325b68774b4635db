import SyncModel

/// Reads an endpoint and its password.
struct EndpointReader {
    static let allowed =
        ["host", "port", "socket", "hosts", "user"] + Fields.passwordFields
        + ["type", "region", "provider", "access", "tls", "positioning"]

    let source: SourceText

    func read(_ value: Value) -> (endpoint: Endpoint, password: String)? {
        guard let fields = value.fields(Self.allowed) else { return nil }
        var endpoint = Endpoint(
            user: fields.required("user", "a user of the database server")?.text("a user name") ?? ""
        )
        readAddress(fields, into: &endpoint)
        if let type = fields["type"]?.word(Endpoint.Engine.self) { endpoint.type = type }
        endpoint.region = fields["region"]?.text("a label")
        if let provider = fields["provider"]?.word(Endpoint.Provider.self) { endpoint.provider = provider }
        if let access = fields["access"]?.word(Endpoint.Access.self) { endpoint.access = access }
        if let tls = fields["tls"].flatMap(readTLS) { endpoint.tls = tls }
        if let positioning = fields["positioning"], let word = positioning.word(Endpoint.Positioning.self) {
            endpoint.positioning = word
            if word == .file, !endpoint.hosts.isEmpty {
                positioning.problem("found 'file' together with several hosts, whose files differ; allowed: auto, gtid")
            }
        }
        return (endpoint, fields.password(source))
    }

    /// The first of `hosts` becomes `host` when that is not given.
    private func readAddress(_ fields: Fields, into endpoint: inout Endpoint) {
        let port = fields["port"]?.number(1...65535)
        endpoint.port = port ?? endpoint.port
        if let socket = fields["socket"] {
            endpoint.socket = socket.text("the path of a Unix socket").map {
                FileText.absolute($0, from: source.folder)
            }
            for name in ["host", "hosts", "port"] {
                fields[name]?.problem("found together with socket; allowed: either socket or host and port")
            }
            return
        }
        endpoint.host = fields["host"]?.text("a host name or address")
        guard let hosts = fields["hosts"] else {
            if fields["host"] == nil { fields.missing("host", "one of host, socket, hosts") }
            return
        }
        let allowed = "HOST or HOST:PORT"
        guard let values = hosts.list(allowed, atLeastOne: true) else { return }
        var addresses: [(host: String, port: Int)] = []
        for value in values {
            guard let text = value.text(allowed) else { continue }
            guard let address = Address(text, defaultPort: endpoint.port) else {
                value.problem("\(value.found); allowed: \(allowed)")
                continue
            }
            addresses.append((address.host, address.port))
        }
        if endpoint.host == nil, let first = addresses.first {
            (endpoint.host, endpoint.port) = first
            addresses.removeFirst()
        }
        endpoint.hosts = addresses.map { $0.host.contains(":") ? "[\($0.host)]:\($0.port)" : "\($0.host):\($0.port)" }
    }

    private func readTLS(_ value: Value) -> TLSSettings? {
        guard let fields = value.fields(["mode", "ca", "cert", "key", "cleartext_plugin", "get_server_public_key"]) else { return nil }
        var tls = TLSSettings()
        if let mode = fields["mode"]?.word(TLSSettings.Mode.self) { tls.mode = mode }
        let path = { (name: String) in
            fields[name]?.text("the path of a PEM file").map { FileText.absolute($0, from: source.folder) }
        }
        tls.ca = path("ca")
        tls.cert = path("cert")
        tls.key = path("key")
        tls.cleartextPlugin = fields["cleartext_plugin"]?.word(["true", "false"]) == "true"
        tls.getServerPublicKey = fields["get_server_public_key"]?.word(["true", "false"]) == "true"
        if tls.cleartextPlugin, !tls.verifies {
            fields["cleartext_plugin"]?.problem("found with mode \(tls.mode.rawValue) and without ca; allowed: with verify-ca or verify-identity")
        }
        if fields["cert"] != nil, fields["key"] == nil { fields.missing("key", "the private key of cert") }
        if fields["key"] != nil, fields["cert"] == nil { fields.missing("cert", "the certificate of key") }
        return tls
    }
}
