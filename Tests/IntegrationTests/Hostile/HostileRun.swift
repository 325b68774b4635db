import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import TestSupport
import Testing
import WorkloadKit

/// A task of a real worker between two real servers, each behind a relay that keeps what the worker says; one of the relays is
/// hostile.
struct HostileRun: Sendable {
    let path: HostilePath
    let database: String
    let source: TestServer
    let target: TestServer
    private let relays: (source: HostileServer, target: HostileServer)
    private let rewritten = Counter()

    /// How often the hostile one has said something else than the server behind it.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }

        func note<Part: Equatable>(_ old: Part, _ new: Part) -> Part {
            if old != new { count.withLock { $0 += 1 } }
            return new
        }
    }

    /// A path on which nothing is rewritten says nothing.
    var hasRewritten: Bool { rewritten.value > 0 }

    init(_ path: HostilePath, _ kind: ServerKind, in scope: Scope) async throws {
        self.path = path
        let servers = (source: try TestServer.shared(kind, .a), target: try TestServer.shared(kind, .b))
        (source, target) = servers
        let database = scope.uniqueName("hostile")
        self.database = database
        for server in [servers.source, servers.target] {
            scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") }
            try await server.makeDatabase("\(database)_canary", in: scope)
            try await server.execute("CREATE TABLE \(database)_canary.canary (id INT PRIMARY KEY)", "INSERT INTO \(database)_canary.canary VALUES (1)")
        }
        relays = (
            try HostileServer(HostileScript(inFrontOf: servers.source.address.port), in: scope),
            try HostileServer(HostileScript(inFrontOf: servers.target.address.port), in: scope)
        )
        try await source.makeDatabase(database, in: scope)
        if path.namesColumns {
            let usual = try await source.value("SELECT @@GLOBAL.binlog_row_metadata") ?? ""
            scope.onExit { try await servers.source.execute("SET GLOBAL binlog_row_metadata = '\(usual)'") }
            try await source.execute("SET GLOBAL binlog_row_metadata = 'FULL'")
        }
        try await Self.execute(path.tables.map(named), in: database, on: source)
    }

    private func named(_ text: String) -> String { text.replacing("DB", with: database).replacing("CANARY", with: "\(database)_canary.canary") }

    private static func execute(_ statements: [String], in database: String, on server: TestServer) async throws {
        guard !statements.isEmpty else { return }
        try await server.withSession { session in
            try session.execute("USE `\(database)`")
            for statement in statements { try session.execute(statement) }
        }
    }

    // MARK: Running

    /// Runs the task to its end, and checks that no statement of anybody else was executed.
    func run(log: String) async throws -> TestWorker.Ending {
        if path.isLater {
            guard case .caughtUp = try await work(log) else { throw Trouble("the task does not run:\n\(textOfFile(log))") }
            try await Self.execute(path.kept.map(named), in: database, on: target)
        }
        turn()
        let (path, source, target, database) = (path, source, target, database)
        let (before, after) = (path.targetChanges.map(named), path.changes.map(named))
        let ending = try await work(log) {
            try await Self.execute(before, in: database, on: target)
            try await Self.execute(after, in: database, on: source)
        }
        try await check()
        return ending
    }

    private func work(_ log: String, whileStreaming: @escaping @Sendable () async throws -> Void = {}) async throws -> TestWorker.Ending {
        var spec = TaskSpec(
            name: database, source: relays.source.endpoint(), target: relays.target.endpoint(), conflict: path.conflict,
            sql: SQLSelection(ddl: path.ddl ? .all : .none), objects: [ObjectSelection(database: database)])
        if path.routines { spec.objects = [ObjectSelection(database: database, routines: .all)] }
        let secrets = Secrets(source: source.address.password, target: target.address.password)
        return try await TestWorker.run(Configuration(taskID: database, spec: spec, secrets: secrets), log: log, whileStreaming: whileStreaming)
    }

    /// From here on one of them is hostile.
    private func turn() {
        let rewritten = rewritten
        let relay = path.role == .source ? relays.source : relays.target
        switch path.change {
        case .value(let words, let column, let text):
            let (words, value) = (words.map(named), Array(named(text).utf8))
            relay.behave { script in
                script.row = { statement, row in
                    guard words.allSatisfy(statement.contains), column < row.count else { return row }
                    var changed = row
                    changed[column] = value
                    return rewritten.note(row, changed)
                }
            }
        case .cut(let words, let columns):
            let words = words.map(named)
            relay.behave {
                $0.row = { statement, row in words.allSatisfy(statement.contains) ? rewritten.note(row, Array(row.prefix(columns))) : row }
            }
        case .statement(let old, let new):
            let (old, new) = (named(old), named(new))
            relay.behave { $0.event = { rewritten.note($0, $0.saying(new, for: old)) } }
        case .event(let change): relay.behave { $0.event = { rewritten.note($0, change($0)) } }
        }
    }

    // MARK: What must hold

    private func check() async throws {
        for (name, relay) in [("source", relays.source), ("target", relays.target)] {
            for case .statement(let statement) in relay.heard {
                // A body is the routine's own; what is executed is the head.
                if path.routines, statement.contains(#/^(/\* dts [^*]*\*/ )?CREATE (DEFINER=`dts`@`%` )?PROCEDURE `p`\(/#) { continue }
                #expect(!BareText.of(statement).lowercased().contains("canary"), "the \(name) was told: \(statement)")
            }
        }
        for server in [source, target] {
            #expect(try await server.value("SELECT COUNT(*) FROM \(database)_canary.canary") == "1")
            let made = try await server.rows(
                """
                SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)_canary'
                UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '\(database)_canary'
                UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA IN ('\(database)', '\(database)_canary')
                """)
            #expect(made == [["canary"]])
        }
    }

    func requireEqual() async throws {
        let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
        if !result.isEqual { throw Trouble("target and source differ:\n\(result.summary)") }
    }

    /// The values of a query on the target.
    func onTarget(_ query: String) async throws -> [String] { try await target.rows(named(query)).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") } }
}
