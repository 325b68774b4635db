import FoundationEssentials
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

/// One run of the matrix: a task from one server to another that carries all families.
struct MatrixRun: Sendable {
    let source: TestServer
    let target: TestServer
    let scripts: [MatrixScript]
    private let structures: [MatrixStructure]
    private let name = "matrix"
    private let database: String
    private let supervisor: TestSupervisor

    init(_ route: Integration.MatrixTests.Route, in scope: Scope) async throws {
        async let a = Self.server(route.source, .a, scope)
        async let b = Self.server(route.target, .b, scope)
        (source, target) = (try await a, try await b)
        let database = scope.uniqueName("matrix")
        self.database = database
        try await source.makeDatabase(database, in: scope)
        let target = target
        scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
        let wanted = ProcessInfo.processInfo.environment["DTS_TEST_FAMILIES"]?.split(separator: ",").map(String.init)
        scripts = MatrixFamily.all.filter { wanted?.contains($0.name) ?? true }.map { $0.on(route.kinds) }.filter { !$0.columns.isEmpty }
            .map(MatrixScript.init)
        structures = MatrixStructure.all.filter { $0.kinds.isSuperset(of: route.kinds) && wanted?.contains("structures") ?? true }
        supervisor = try await TestSupervisor(in: scope)
        _ = try await OneWay(
            name, from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", settings: "conflict: overwrite",
            on: supervisor, in: scope)
    }

    /// Two kinds run already. What a TIMESTAMP without a default is differs between versions, and is not what the matrix is about.
    static func server(_ kind: ServerKind, _ side: Side, _ scope: Scope) async throws -> TestServer {
        if ServerKind.allCases.contains(kind) { return try TestServer.shared(kind, side) }
        return try await TestServer.start(kind, ["--explicit-defaults-for-timestamp=ON"], in: scope)
    }

    /// A step of all families' scripts, each in one transaction.
    func execute(_ part: KeyPath<MatrixScript, [String]>, on server: TestServer) async throws {
        try await execute(scripts.flatMap { [$0.settings, "START TRANSACTION"] + $0[keyPath: part] + ["COMMIT"] }, on: server)
    }

    /// The same for the tables that are there for their definitions.
    func execute(structures part: KeyPath<MatrixStructure, [String]>) async throws {
        try await execute(structures.flatMap { $0[keyPath: part] }, on: source)
    }

    private func execute(_ statements: [String], on server: TestServer) async throws {
        let database = database
        try await server.withSession { session in
            try session.execute("USE `\(database)`")
            var failures: [String] = []
            for statement in statements {
                do { try session.execute(statement) } catch { failures.append("\(error)\nin \(statement.prefix(300))") }
            }
            if !failures.isEmpty { throw Trouble(failures.joined(separator: "\n")) }
        }
    }

    func start() async throws { try await supervisor.run("task", "start", name) }

    func requireEqual(_ step: String) async throws {
        try await supervisor.wait(name, for: "caught-up")
        let differences = try await MatrixComparison(source: source, target: target, database: database).differences()
        if !differences.isEmpty { throw Trouble("after \(step):\n" + differences.joined(separator: "\n")) }
    }

    func requireSameStructure() async throws {
        let differences = try await StructureComparison(source: source, target: target, database: database).differences()
        if !differences.isEmpty { throw Trouble("structure:\n" + differences.joined(separator: "\n")) }
    }

    /// - Parameter expected: the columns whose rows differ, each with its table's name and a point before it.
    func expectConflicts(_ expected: [String]) async throws {
        // The supervisor hears of them after the rows are written; what never comes is named below.
        try? await eventually(within: .seconds(30), "\(expected.count) conflicts") { try await conflicts().count >= expected.count }
        let found = try await conflicts()
        #expect(Set(found).subtracting(expected).sorted() == [])
        #expect(Set(expected).subtracting(found).sorted() == [])
        #expect(try await supervisor.task(name).conflicts.total == expected.count)
    }

    private func conflicts() async throws -> [String] {
        try await supervisor.json(Conflicts.self, "conflict", "list", name, "--limit", "1000").conflicts.map { $0.row(scripts) }
    }

    private struct Conflicts: Decodable {
        var conflicts: [Conflict]
    }

    private struct Conflict: Decodable {
        struct Field: Decodable {
            var column: String
            var value: String?
        }

        var table: String
        var key: [Field]

        /// `table.column` for a row of one column, else the table and the row's key.
        func row(_ scripts: [MatrixScript]) -> String {
            let key = key.map { $0.value ?? "NULL" }.joined(separator: ",")
            return scripts.compactMap { $0.conflicts[table + "." + key] }.first ?? "\(table) at \(key)"
        }
    }
}
