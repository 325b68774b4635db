import TestSupport

/// A one-way task between two servers, driven through the command line. Deleted at the end of the test.
struct OneWay: Sendable {
    let name: String
    let supervisor: TestSupervisor

    /// - Parameters:
    ///   - objects: the list of databases, as YAML.
    ///   - settings: further lines of the task's file.
    init(
        _ name: String, from source: String, to target: String, objects: String, settings: String = "",
        on supervisor: TestSupervisor, in scope: Scope
    ) async throws {
        self.name = name
        self.supervisor = supervisor
        let file = try scope.file(
            "\(name).yml",
            """
            name: \(name)
            source: \(source)
            target: \(target)
            objects: \(objects)
            \(settings)
            """)
        try await supervisor.run("task", "create", "-f", file)
        scope.onExit { try await supervisor.run("task", "delete", name, "--yes") }
    }

    func start() async throws { try await supervisor.run("task", "start", name) }

    /// Starts and expects the verification to refuse it.
    /// - Returns: the codes of the items that failed.
    func startRefused() async throws -> [String] { try await startRefusedItems().compactMap(\.code) }

    /// The same with all that the items say.
    func startRefusedItems() async throws -> [VerificationReport.Item] {
        let done = try await supervisor.command("task", "start", name, "--json")
        guard done.status == 3 else { throw Trouble("\(done.line)\nended with \(done.status), not 3:\n\(done.output)\(done.errors)") }
        let started = try supervisor.decode(Started.self, done)
        return started.verification.items.filter { $0.level == "fail" }
    }

    private struct Started: Decodable { var verification: VerificationReport }
}
