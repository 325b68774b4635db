package import SyncModel

/// A two-way sync as its file describes it, and the passwords: `source` that of A, `target` that of B.
package struct PairFile: Sendable, Hashable {
    package static let allowed = [
        "name", "a", "b", "objects", "prevails", "ddl", "sql", "scenario", "limits", "retry_minutes", "billing",
        "specification", "owner",
    ]

    package var spec: PairSpec
    package var secrets: Secrets

    /// - Parameter name: the pair that is configured; the file may leave its name out.
    /// - Throws: every problem of the file at once.
    package init(_ source: SourceText, configuring name: String? = nil) throws(InvalidFile) {
        let report = Report()
        let root = Document.root(of: source.text, report: report)
        let read = root.flatMap { Self.read($0, source, configuring: name) }
        try report.finish(file: source.name)
        guard let read else { throw InvalidFile.unexplained(source.name) }
        self = read
    }

    private init(spec: PairSpec, secrets: Secrets) {
        self.spec = spec
        self.secrets = secrets
    }

    private static func read(_ root: Value, _ source: SourceText, configuring existing: String?) -> PairFile? {
        guard let fields = root.fields(allowed) else { return nil }
        let endpoints = EndpointReader(source: source)
        let name = existing == nil ? fields.required("name", "a name for the pair") : fields["name"]
        let a = fields.required("a", "an endpoint").flatMap(endpoints.read)
        let b = fields.required("b", "an endpoint").flatMap(endpoints.read)
        let objects = fields.required("objects", "a list of databases").map { ObjectsReader.read($0, isPair: true) }
        let sql = SettingsReader.sql(fields["sql"], ddlAllowed: false)
        let spec = PairSpec(
            name: name.flatMap { TaskName.read($0, maximumLength: Naming.maximumPairLength) } ?? existing ?? "",
            a: a?.endpoint ?? Endpoint(user: ""),
            b: b?.endpoint ?? Endpoint(user: ""),
            objects: objects ?? [],
            prevails: SettingsReader.prevails(fields["prevails"]),
            ddl: fields["ddl"]?.word() ?? .none,
            insert: sql.insert,
            update: sql.update,
            delete: sql.delete,
            scenario: fields["scenario"]?.word() ?? .auto,
            limits: SettingsReader.limits(fields["limits"]),
            retryMinutes: SettingsReader.retryMinutes(fields["retry_minutes"]),
            billing: SettingsReader.billing(fields["billing"]),
            specification: fields["specification"]?.word() ?? .standard,
            ownerEmail: SettingsReader.ownerEmail(fields["owner"])
        )
        return PairFile(spec: spec, secrets: Secrets(source: a?.password ?? "", target: b?.password ?? ""))
    }
}
