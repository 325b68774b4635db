import TestSupport
import WorkloadKit

/// A task over all tables that are to be refused between two servers.
struct RefusalRun: Sendable {
    private let source: TestServer
    private let target: TestServer
    private let database: String
    private let refusals: [MatrixRefusal]
    private let supervisor: TestSupervisor

    init(_ route: Integration.MatrixTests.Route, in scope: Scope) async throws {
        async let a = MatrixRun.server(route.source, .a, scope)
        async let b = MatrixRun.server(route.target, .b, scope)
        (source, target) = (try await a, try await b)
        database = scope.uniqueName("refused")
        refusals = MatrixRefusal.all.filter { $0.sources.contains(route.source) && $0.targets.contains(route.target) }
        for server in [source, target] { try await server.makeDatabase(database, in: scope) }
        for refusal in refusals {
            try await source.execute(["USE `\(database)`"] + refusal.creation)
            if let present = refusal.present { try await target.execute("USE `\(database)`", present) }
        }
        supervisor = try await TestSupervisor(in: scope)
    }

    /// What was not refused, or otherwise than expected, in words.
    func unexpected(in scope: Scope) async throws -> [String] {
        let task = try await OneWay(
            "refused", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", settings: "if_target_exists: ignore",
            on: supervisor, in: scope)
        let failed = try await task.startRefusedItems()
        var result = refusals.compactMap { refusal -> String? in
            let table = "\(database).\(refusal.name)"
            let items = failed.filter { $0.facts.split(whereSeparator: { " :,;()".contains($0) }).contains { $0 == table } }
            return items.contains { $0.code == refusal.code }
                ? nil : "\(refusal.name) is refused with \(items.compactMap(\.code)), not \(refusal.code): \(failed.map(\.facts))"
        }
        let made = try await target.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'").compactMap { $0[0] }
        for table in made where !refusals.contains(where: { $0.name == table && $0.present != nil }) {
            result.append("\(table) was made all the same")
        }
        return result
    }
}
