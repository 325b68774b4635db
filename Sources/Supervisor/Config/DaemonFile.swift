package import SupervisorNotices

/// Settings of the daemon: the file of `serve --config`.
package struct DaemonFile: Sendable, Hashable {
    package enum LogLevel: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package static let allowed = ["listen", "tls", "worker", "log_level", "notify", "owners", "billing"]

    /// Address of the API on TCP; nil: only the Unix socket.
    package var listen: Address?
    /// Certificate and key of `listen`; nil: it speaks no TLS.
    package var tls: ListenerFiles?
    /// Path of the worker's executable, absolute.
    package var worker: String?
    package var logLevel: LogLevel
    /// What may change while the daemon runs.
    package var reloadable: ReloadableSettings

    package init(
        listen: Address? = nil, tls: ListenerFiles? = nil, worker: String? = nil, logLevel: LogLevel = .info,
        reloadable: ReloadableSettings = ReloadableSettings()
    ) {
        self.listen = listen
        self.tls = tls
        self.worker = worker
        self.logLevel = logLevel
        self.reloadable = reloadable
    }

    /// - Throws: every problem of the file at once.
    package init(_ source: SourceText) throws(InvalidFile) {
        let report = Report()
        self.init()
        if let root = Document.root(of: source.text, report: report), let fields = root.fields(Self.allowed) {
            if let value = fields["listen"], let text = value.text("HOST:PORT") {
                listen = Address(text, defaultPort: nil, lowestPort: 0)
                if listen == nil { value.problem("\(value.found); allowed: HOST:PORT") }
            }
            tls = fields["tls"].flatMap { ListenerFiles($0, from: source.folder) }
            worker = fields["worker"]?.text("the path of dts-worker").map { FileText.absolute($0, from: source.folder) }
            if let level = fields["log_level"]?.word(LogLevel.self) { logLevel = level }
            if let notify = fields["notify"] { reloadable.notify = NotifyReader(source: source).read(notify) }
            if let owners = fields["owners"] { reloadable.owners = BillingReader.owners(owners) }
            if let billing = fields["billing"] { reloadable.billing = BillingReader.billing(billing) }
        }
        try report.finish(file: source.name)
    }
}

/// `tls` of the daemon's file: paths of PEM files, absolute.
package struct ListenerFiles: Sendable, Hashable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    init?(_ value: Value, from folder: String) {
        guard let fields = value.fields(["cert", "key"]) else { return nil }
        let certificate = fields.required("cert", "the path of a PEM file")?.text("the path of a PEM file")
        let key = fields.required("key", "the path of a PEM file")?.text("the path of a PEM file")
        guard let certificate, let key else { return nil }
        self.init(certificate: FileText.absolute(certificate, from: folder), key: FileText.absolute(key, from: folder))
    }
}
