import SyncModel
import SyncMySQL
import TestSupport
import WorkerCheckpoint
import WorkerSchema
import WorkerVerify
import WorkloadKit

/// Two servers of one kind that nobody else uses, and a plain task between them that verification has nothing against.
///
/// What a case changes is put back before the next one.
final class CheckBench {
    let kind: ServerKind
    /// Of an administrator.
    let source: Session
    let target: Session
    private let addresses: [CheckItem.Server: ServerAddress]

    var spec: TaskSpec
    var pair: PairRole?
    var limits = VerifyLimits()
    /// As the task connects.
    var options: [CheckItem.Server: Session.Options] = [:]
    /// Open sessions of applications.
    var others: [Session] = []
    private var busy: [BusyConnection] = []
    private var cleanUps: [() throws -> Void] = []

    static let task = "bench"

    init(_ kind: ServerKind, _ source: ServerAddress, _ target: ServerAddress) throws {
        self.kind = kind
        self.source = try source.connect()
        self.target = try target.connect()
        addresses = [.source: source, .target: target]
        spec = Self.plain(source, target)
        try begin()
    }

    var isMariaDB: Bool { kind != .mysql }

    func session(_ side: CheckItem.Server) -> Session { side == .source ? source : target }

    private static func plain(_ source: ServerAddress, _ target: ServerAddress) -> TaskSpec {
        TaskSpec(
            name: task, source: Endpoint(host: source.host, port: source.port, user: source.user),
            target: Endpoint(host: target.host, port: target.port, user: target.user), objects: [ObjectSelection(database: "d")])
    }

    private func begin() throws {
        guard let here = addresses[.source], let there = addresses[.target] else { return }
        spec = Self.plain(here, there)
        pair = nil
        limits = VerifyLimits()
        options = [
            .source: Session.Options(endpoint: spec.source, password: here.password),
            .target: Session.Options(endpoint: spec.target, password: there.password),
        ]
        for session in [source, target] {
            try session.execute("DROP DATABASE IF EXISTS d")
            try MetadataTables.remove(task: Self.task, from: session)
        }
        try source.execute("CREATE DATABASE d")
        try source.execute("CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))")
    }

    /// Puts everything back.
    func reset() throws {
        others = []
        busy = []
        while let cleanUp = cleanUps.popLast() { try cleanUp() }
        try begin()
    }

    /// What one item says.
    func verify(_ item: String) throws -> CheckItem {
        guard let from = options[.source], let to = options[.target] else { throw Trouble("no servers") }
        var found: CheckItem?
        Verifier(taskID: Self.task, spec: spec, pair: pair, source: from, target: to, limits: limits).run(only: [item]) {
            if $0.item == item { found = $0 }
        }
        guard let found else { throw Trouble("there is no item \(item)") }
        return found
    }

    // MARK: Changes

    /// Gives a global variable another value until the end of the case.
    ///
    /// - Parameter value: as it stands in SQL.
    func set(_ side: CheckItem.Server, _ name: String, _ value: String) throws {
        let session = session(side)
        let old = try session.value("SELECT @@GLOBAL.\(name)") ?? ""
        let written = Int(old) == nil ? quoteText(old) : old
        cleanUps.append { try session.execute("SET GLOBAL \(name) = \(written)") }
        try session.execute("SET GLOBAL \(name) = \(value)")
    }

    /// Runs statements; `undo` runs at the end of the case.
    func run(_ side: CheckItem.Server, _ statements: String..., undo: [String] = []) throws {
        let session = session(side)
        cleanUps.append { for statement in undo { try session.execute(statement) } }
        for statement in statements { try session.execute(statement) }
    }

    /// Lets the task log in as a user that has these rights only.
    func logIn(_ side: CheckItem.Server, _ rights: String...) throws {
        try run(side, "DROP USER IF EXISTS low@'%'", "CREATE USER low@'%' IDENTIFIED BY 'Low-priv1'", undo: ["DROP USER IF EXISTS low@'%'"])
        for right in rights { try session(side).execute("GRANT \(right) TO low@'%'") }
        options[side]?.endpoint.user = "low"
        options[side]?.password = "Low-priv1"
    }

    /// An application's session with settings or a transaction of its own.
    func open(_ side: CheckItem.Server, _ statements: String...) throws {
        guard let address = addresses[side] else { return }
        let session = try address.connect()
        for statement in statements { try session.execute(statement) }
        others.append(session)
    }

    /// An application's statement that runs until it is killed.
    func keepRunning(_ side: CheckItem.Server, _ statement: String) throws {
        guard let address = addresses[side] else { return }
        let endpoint = Endpoint(host: address.host, port: address.port, user: address.user)
        busy.append(try BusyConnection(Array(statement.utf8), Session.Options(endpoint: endpoint, password: address.password)))
    }

    /// The task has begun, here and now.
    func beginTask() throws {
        for session in [source, target] {
            try MetadataTables.remove(task: Self.task, from: session)
            try MetadataTables.install(for: Self.task, session, isMariaDB: session.isMariaDB)
        }
        let profile = try ServerProfile(source)
        var checkpoint = Checkpoint(stage: .incremental, sourceUUID: profile.uuid, position: try currentBinlogPosition(source, profile))
        checkpoint.sourceServer = profile.server
        try CheckpointStore.create(task: Self.task, checkpoint, target)
        try target.execute(try Coverage(objects: spec.objects).statement(task: Self.task))
    }

    func makePair(_ direction: PairRole.Direction = .aToB) { pair = PairRole(pair: "p", direction: direction, reverseTask: "r") }
}
