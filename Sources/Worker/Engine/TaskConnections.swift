import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema
import WorkerSource
import WorkerVerify

/// A task's two servers and the jobs on them that are not the run itself. Each job has its own sessions.
struct TaskConnections: Sendable {
    let configuration: Configuration
    /// The source; in a run the one of its hosts that was chosen.
    var source: Session.Options
    private(set) var target: Session.Options

    init(_ configuration: Configuration) {
        self.configuration = configuration
        source = Session.Options(endpoint: configuration.spec.source, password: configuration.secrets.source)
        target = Session.Options(endpoint: configuration.spec.target, password: configuration.secrets.target)
    }

    /// The servers that an endpoint names, in order; after a choice only the chosen one.
    func hosts(_ role: TaskContext.Role) -> [Session.Options] {
        let options = role == .source ? source : target
        return options.endpoint.single.map { endpoint in
            var one = options
            one.endpoint = endpoint
            return one
        }
    }

    /// A session on the server, or on the first of its hosts that can be used.
    func open(_ role: TaskContext.Role) throws -> Session {
        let options = role == .source ? source : target
        guard !options.endpoint.isGroup else { return try ServerChoice(connections: self).first(role).session }
        return try Session(options, role: role)
    }

    /// The same with nothing left to choose.
    private func using(_ choice: ServerChoice.Chosen) -> TaskConnections {
        var chosen = self
        chosen.source = choice.source.options
        chosen.target = choice.target.options
        return chosen
    }

    func naming<T>(_ role: TaskContext.Role, _ action: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as MySQLError {
            let options = role == .source ? source : target
            throw error.failure(role: role.rawValue, address: options.endpoint.address, doing: action)
        }
    }

    /// Notes the task's start on the target unless it has a checkpoint already.
    func prepare() async throws -> BinlogPosition? {
        try await WorkerThread.run("dts-prepare") {
            try connect().checkpoint.position
        }
    }

    /// Runs the verification; problems are items, not errors.
    ///
    /// - Returns: what the servers are that could be reached.
    func verify(_ emit: @escaping @Sendable (CheckItem) -> Void) async throws -> (source: ServerFacts?, target: ServerFacts?) {
        try await WorkerThread.run("dts-verify") {
            let hosts = likely()
            return Verifier(
                taskID: configuration.taskID, spec: configuration.spec, pair: configuration.pair, source: hosts.source, target: hosts.target
            ).run(emit)
        }
    }

    /// Logs in to both servers; problems are items, not errors.
    func testConnection() async -> [CheckItem] {
        do {
            return try await WorkerThread.run("dts-connect") {
                let hosts = likely()
                var items: [CheckItem] = []
                Verifier(
                    taskID: configuration.taskID, spec: configuration.spec, pair: configuration.pair, source: hosts.source, target: hosts.target
                ).run(only: Verifier.connectionItems) { items.append($0) }
                return items
            }
        } catch {
            let failure = Failure(describing: error)
            return [CheckItem(item: "connect-source", level: .fail, facts: failure.message, remedy: failure.remedy, code: failure.code)]
        }
    }

    /// The hosts that a run would use. When there are none, others: whoever connects to them says what is wrong with them.
    private func likely() -> (source: Session.Options, target: Session.Options) {
        guard source.endpoint.isGroup || target.endpoint.isGroup else { return (source, target) }
        let choice = ServerChoice(connections: self)
        if let both = try? choice.both() { return (both.source.options, both.target.options) }
        return (
            (try? choice.first(.source))?.options ?? hosts(.source)[0], (try? choice.first(.target))?.options ?? hosts(.target)[0]
        )
    }

    /// What the target already holds of the task's objects.
    func inspect() async throws -> TargetState {
        try await WorkerThread.run("dts-inspect") {
            let sourceSession = try open(.source)
            let targetSession = try open(.target)
            let state = try naming(.target, "looking at its tables") {
                let objects = configuration.spec.objects.named(by: try ServerProfile(sourceSession), try ServerProfile(targetSession))
                return try TargetInspector.state(ObjectMap(objects), source: sourceSession, target: targetSession)
            }
            return TargetState(rawValue: state.rawValue) ?? .hasData
        }
    }

