import TestSupport
import Testing
import WorkloadKit

/// A pair over two servers that hold the workload's shop, driven through the command line.
struct ShopPair: Sendable {
    static let rows = 2000

    let name: String
    let database: String
    let scenario: Scenario
    let supervisor: TestSupervisor
    let a: TestServer
    let b: TestServer
    private let shop: ShopSetup
    private let file: String
    private let scope: Scope

    /// Fills the servers as the scenario says and creates the pair; nothing is started.
    ///
    /// - Parameters:
    ///   - servers: the run's shared ones where nil.
    ///   - hasKeyless: where nil, only where the scenario allows such a table to hold rows.
    ///   - settings: further lines of the pair's file.
    ///   - account: as whom the pair logs in, on both sides; nil: as the tests do.
    ///   - known: the daemon that the pair shall belong to; nil: one of its own.
    ///   - endpoint: further fields of both endpoints, as `, field: value`.
    init(
        _ kind: ServerKind, _ scenario: Scenario, servers: (a: TestServer, b: TestServer)? = nil, rows: Int = ShopPair.rows,
        hasKeyless: Bool? = nil, settings: String = "prevails: a", account: Account? = nil,
        endpoint: String = "", supervisor known: TestSupervisor? = nil, name: String = "pair", in scope: Scope
    ) async throws {
        self.scope = scope
        self.scenario = scenario
        a = try servers?.a ?? TestServer.shared(kind, .a)
        b = try servers?.b ?? TestServer.shared(kind, .b)
        database = scope.uniqueName("shop")
        self.name = name
        var shop = ShopSetup(database: database, rows: rows, hasKeyless: hasKeyless ?? (scenario != .bothHaveData))
        self.shop = shop
        try await Self.drop(database, on: [a, b], in: scope)
        if scenario == .bothHaveData { shop.sides = [.a] }
        try await Self.fill(a, shop)
        switch scenario {
        case .bEmpty: break
        case .bStructureOnly:
            shop.rows = 0
            try await Self.fill(b, shop)
        case .bothHaveData:
            shop.sides = [.b]
            try await Self.fill(b, shop)
        }
        supervisor = if let known { known } else { try await TestSupervisor(in: scope) }
        file = try scope.file(
            "\(name).yml",
            """
            name: \(name)
            a: \(a.yaml(account, endpoint))
            b: \(b.yaml(account, endpoint))
            objects: [{database: \(database)}]
            scenario: \(scenario.rawValue)
            \(settings)
            """)
        try await create()
        let supervisor = supervisor
        let name = name
        // Takes `__dts__` away again, so that the next test finds the servers as this one did.
        scope.onExit {
            if supervisor.pid == nil { try await supervisor.start() }
            try await supervisor.run("pair", "delete", name, "--yes")
        }
    }

    func create() async throws { try await supervisor.run("pair", "create", "-f", file) }

    func start() async throws { try await supervisor.run("pair", "start", name) }

    func waitUntilIncremental() async throws { try await supervisor.wait(name, for: "incremental") }

    func waitUntilSettled(seconds: Int = 120) async throws { try await supervisor.wait(name, for: "settled", seconds: seconds) }

    /// Begins to write on a side. B waits for its tables, which may only just be made.
    func write(_ side: Side, threads: Int = 2, rate: Int = 100, seed: UInt64 = .random(in: 0...9999)) async throws -> BackgroundWriters {
        let server = side == .a ? a : b
        let database = database
        let count = "\(shop.tableCount)"
        try await eventually("the tables are there on \(side.rawValue)") {
            try await server.value(
                "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'") == count
        }
        let plan = Writers.Plan(
            database: database, side: side, threads: threads, seed: seed, oldKeys: shop.highestKey,
            writesKeyless: side == .a && shop.hasKeyless, rate: rate)
        return BackgroundWriters(server, plan, in: scope)
    }

    /// a-to-b, then b-to-a.
    func tasks() async throws -> (aToB: TaskReport, bToA: TaskReport) {
        let tasks = try await supervisor.pair(name).tasks
        guard tasks.count == 2 else { throw Trouble("a pair of \(tasks.count) tasks") }
        return (tasks[0], tasks[1])
    }

    // MARK: What must hold once writers rest and both directions have caught up

    /// Every row of every table is the same on both sides.
    func requireEqual(_ location: SourceLocation = #_sourceLocation) async throws {
        let result = try await Comparison(a.address, b.address).run([(a: database, b: database)])
        if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
        try #require(result.rows > 0, sourceLocation: location)
    }

    /// No transaction came back to where it was born: each direction has dropped exactly what the other has applied.
    func requireNoLoops(_ location: SourceLocation = #_sourceLocation) async throws {
        let (aToB, bToA) = try await tasks()
        try #require(aToB.counts.loopedTransactionsSkipped == bToA.counts.transactions, sourceLocation: location)
        try #require(bToA.counts.loopedTransactionsSkipped == aToB.counts.transactions, sourceLocation: location)
    }

    func requireNoConflicts() async throws {
        let (aToB, bToA) = try await tasks()
        for task in [aToB, bToA] where task.conflicts.total > 0 {
            let list = try await supervisor.command("conflict", "list", task.name)
            let first = list.output.split(separator: "\n").last?.split(separator: " ").first ?? "1"
            let shown = try await supervisor.command("conflict", "show", String(first))
            throw Trouble("\(task.conflicts.total) conflicts in \(task.name):\n\(list.output)\(list.errors)\(shown.output)")
        }
    }

    private static func fill(_ server: TestServer, _ shop: ShopSetup) async throws {
        try await server.withSession { session in
            try shop.createTables(session)
            if shop.rows > 0 { _ = try shop.fill(session) }
        }
    }

    private static func drop(_ database: String, on servers: [TestServer], in scope: Scope) async throws {
        for server in servers {
            scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") }
        }
    }
}

/// A user of both servers.
struct Account: Sendable {
    var user: String
    var password: String

    /// Makes the user on each server, with all privileges.
    static func make(on servers: [TestServer], in scope: Scope) async throws -> Account {
        let account = Account(user: scope.uniqueName("u").suffix(30).description, password: "Pass-\(UInt64.random(in: .min ... .max))")
        for server in servers {
            scope.onExit { try await server.execute("DROP USER IF EXISTS '\(account.user)'@'%'") }
            try await server.execute(
                "CREATE USER '\(account.user)'@'%' IDENTIFIED BY '\(account.password)'",
                "GRANT ALL PRIVILEGES ON *.* TO '\(account.user)'@'%' WITH GRANT OPTION")
        }
        return account
    }
}

extension TestServer {
    /// As an endpoint in a YAML file.
    func yaml(_ account: Account? = nil, _ settings: String = "") -> String {
        let user = account?.user ?? address.user
        let password = account?.password ?? address.password
        return "{host: \(address.host), port: \(address.port), user: \(user), password: \(password)\(settings)}"
    }
}
