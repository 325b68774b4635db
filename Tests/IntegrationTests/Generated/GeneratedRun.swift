import FoundationEssentials
import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

/// A pair with two databases, and the statements that a run executes on its A.
struct GeneratedRun: Sendable {
    private static let pair = "generated"

    let options: GeneratedOptions
    let a: TestServer
    let b: TestServer
    let databases: [String]
    private let supervisor: TestSupervisor
    private let history = GeneratedHistory()

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
            try keepHistory()
            throw Trouble(
                "DTS_SEED=\(options.seed) \(options.kind.rawValue) \(options.metadata): \(error)\nlast statements:\n\(history.last(60))")
        }
    }

    private func runAll() async throws {
        var script = GeneratedScript(options, databases: databases)
        var ours = GeneratedRows(.a, a, databases, seed: options.seed &+ 1)
        var theirs = GeneratedRows(.b, b, databases, seed: options.seed &+ 2)
        // What depends on the pace of the machine must not take part in which statements there are.
        var chance = SeededRandom(seed: options.seed &+ 3)
        for number in 1...options.statements {
            let step = script.next(try await a.generatedTables(databases))
            if step.isQuiet { try await settle() } else { history.add(try await theirs.write(2)) }
            let isKilled = options.hasKills && chance.chance(4)
            let delay = chance.number(0...40)
            async let killed: Void = isKilled ? kill(after: delay) : ()
            try await execute(step)
            history.add(try await ours.write(3, only: step.table))
            _ = try await killed
            if step.isQuiet { try await settle() } else { history.add(try await theirs.write(2, only: step.table)) }
            guard number % options.stretch == 0 || number == options.statements else { continue }
            try await requireEqual()
            guard chance.chance(40) else { continue }
            history.add(try await ours.write(3, others: true))
            try await settle()
            history.add(try await theirs.write(3, others: true))
            try await settle()
        }
        print(history.summary)
        try keepHistory()
    }

    private func keepHistory() throws {
        if let path = options.history { try Data(history.whole.utf8).write(to: URL(filePath: path)) }
    }

    private func execute(_ step: GeneratedScript.Step) async throws {
        let database = databases[0]
        let settings = step.session.settings.map { "\($0); " }.joined()
        history.add(["A> \(settings)\(step.text)\(step.isQuiet ? "   -- quiet" : "")"])
        do {
            try await a.withSession { session in
                try session.execute("USE `\(database)`")
                for setting in step.session.settings { try session.execute(setting) }
                let bytes =
                    step.session.isLatin1 ? step.text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : Array(step.text.utf8)
                _ = try bytes.withUnsafeBytes { try session.execute($0) }
            }
            history.done()
        } catch let error as MySQLError {
            history.failed(error)
        }
    }

    private func settle() async throws { try await supervisor.wait(Self.pair, for: "settled", seconds: 120) }

    private func requireEqual() async throws {
        try await settle()
        let differences = try await GeneratedComparison(a: a, b: b, databases: databases).differences()
        if !differences.isEmpty { throw Trouble("the sides differ:\n" + differences.joined(separator: "\n")) }
        for task in try await supervisor.pair(Self.pair).tasks where task.conflicts.total > 0 {
            let list = try await supervisor.command("conflict", "list", task.name)
            throw Trouble("\(task.conflicts.total) conflicts in \(task.name):\n\(list.output)\(list.errors)")
        }
        history.add(["-- equal"])
    }

    private func kill(after milliseconds: Int) async throws {
        // The moment is meant to be any, not to wait for something.
        try await Task.sleep(for: .milliseconds(milliseconds))
        if let pid = try await supervisor.workers().randomElement() {
            history.add(["-- SIGKILL"])
            _ = Glibc.kill(pid, SIGKILL)
        }
    }
}