    /// What a run begins with.
    struct Prepared {
        /// With the chosen hosts.
        var connections: TaskConnections
        var source: Session
        var target: Session
        var checkpoint: Checkpoint
        var sourceProfile: ServerProfile
        var targetProfile: ServerProfile
    }

    /// Chooses the servers, creates what is needed on them, and notes the task's start unless it has a checkpoint already.
    func connect() throws -> Prepared {
        let choice = try ServerChoice(connections: self).both()
        return try using(choice).prepare(choice)
    }

    private func prepare(_ choice: ServerChoice.Chosen) throws -> Prepared {
        let (source, target) = (choice.source.session, choice.target.session)
        try naming(.source, "creating \(metadataDatabase)") {
            try source.prepareForReading()
            try MetadataTables.install(for: configuration.taskID, source, isMariaDB: source.isMariaDB)
            try ServerGroup.admit(choice.source.profile, source)
        }
        try naming(.target, "creating \(metadataDatabase)") {
            try target.prepareForWriting()
            try MetadataTables.install(for: configuration.taskID, target, isMariaDB: target.isMariaDB)
            try ServerGroup.admit(choice.target.profile, target)
        }
        let sourceProfile = try naming(.source, "reading its settings") { try ServerProfile(source) }
        let targetProfile = try naming(.target, "reading its settings") { try ServerProfile(target) }
        // Within one server the target's own log says what the task has brought, as that of another server would.
        let objects = configuration.spec.objects.named(by: sourceProfile, targetProfile)
        let mayBeOne = configuration.pair == nil && ObjectMap(objects).keepsDatabasesApart
        let isOne = try mayBeOne && naming(.target, "looking whether it is the source") {
            try SameServer.reaches(source, target, sourceProfile, targetProfile)
        }
        guard sourceProfile.uuid != targetProfile.uuid || isOne else {
            throw Failure(
                .verificationFailed, "source and target are the same server (\(sourceProfile.uuid)), or one is a copy of the other",
                remedy: "give two different servers; of a copy, drop the database \(metadataDatabase) first", kind: .permanent)
        }
        func prepared(_ checkpoint: Checkpoint) -> Prepared {
            Prepared(
                connections: self, source: source, target: target, checkpoint: checkpoint, sourceProfile: sourceProfile,
                targetProfile: targetProfile)
        }
        if let checkpoint = try naming(.target, "reading the checkpoint", { try CheckpointStore.read(task: configuration.taskID, target) }) {
            try naming(.target, "following the routes") { try followRoutes(configuration.routes, target) }
            return prepared(checkpoint)
        }
        guard sourceProfile.hasBinlog else {
            throw Failure(.binlogDisabled, "the source has no binary log", remedy: "set log_bin in the source's my.cnf and restart it")
        }
        let (((position, tables), known), feeders) = try feeding(source, targetProfile) {
            try knowing(source, target) { try naming(.source, "reading its position") { try beginBehind(source, sourceProfile, target) } }
        }
        var checkpoint = Checkpoint(stage: .new, sourceUUID: sourceProfile.uuid, sourceServer: sourceProfile.server, position: position)
        checkpoint.known = known
        checkpoint.knownServer = targetProfile.server
        try naming(.target, "writing the checkpoint") {
            // One task after the other: each finds which others have begun.
            try MetadataTables.locked(target) {
                try target.execute("START TRANSACTION")
                checkpoint.position = try takeRoutes(position, source, sourceProfile, feeders, target)
                try CheckpointStore.create(task: configuration.taskID, checkpoint, target)
                for statement in try SchemaTable.statements(task: configuration.taskID, tables.map { .defined($0, $1) }) {
                    try target.execute(statement)
                }
                try target.execute(try Coverage(objects: objects).statement(task: configuration.taskID))
                try target.execute("COMMIT")
            }
        }
        try naming(.source, "noting that the task has begun") {
            try TaskRecord(targetUUID: targetProfile.uuid).write(task: configuration.taskID, source)
        }
        return prepared(checkpoint)
    }

