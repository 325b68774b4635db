import SyncMySQL
import TestSupport
import WorkloadKit

/// A database that a one-way task carries from one server to another, caught up, ready to be written.
struct Followed: Sendable {
    let source: TestServer
    let target: TestServer
    let database: String
    let supervisor: TestSupervisor
    let task: OneWay

    /// - Parameters:
    ///   - tables: statements, run in the database before the task begins.
    ///   - source: when not given, the shared one of the kind.
    ///   - only: the tables that are synced, as a YAML list; nil: the whole database.
    ///   - endpoint: further fields of the source, as `, field: value`.
    ///   - settings: further lines of the task's file.
    ///   - account: as whom the task logs in to the target; nil: as the tests do.
    ///   - sourceAccount: the same for the source.
    init(
        _ kind: ServerKind,
        from source: TestServer? = nil,
        tables: [String],
        only: String? = nil,
        endpoint: String = "",
        settings: String = "",
        account: Account? = nil,
        sourceAccount: Account? = nil,
        in scope: Scope
    ) async throws {
        let source = try source ?? TestServer.shared(kind, .a)
        let target = try TestServer.shared(kind == .mariadb11 ? .mariadb : kind, .b)
        let database = scope.uniqueName("followed")
        try await source.makeDatabase(database, in: scope)
        scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
        try await source.withSession { session in
            try session.execute("USE `\(database)`")
            for table in tables { try session.execute(table) }
        }
        let supervisor = try await TestSupervisor(in: scope, named: scope.uniqueName("data"))
        task = try await OneWay(
            "followed",
            from: source.yaml(sourceAccount, endpoint),
            to: target.yaml(account),
            objects: "[{database: \(database)\(only.map { ", tables: \($0)" } ?? "")}]",
            settings: settings,
            on: supervisor,
            in: scope
        )
        self.source = source
        self.target = target
        self.database = database
        self.supervisor = supervisor
        try await task.start()
        try await catchUp()
    }

    /// Runs statements on the source, on a session of their own.
    func write(_ statements: String...) async throws {
        try await source.withSession { [database] session in
            try session.execute("USE `\(database)`")
            for statement in statements { try session.execute(statement) }
        }
    }

    /// Runs statements on the target, as its own users do.
    func writeTarget(_ statements: String...) async throws {
        try await target.withSession { [database] session in
            try session.execute("USE `\(database)`")
            for statement in statements { try session.execute(statement) }
        }
    }

    func catchUp() async throws { try await supervisor.wait(task.name, for: "caught-up") }

    /// The rows that the target has, joined by blanks.
    func onTarget(_ query: String) async throws -> [String] {
        try await target.withSession { [database] session in
            try session.execute("USE `\(database)`")
            return try session.rows(query).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
        }
    }

    func requireEqual() async throws {
        try await catchUp()
        let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
        if !result.isEqual { throw Trouble("target and source differ:\n\(result.summary)") }
    }

    /// Waits for the task to stop by itself.
    /// - Returns: its error.
    func failure() async throws -> TaskReport.Failure {
        try await eventually(within: .seconds(60), "the task stops with an error") {
            let report = try await supervisor.task(task.name)
            return report.state == "failed" ? report.error : nil
        }
    }
}
