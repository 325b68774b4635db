package import SyncModel

/// A one-way task as its file describes it, and the passwords, which travel apart.
package struct TaskFile: Sendable, Hashable {
    package static let allowed = [
        "name", "source", "target", "run", "initialization", "if_target_exists", "conflict", "sql", "objects", "limits",
        "retry_minutes", "billing", "specification", "owner",
    ]

    package var spec: TaskSpec
    package var secrets: Secrets

    /// - Parameter name: the task that is configured; the file may leave its name out, but not name another.
    /// - Throws: every problem of the file at once.
    package init(_ source: SourceText, configuring name: String? = nil) throws(InvalidFile) {
        let report = Report()
        let root = Document.root(of: source.text, report: report)
        let read = root.flatMap { Self.read($0, source, configuring: name) }
        try report.finish(file: source.name)
        guard let read else { throw InvalidFile.unexplained(source.name) }
        self = read
    }

    private init(spec: TaskSpec, secrets: Secrets) {
        self.spec = spec
        self.secrets = secrets
    }

    private static func read(_ root: Value, _ source: SourceText, configuring existing: String?) -> TaskFile? {
        guard let fields = root.fields(allowed) else { return nil }
        let endpoints = EndpointReader(source: source)
        let from = fields.required("source", "an endpoint").flatMap(endpoints.read)
        let to = fields.required("target", "an endpoint").flatMap(endpoints.read)
        let objects = fields.required("objects", "a list of databases").map { ObjectsReader.read($0) }
        var spec = TaskSpec(
            name: fields["name"].flatMap { TaskName.read($0) } ?? existing ?? "",
            source: from?.endpoint ?? Endpoint(user: ""),
            target: to?.endpoint ?? Endpoint(user: ""),
            runAt: SettingsReader.runAt(fields["run"]),
            initialization: SettingsReader.initialization(fields["initialization"]),
            ifTargetExists: fields["if_target_exists"]?.word() ?? .error,
            conflict: SettingsReader.conflict(fields["conflict"]),
            sql: SettingsReader.sql(fields["sql"], ddlAllowed: true),
            objects: objects ?? [],
            limits: SettingsReader.limits(fields["limits"]),
            retryMinutes: SettingsReader.retryMinutes(fields["retry_minutes"]),
            billing: SettingsReader.billing(fields["billing"]),
            specification: fields["specification"]?.word() ?? .standard,
            ownerEmail: SettingsReader.ownerEmail(fields["owner"])
        )
        if let existing, spec.name != existing {
            fields["name"]?.problem("found '\(spec.name)'; allowed: '\(existing)', since a task keeps its name")
        }
        if spec.name.isEmpty { spec.name = TaskName.generated(for: spec) }
        return TaskFile(spec: spec, secrets: Secrets(source: from?.password ?? "", target: to?.password ?? ""))
    }
}

extension InvalidFile {
    /// A file that could not be read although no problem was noted. It does not happen, and is not a reason to trap.
    static func unexplained(_ file: String) -> InvalidFile {
        InvalidFile(file: file, problems: [.init(line: 1, column: 1, field: "", message: "cannot be read")])
    }
}
