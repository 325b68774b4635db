import FoundationEssentials
import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

/// A pair with two databases, and the statements that a run executes on its A.
struct GeneratedRun: Sendable {
    private static let pair = "generated"
    /// How many statements there are between two looks at the conflicts.
    private static let statementsInPeace = 20

    let options: GeneratedOptions
    let a: TestServer
    let b: TestServer
    let databases: [String]
    private let supervisor: TestSupervisor
    private let history = GeneratedHistory()
    private let clock = GeneratedClock()

    init(_ options: GeneratedOptions, in scope: Scope) async throws {
        self.options = options
        a = try TestServer.shared(options.kind, .a)
        b = try TestServer.shared(options.kind, .b)
        databases = [scope.uniqueName("one"), scope.uniqueName("two")]
        for server in [a, b] {
            for database in databases { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") } }
        }
        for database in databases {
            try await a.makeDatabase(database, in: scope)
            try await a.execute("CREATE TABLE `\(database)`.begin (k INT PRIMARY KEY, c0 INT)")
        }
        let supervisor = try await TestSupervisor(in: scope)
        self.supervisor = supervisor
        let file = try scope.file(
            "\(Self.pair).yml",
            """
            name: \(Self.pair)
            a: \(a.yaml())
            b: \(b.yaml())
            objects: [\(databases.map { "{database: \($0)}" }.joined(separator: ", "))]
            scenario: b-empty
            prevails: a
            ddl: a-to-b
            """)
        try await supervisor.run("pair", "create", "-f", file)
        scope.onExit { try await supervisor.run("pair", "delete", Self.pair, "--yes") }
        try await supervisor.run("pair", "start", Self.pair)
        try await supervisor.wait(Self.pair, for: "incremental")
        for server in [a, b] {
            // Verification wants names in the log.
            scope.onExit { try await server.execute("SET GLOBAL binlog_row_metadata = FULL") }
            try await server.execute("SET GLOBAL binlog_row_metadata = '\(options.metadata)'")
        }
    }

    func run() async throws {
        do {
            try await runAll()
        } catch {
            history.add(["-- \(error)"])
            try keepHistory()
            throw Trouble(
                "DTS_SEED=\(options.seed) \(options.kind.rawValue) \(options.metadata): \(error)\nlast statements:\n\(history.last(60))")
        }
    }

    private func runAll() async throws {
        var script = GeneratedScript(options, databases: databases)
        var ours = GeneratedRows(.a, a, seed: options.seed &+ 1)
        var theirs = GeneratedRows(.b, b, seed: options.seed &+ 2)
        // What depends on the pace of the machine must not take part in which statements there are.
        var chance = SeededRandom(seed: options.seed &+ 3)
        var tables = try await a.generatedTables(databases)
        for number in 1...options.statements {
            let before = tables
            let step = script.next(before)
            if step.isQuiet { try await settle() } else { try await write(&theirs, 2, into: before) }
            let isKilled = options.hasKills && chance.chance(4)
            let delay = chance.number(0...40)
            async let killed: Void = isKilled ? kill(after: delay) : ()
            try await clock.measure("statements") { try await execute(step) }
            tables = try await clock.measure("definitions") { try await a.generatedTables(databases) }
            try await write(&ours, 3, into: tables, only: step.table)
            _ = try await killed
            if isKilled { try await startAgain() }
            // The statement reaches B at any moment, so one of the two fits.
            let known = chance.chance(60) ? before : tables
            if step.isQuiet { try await settle() } else { try await write(&theirs, 2, into: known, only: step.table) }
            guard number % options.stretch == 0 || number == options.statements else { continue }
            try await requireEqual()
            try keepHistory()
            if number % Self.statementsInPeace == 0 || number == options.statements { try await requirePeace() }
            guard chance.chance(20) else { continue }
            try await write(&ours, 3, into: tables, others: true)
            try await settle()
            try await write(&theirs, 3, into: tables, others: true)
            try await settle()
        }
        print("\(history.summary); \(clock.summary)")
        try keepHistory()
    }

    private func write(
        _ rows: inout GeneratedRows, _ count: Int, into tables: [GeneratedTable], others: Bool = false, only: String? = nil
    ) async throws {
        let before = rows
        let (lines, after) = try await clock.measure("rows") {
            var rows = before
            return (try await rows.write(count, into: tables, others: others, only: only), rows)
        }
        rows = after
        history.add(lines)
    }

    private func keepHistory() throws {
        if let path = options.history { try Data(history.whole.utf8).write(to: URL(filePath: path)) }
    }

    private func execute(_ step: GeneratedScript.Step) async throws {
        let database = databases[0]
        do {
            try await a.withPlainSession { [history] session in
                try session.execute("USE `\(database)`")
                let (settings, bytes) = try Self.written(step, session)
                let line = (step.before + settings).map { "\($0); " }.joined()
                let way = step.session.way == .plain ? "" : "   -- \(step.session.way)"
                history.add(["A> \(line)\(step.text)\(step.isQuiet ? "   -- quiet" : "")\(way)"])
                for setting in step.before + settings { try session.execute(setting) }
                try Self.execute(bytes, step, session)
            }
            history.done()
        } catch let error as MySQLError {
            history.failed(error)
        }
    }

    /// The statement in the client's character set, where that has all of its letters and nobody could read others in them; else in UTF-8.
    private static func written(_ step: GeneratedScript.Step, _ session: Session) throws -> ([String], [UInt8]) {
        let utf8 = Array(step.text.utf8)
        guard let set = step.session.characterSet, !utf8.allSatisfy({ $0 < 128 }), !set.hasPrefix("utf8") else {
            return (step.session.settings, utf8)
        }
        guard GeneratedSession.singleByteSets.contains(set) else { return ([], utf8) }
        let text = GeneratedSession().literal(step.text)
        let row = try session.rows(
            "SELECT HEX(CONVERT(\(text) USING \(set))), BINARY CONVERT(CONVERT(\(text) USING \(set)) USING utf8mb4) = BINARY \(text)"
        ).first
        guard let row, row[1] == "1", let hex = row[0] else { return ([], utf8) }
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) }
        return (step.session.settings, bytes)
    }

    private static func execute(_ bytes: [UInt8], _ step: GeneratedScript.Step, _ session: Session) throws {
        switch step.session.way {
        case .plain: _ = try bytes.withUnsafeBytes { try session.execute($0) }
        case .prepared:
            try session.execute("SET @dts_text = \(step.session.literal(step.text))")
            try session.execute("PREPARE dts_statement FROM @dts_text")
            try session.execute("EXECUTE dts_statement")
        case .procedure:
            try session.execute("DROP PROCEDURE IF EXISTS dts_procedure")
            try session.execute("CREATE PROCEDURE dts_procedure() \(step.text)")
            try session.execute("CALL dts_procedure()")
        }
    }

    /// - Parameter goal: `caught-up` is enough where nobody writes and no conflict is being settled; `settled` also proves the latter.
    private func settle(_ goal: String = "caught-up") async throws {
        try await clock.measure(goal) { try await supervisor.wait(Self.pair, for: goal, seconds: 120) }
    }

    private func requireEqual() async throws {
        try await settle()
        let comparison = GeneratedComparison(a: a, b: b, databases: databases)
        let differences = try await clock.measure("comparison") { try await comparison.differences() }
        if !differences.isEmpty { throw Trouble("the sides differ:\n" + differences.joined(separator: "\n")) }
        history.add(["-- equal"])
    }

    /// Nobody's change was decided against.
    private func requirePeace() async throws {
        try await settle("settled")
        let tasks = try await clock.measure("conflicts") { try await supervisor.pair(Self.pair).tasks }
        for task in tasks where task.conflicts.total > 0 {
            let list = try await supervisor.command("conflict", "list", task.name)
            throw Trouble("\(task.conflicts.total) conflicts in \(task.name):\n\(list.output)\(list.errors)")
        }
    }

    /// Workers that are killed again and again are given longer and longer pauses.
    private func startAgain() async throws {
        for task in try await supervisor.pair(Self.pair).tasks where task.state == "retrying" {
            _ = try await supervisor.command("task", "retry", task.name)
        }
    }

    private func kill(after milliseconds: Int) async throws {
        // The moment is meant to be any, not to wait for something.
        try await Task.sleep(for: .milliseconds(milliseconds))
        if let pid = try await supervisor.workers().randomElement() {
            history.killed()
            _ = Glibc.kill(pid, SIGKILL)
        }
    }
}
