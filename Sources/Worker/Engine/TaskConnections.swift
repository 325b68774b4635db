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
    let source: Session.Options
    let target: Session.Options

    init(_ configuration: Configuration) {
        self.configuration = configuration
        source = Session.Options(endpoint: configuration.spec.source, password: configuration.secrets.source)
        target = Session.Options(endpoint: configuration.spec.target, password: configuration.secrets.target)
    }

    func open(_ role: TaskContext.Role) throws -> Session {
        let options = role == .source ? source : target
        do {
            return try Session(options)
        } catch {
            throw error.failure(role: role.rawValue, address: options.endpoint.address, doing: "connecting")
        }
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
            let sourceSession = try open(.source)
            let targetSession = try open(.target)
            return try prepare(sourceSession, targetSession).checkpoint.position
        }
    }

    /// Runs the verification; problems are items, not errors.
    func verify(_ emit: @escaping @Sendable (CheckItem) -> Void) async throws -> BinlogPosition? {
        try await WorkerThread.run("dts-verify") {
            Verifier(
                taskID: configuration.taskID, spec: configuration.spec, pair: configuration.pair, source: source, target: target
            ).run(emit)
            return nil
        }
    }

    /// What the target already holds of the task's objects.
    func inspect() async throws -> TargetState {
        try await WorkerThread.run("dts-inspect") {
            let sourceSession = try open(.source)
            let targetSession = try open(.target)
            let state = try naming(.target, "looking at its tables") {
                try TargetInspector.state(ObjectMap(configuration.spec.objects), source: sourceSession, target: targetSession)
            }
            return TargetState(rawValue: state.rawValue) ?? .hasData
        }
    }

    /// What a run begins with.
    struct Prepared {
        var checkpoint: Checkpoint
        var sourceProfile: ServerProfile
        var targetProfile: ServerProfile
    }

    func prepare(_ source: Session, _ target: Session) throws -> Prepared {
        try naming(.source, "creating \(metadataDatabase)") {
            try source.prepareForReading()
            try MetadataTables.install(for: configuration.taskID, source, isMariaDB: source.isMariaDB)
        }
        try naming(.target, "creating \(metadataDatabase)") {
            try target.prepareForWriting()
            try MetadataTables.install(for: configuration.taskID, target, isMariaDB: target.isMariaDB)
        }
        let sourceProfile = try naming(.source, "reading its settings") { try ServerProfile(source) }
        let targetProfile = try naming(.target, "reading its settings") { try ServerProfile(target) }
        guard sourceProfile.uuid != targetProfile.uuid else {
            throw Failure(
                .verificationFailed, "source and target are the same server (\(sourceProfile.uuid))",
                remedy: "give two different servers", kind: .permanent)
        }
        if let checkpoint = try naming(.target, "reading the checkpoint", { try CheckpointStore.read(task: configuration.taskID, target) }) {
            guard checkpoint.sourceUUID == sourceProfile.uuid else {
                throw Failure(
                    .serverChanged,
                    "the source is another server (\(sourceProfile.uuid)) than the one the checkpoint was taken on (\(checkpoint.sourceUUID))",
                    remedy: "correct the source's address, or delete the task and create it anew")
            }
            return Prepared(checkpoint: checkpoint, sourceProfile: sourceProfile, targetProfile: targetProfile)
        }
        guard sourceProfile.hasBinlog else {
            throw Failure(.binlogDisabled, "the source has no binary log", remedy: "set log_bin in the source's my.cnf and restart it")
        }
        let ((position, tables), known) = try knowing(source, target) {
            try naming(.source, "reading its position") { try begin(source, sourceProfile) }
        }
        var checkpoint = Checkpoint(stage: .new, sourceUUID: sourceProfile.uuid, position: position)
        checkpoint.known = known
        try naming(.target, "writing the checkpoint") {
            try target.execute("START TRANSACTION")
            try CheckpointStore.create(task: configuration.taskID, checkpoint, target)
            for statement in try SchemaTable.statements(task: configuration.taskID, tables.map { .defined($0, $1) }) {
                try target.execute(statement)
            }
            try target.execute("COMMIT")
        }
        return Prepared(checkpoint: checkpoint, sourceProfile: sourceProfile, targetProfile: targetProfile)
    }

    /// A position, and the definitions of the source's tables there: those before and after it have to be the same.
    private func begin(_ source: Session, _ profile: ServerProfile) throws -> (BinlogPosition, [TableName: TableDefinition]) {
        let databases = ObjectMap(configuration.spec.objects).databases
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
            let session = try open(.target)
            let found = try naming(.target, "writing the decision") {
                try ConflictTable.decide(
                    task: configuration.taskID, sequence: conflict, side == .source ? .tookSource : .keptTarget, session)
            }
            guard found else {
                throw Failure(
                    .notFound, "conflict \(conflict) of task \(configuration.spec.name) is not waiting for a decision",
                    remedy: "see 'conflict list \(configuration.spec.name)'")
            }
            return nil
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
            let results = [TaskContext.Role.target, .source].map { role in
                Result {
                    let session = try open(role)
                    try naming(role, "removing \(metadataDatabase)") {
                        try MetadataTables.remove(task: configuration.taskID, from: session)
                    }
                }
            }
            for result in results { try result.get() }
            return nil
        }
    }
}
