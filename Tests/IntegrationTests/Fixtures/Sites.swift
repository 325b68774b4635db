import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

/// Several servers with the same database, and the tasks between them.
struct Sites: Sendable {
    static let letters = ["a", "b", "c"]

    let servers: [TestServer]
    let database: String
    let supervisor: TestSupervisor
    private let scope: Scope

    /// The run's two shared servers and further ones; each has a database without tables.
    init(_ kind: ServerKind, _ count: Int = 3, in scope: Scope) async throws {
        var servers = [try TestServer.shared(kind, .a), try TestServer.shared(kind, .b)]
        if count < servers.count { servers.removeLast(servers.count - count) }
        while servers.count < count { servers.append(try await TestServer.start(kind, in: scope)) }
        self.servers = servers
        self.scope = scope
        database = scope.uniqueName("sites")
        for server in servers { try await server.makeDatabase(database, in: scope) }
        supervisor = try await TestSupervisor(in: scope)
    }

    /// Makes the workload's table on a site, and rows of that site.
    func makeTable(on site: Int, rows: Int) async throws {
        let database = database
        try await servers[site].withSession { session in
            try session.execute("CREATE TABLE `\(database)`.t (id BIGINT PRIMARY KEY, v BIGINT NOT NULL, note VARCHAR(40))")
            for row in 0..<rows { try session.execute("INSERT INTO `\(database)`.t VALUES (\(row * 3 + site), 1, 'early')") }
        }
    }

    /// Creates a pair between two sites, named by their letters; nothing is started.
    @discardableResult
    func makePair(_ one: Int, _ other: Int, _ settings: String = "") async throws -> String {
        let name = Self.letters[one] + Self.letters[other]
        let file = try scope.file(
            "\(name).yml",
            """
            name: \(name)
            a: \(servers[one].yaml())
            b: \(servers[other].yaml())
            objects: [{database: \(database)}]
            \(settings)
            """)
        try await supervisor.run("pair", "create", "-f", file)
        let supervisor = supervisor
        scope.onExit {
            if supervisor.pid == nil { try await supervisor.start() }
            try await supervisor.run("pair", "delete", name, "--yes")
        }
        return name
    }

    /// Creates a pair, starts it and waits until both directions follow the log.
    @discardableResult
    func pair(_ one: Int, _ other: Int, _ settings: String = "") async throws -> String {
        let name = try await makePair(one, other, settings)
        try await start(name)
        return name
    }

    func start(_ pair: String) async throws {
        try await supervisor.run("pair", "start", pair)
        try await supervisor.wait(pair, for: "incremental")
    }

    /// Creates and starts a one-way task and waits until it follows the log.
    @discardableResult
    func task(_ from: Int, _ to: Int, _ settings: String = "", as mapped: String? = nil) async throws -> String {
        let name = "\(Self.letters[from])-\(Self.letters[to])"
        let task = try await OneWay(
            name, from: servers[from].yaml(), to: servers[to].yaml(),
            objects: "[{database: \(database)\(mapped.map { ", as: \($0)" } ?? "")}]", settings: settings, on: supervisor, in: scope)
        try await task.start()
        try await supervisor.wait(name, for: "incremental")
        return name
    }

    /// Creates a task that verification refuses, and leaves it there.
    /// - Returns: the items that failed.
    func startRefused(_ name: String, _ from: Int, _ to: Int, _ settings: String) async throws -> [VerificationReport.Item] {
        let file = try scope.file(
            "\(name).yml",
            """
            name: \(name)
            source: \(servers[from].yaml())
            target: \(servers[to].yaml())
            objects: [{database: \(database)}]
            \(settings)
            """)
        try await supervisor.run("task", "create", "-f", file)
        let done = try await supervisor.command("task", "verify", name, "--json")
        try #require(done.status == 3)
        return try supervisor.decode(VerificationReport.self, done).items.filter { $0.level == "fail" }
    }

    /// - Parameter round: later writers of a site have rows of their own.
    func write(on site: Int, round: Int = 0) -> SiteWriter { SiteWriter(servers[site], database, site: site, round: round, in: scope) }

    /// Waits until everything has come to everywhere: as often as a change can travel on.
    func catchUp(_ names: [String]) async throws {
        for _ in servers { for name in names { try await supervisor.wait(name, for: "settled", seconds: 120) } }
    }

    /// Every site has the same rows.
    func requireEqual() async throws {
        for server in servers.dropFirst() {
            let result = try await Comparison(servers[0].address, server.address).run([(a: database, b: database)])
            if !result.isEqual { throw Trouble("\(servers[0].address) and \(server.address) differ:\n\(result.summary)") }
            try #require(result.rows > 0)
        }
    }

    /// A change that came twice, or not at all, would have been one: each row is changed again and again.
    func requireNoConflicts(_ tasks: [String], _ location: SourceLocation = #_sourceLocation) async throws {
        for name in tasks { try #require(try await supervisor.task(name).conflicts.total == 0, "\(name)", sourceLocation: location) }
    }

    /// What tasks have applied, together. What came by another server may have been netted there.
    func applied(_ tasks: [String]) async throws -> SiteWriter.Counts {
        var applied = SiteWriter.Counts()
        for name in tasks {
            let counts = try await supervisor.task(name).counts
            applied.add(SiteWriter.Counts(inserts: counts.inserts, updates: counts.updates, deletes: counts.deletes))
        }
        return applied
    }
}