    /// A position, and the definitions of the source's tables there: those before and after it have to be the same.
    func begin(_ source: Session, _ profile: ServerProfile) throws -> (BinlogPosition, [TableName: TableDefinition]) {
        let databases = ObjectMap(configuration.spec.objects.named(by: profile, nil)).databases
        var before = try SchemaHistory.definitions(in: databases, source)
        for _ in 0..<20 {
            let position = try SourceFence.certainPosition(source, profile)
            let after = try SchemaHistory.definitions(in: databases, source)
            if before == after { return (position, after) }
            before = after
        }
        throw Failure(
            .schemaMismatch, "the definitions of the source's tables keep changing while the task starts",
            remedy: "start the task when no definition statements run", kind: .transient)
    }

    func resolve(_ conflict: UInt64, take side: Command.Side) async throws -> BinlogPosition? {
        try await WorkerThread.run("dts-resolve") {
            let session = try Session(likely().target, role: .target)
            let wanted: ConflictDecision = side == .source ? .tookSource : .keptTarget
            let decided = try naming(.target, "writing the decision") {
                try ConflictTable.decide(task: configuration.taskID, sequence: conflict, wanted, session)
            }
            // One who asks again was not told of the answer the first time.
            if decided == wanted { return nil }
            if decided != nil {
                throw Failure(
                    .notFound, "conflict \(conflict) of task \(configuration.spec.name) was decided for the \(side == .source ? "target" : "source") before",
                    remedy: "the decision stands; resolve it with --take \(side == .source ? "target" : "source") to have it noted")
            }
            throw Failure(
                .notFound, "conflict \(conflict) of task \(configuration.spec.name) is not waiting for a decision",
                remedy: "see 'conflict list \(configuration.spec.name)'")
        }
    }

    /// Keeps the operator's decision about a definition statement where the next run finds it.
    func decide(_ decision: StatementDecision) async throws -> BinlogPosition? {
        if let sql = decision.replacement {
            do throws(MappedStatement.Refusal) {
                // Names without a database get the one of the source's session, which only the run knows.
                _ = try MappedStatement(replacement: sql, database: "-")
            } catch {
                throw Failure(
                    .notAllowed, "the replacement cannot be executed: \(error.reason)",
                    remedy: "give one statement that changes definitions, in the target's names")
            }
        }
        return try await WorkerThread.run("dts-decide") {
            let session = try open(.target)
            try naming(.target, "writing the decision") {
                try session.prepareForWriting()
                try MetadataTables.install(for: configuration.taskID, session, isMariaDB: session.isMariaDB)
                try StatementDecisions.keep(decision, task: configuration.taskID, session)
            }
            return nil
        }
    }

    /// Removes what the task left on both servers. A server that cannot be reached is an error; the other is still cleaned.
    func cleanUp() async throws -> BinlogPosition? {
        try await WorkerThread.run("dts-cleanup") {
            let hosts = likely()
            var failures: [Failure] = []
            for role in [TaskContext.Role.target, .source] {
                var options = role == .source ? hosts.source : hosts.target
                // A person waits, and a server that is away is no reason to wait longer.
                options.connectTimeout = 10
                do {
                    let session = try Session(options, role: role)
                    try naming(role, "removing \(metadataDatabase)") {
                        try MetadataTables.remove(task: configuration.taskID, from: session)
                    }
                } catch {
                    failures.append(remains(on: role, options.endpoint.address, Failure(describing: error)))
                }
            }
            guard let first = failures.first else { return nil }
            throw Failure(
                first.code, failures.map(\.message).joined(separator: "; "), remedy: failures.map(\.remedy).joined(separator: "\n"),
                kind: first.kind)
        }
    }
}

extension TaskConnections {
    /// Why something stays on a server, and how a person removes it.
    private func remains(on role: TaskContext.Role, _ address: String, _ cause: Failure) -> Failure {
        Failure(
            cause.code,
            "the rows of task \(configuration.taskID) in \(metadataDatabase) stay on the \(role.rawValue), \(address): \(cause.message)",
            remedy: "on \(address), once it is back: \(MetadataTables.removal(of: configuration.taskID))", kind: cause.kind)
    }
}

extension Session {
    fileprivate convenience init(_ options: Options, role: TaskContext.Role) throws {
        do {
            try self.init(options)
        } catch {
            throw error.failure(role: role.rawValue, address: options.endpoint.address, doing: "connecting")
        }
    }
}
