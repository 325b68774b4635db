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
            try await supervisor.run("pair", "delete", name)
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
    func task(_ from: Int, _ to: Int, as mapped: String? = nil, _ settings: String = "") async throws -> String {
        let name = "\(Self.letters[from])-\(Self.letters[to])"
        let task = try await OneWay(
            name, from: servers[from].yaml(), to: servers[to].yaml(),
            objects: "[{database: \(database)\(mapped.map { ", as: \($0)" } ?? "")}]", settings: settings, on: supervisor, in: scope)
        try await task.start()
        try await supervisor.wait(name, for: "incremental")
        return name
    }

    func write(on site: Int) -> SiteWriter { SiteWriter(servers[site], database, site: site, in: scope) }

    /// Waits until everything has come to everywhere: as often as a change can travel on.
    func catchUp(_ names: [String]) async throws {
        for _ in servers { for name in names { try await supervisor.wait(name, for: "caught-up", seconds: 120) } }
    }

    /// Every site has the same rows.
    func requireEqual() async throws {
        for server in servers.dropFirst() {
            let result = try await Comparison(servers[0].address, server.address).run([(a: database, b: database)])
            if !result.isEqual { throw Trouble("\(servers[0].address) and \(server.address) differ:\n\(result.summary)") }
            try #require(result.rows > 0)
        }
    }

    /// Every change of each site has been applied once at each other one that can be reached, whatever the way, and none was
    /// taken for a conflict.
    ///
    /// - Parameter names: tasks, by their names, that lead to each site.
    func requireOnce(_ writers: [SiteWriter], by tasks: [[String]], _ location: SourceLocation = #_sourceLocation) async throws {
        for (site, names) in tasks.enumerated() where !names.isEmpty {
            var applied = SiteWriter.Counts()
            for name in names {
                let task = try await supervisor.task(name)
                try #require(task.conflicts.total == 0, "\(name)", sourceLocation: location)
                applied.inserts += task.counts.inserts
                applied.updates += task.counts.updates
                applied.deletes += task.counts.deletes
            }
            var written = SiteWriter.Counts()
            for writer in writers where writer.site != site {
                written.inserts += writer.counts.inserts
                written.updates += writer.counts.updates
                written.deletes += writer.counts.deletes
            }
            try #require(applied == written, "at \(Self.letters[site])", sourceLocation: location)
        }
    }
}
