import Glibc
import Logging
import SyncModel
import SyncMySQL
import Synchronization
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// A server that `deploy/test` started, by the variable that holds its `host:port`.
enum TestServer: String, Sendable {
    case mysqlA = "DTS_TEST_MYSQL_A"
    case mysqlB = "DTS_TEST_MYSQL_B"
    case mariaDBA = "DTS_TEST_MARIADB_A"
    case mariaDBB = "DTS_TEST_MARIADB_B"

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    var isMariaDB: Bool { self == .mariaDBA || self == .mariaDBB }

    func options() throws -> Session.Options {
        guard let value = getenv(rawValue).map({ String(cString: $0) }) else {
            throw Missing(description: "\(rawValue) is not set: run the tests with deploy/test")
        }
        let parts = value.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else {
            throw Missing(description: "\(rawValue)=\(value) is not host:port")
        }
        return Session.Options(endpoint: Endpoint(host: String(parts[0]), port: port, user: "dts"), password: "dts")
    }
}

/// Kinds of the two servers.
enum Route: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case mysql, mariaDB, mysqlToMariaDB, mariaDBToMySQL

    var source: TestServer { self == .mysql || self == .mysqlToMariaDB ? .mysqlA : .mariaDBA }
    var target: TestServer {
        switch self {
        case .mysql: .mysqlB
        case .mariaDB: .mariaDBB
        case .mysqlToMariaDB: .mariaDBB
        case .mariaDBToMySQL: .mysqlB
        }
    }

    var testDescription: String { rawValue }
}

/// Runs blocking work of a test on a thread of its own.
func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await WorkerThread.run("test", body)
}

/// A task between two real servers, with a database of its own on each.
struct LoadFixture {
    let route: Route
    let task: String
    let database: String
    let source: Session
    let target: Session
    var spec: TaskSpec

    /// - Parameter name: of the test; names the database and the task.
    init(_ name: String, _ route: Route) throws {
        self.route = route
        database = "load_\(name)_\(route.rawValue)".lowercased()
        task = database
        var (here, there) = (try route.source.options(), try route.target.options())
        (here.keepsServerDefaults, there.keepsServerDefaults) = (true, true)
        source = try Session(here)
        target = try Session(there)
        spec = TaskSpec(
            name: task,
            source: try route.source.options().endpoint,
            target: try route.target.options().endpoint,
            objects: [ObjectSelection(database: database)]
        )
        try clean()
        try source.execute("SET NAMES utf8mb4")
        try target.execute("SET NAMES utf8mb4")
        for session in [source, target] {
            try session.execute(
                "SET SESSION time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"
            )
            try MetadataTables.install(for: task, session, isMariaDB: session.isMariaDB)
        }
        try source.execute("CREATE DATABASE \(database)")
        try source.execute("USE \(database)")
    }

    /// Runs statements on the source; they are divided by lines that hold only a semicolon.
    func run(_ script: String) throws {
        for statement in script.split(separator: "\n;\n") where !statement.allSatisfy(\.isWhitespace) {
            try source.execute(String(statement))
        }
    }

    func clean() throws {
        for session in [source, target] {
            // What is done within a transaction that the test has left open would be undone with it.
            try session.execute("ROLLBACK")
            try session.execute("DROP DATABASE IF EXISTS \(database)")
            try MetadataTables.remove(task: task, from: session)
        }
    }

    /// What a run of a worker would have; each takes the task over anew.
    func context(limits: Limits = Limits(loadThreads: 3)) throws -> TaskContext {
        let profiles = (try ServerProfile(source), try ServerProfile(target))
        try CheckpointStore.create(task: task, Checkpoint(stage: .structure, sourceUUID: profiles.0.uuid), target)
        let store = try CheckpointStore(taking: task, target)
        try store.open(lane: 0, target)
        return TaskContext(
            taskID: task,
            spec: spec,
            source: try route.source.options(),
            target: try route.target.options(),
            sourceProfile: profiles.0,
            targetProfile: profiles.1,
            store: store,
            control: RunControl(limits: limits),
            logger: Logger(label: "test")
        )
    }

    @discardableResult
    func load(
        _ context: TaskContext? = nil,
        chunkRows: Int? = nil,
        mayUseFiles: Bool = true,
        shouldSkip: DataLoader.ShouldSkip? = nil,
        progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }
    ) throws -> ConflictCounts {
        var size = ChunkSize()
        if let chunkRows {
            size.firstRows = chunkRows
            size.mostRows = chunkRows
        }
        return try DataLoader(
            try context ?? self.context(),
            shouldSkip: shouldSkip,
            chunkSize: size,
            mayUseFiles: mayUseFiles
        ).run(progress)
    }

    /// Loads the rows while all connections are cut at random moments, again and again, until a run comes to its end.
    ///
    /// - Parameter within: milliseconds after which at the latest the first runs are cut.
    func loadCutOff(within: UInt64, threads: Int, chunkRows: Int? = nil) throws {
        var runs = 0
        while runs < 400 {
            runs += 1
            let context = try context(limits: Limits(loadThreads: threads))
            let control = context.control
            let delay = runs < 15 ? UInt64.random(in: 0...within) : 60_000
            let ended = Mutex(false)
            WorkerThread.start("cutter") {
                for _ in 0..<delay {
                    if ended.withLock({ $0 }) { return }
                    usleep(1000)
                }
                control.interruptAll()
            }
            defer { ended.withLock { $0 = true } }
            do {
                try load(context, chunkRows: chunkRows)
                break
            } catch is Stopped {
            } catch let failure as Failure where failure.kind == .transient {
            }
        }
    }

    /// Structure and rows.
    @discardableResult
    func initialize(chunkRows: Int? = nil, mayUseFiles: Bool = true) throws -> ConflictCounts {
        let context = try context()
        try StructureInitializer(context).run()
        return try load(context, chunkRows: chunkRows, mayUseFiles: mayUseFiles)
    }

    /// Rows of a query on each side, with `DB` standing for the database.
    func both(_ query: String) throws -> (source: [TextRow], target: [TextRow]) {
        let query = query.replacing("DB", with: database)
        return (try source.rows(query), try target.rows(query))
    }

    /// Expects both sides to give the same rows.
    func expectEqual(_ query: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (here, there) = try both(query)
        #expect(here.count == there.count, "rows of \(query)", sourceLocation: sourceLocation)
        let different = zip(here, there).filter { $0 != $1 }
        #expect(different.isEmpty, "\(different.count) rows of \(query)", sourceLocation: sourceLocation)
        for (row, other) in different.prefix(3) { #expect(row == other, "\(query)", sourceLocation: sourceLocation) }
    }

    /// Nothing of ours is open any more: all chunks are behind the tables' rows.
    func expectDone(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let open = try target.value("SELECT COUNT(*) FROM __dts__.load_state WHERE task = '\(task)' AND done = 0")
        let chunks = try target.value("SELECT COUNT(*) FROM __dts__.load_chunk WHERE task = '\(task)'")
        #expect(open == "0" && chunks == "0", sourceLocation: sourceLocation)
    }
}

/// Runs a test with a fixture on a thread of its own and removes what it made.
func withFixture(
    _ name: String,
    _ route: Route,
    schema: String = "",
    _ body: @escaping @Sendable (inout LoadFixture) throws -> Void
) async throws {
    try await blocking {
        var fixture = try LoadFixture(name, route)
        do {
            try fixture.run(schema)
            try body(&fixture)
        } catch {
            try? fixture.clean()
            throw error
        }
        try fixture.clean()
    }
}
