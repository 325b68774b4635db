import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// The servers that a run works with: of each endpoint's hosts the one that can go on with the task.
///
/// They are chosen once for a run. When a connection is lost the next run chooses again, which is how a failover is
/// followed.
struct ServerChoice {
    /// A host that answers.
    struct Candidate {
        var options: Session.Options
        var session: Session
        var profile: ServerProfile
    }

    let connections: TaskConnections
    private var task: String { connections.configuration.taskID }

    // MARK: One endpoint

    /// The first host that answers, is the one that is written, and passes `check`.
    ///
    /// Of a single host nothing is asked but what `check` asks.
    func first(_ role: TaskContext.Role, _ check: (Candidate) throws -> Void = { _ in }) throws -> Candidate {
        let hosts = connections.hosts(role)
        var refusals: [Failure] = []
        for host in hosts {
            do {
                let candidate = try open(host, role)
                if hosts.count > 1 { try requireWritable(candidate, role) }
                try check(candidate)
                return candidate
            } catch let failure as Failure where hosts.count > 1 && Self.ofOneHost.contains(failure.code) {
                refusals.append(failure)
            }
        }
        // A host that must not be used weighs more than one that may come back.
        if let refusal = refusals.first(where: { $0.kind != .transient }) { throw refusal }
        throw Failure(
            .hostUnreachable,
            "none of the \(role.rawValue)'s hosts can be used: " + refusals.map(\.message).joined(separator: "; "),
            remedy: "start one of them, or promote one: read_only has to be OFF on the one that is written, and ON on the others",
            kind: .transient)
    }

    /// Failures after which another host may still do.
    private static let ofOneHost: Set<FailureCode> = [
        .hostUnreachable, .connectionLost, .serverNotReady, .sourceBehind, .targetBehind, .binlogPurged, .serverChanged,
    ]

    private func open(_ options: Session.Options, _ role: TaskContext.Role) throws -> Candidate {
        try Self.naming(role, options, "connecting") {
            let session = try Session(options)
            var options = options
            // The sessions that follow do not go without what this one had.
            if session.usesTLS { options.endpoint.tls = options.endpoint.tls.insisting }
            return Candidate(options: options, session: session, profile: try ServerProfile(session))
        }
    }

    private func requireWritable(_ candidate: Candidate, _ role: TaskContext.Role) throws {
        let isReadOnly = try Self.naming(role, candidate.options, "reading its settings") { try Self.isReadOnly(candidate.session) }
        guard isReadOnly else { return }
        throw Failure(
            .hostUnreachable, "the \(role.rawValue) \(candidate.options.endpoint.address) is read-only", remedy: "promote one of the hosts",
            kind: .transient)
    }

    /// Whether a server is set to take no writes of applications.
    static func isReadOnly(_ session: Session) throws(MySQLError) -> Bool {
        try session.rows("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only')")
            .contains { $0[1].map { !["OFF", "0"].contains($0.uppercased()) } ?? false }
    }

    static func naming<T>(_ role: TaskContext.Role, _ options: Session.Options, _ action: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as MySQLError {
            throw error.failure(role: role.rawValue, address: options.endpoint.address, doing: action)
        }
    }

    // MARK: Both

    struct Chosen {
        var source: Candidate
        var target: Candidate
        /// nil for a task that begins.
        var checkpoint: Checkpoint?
    }

    /// - Throws: ``Failure`` when no host of the source or the target can go on with the task.
    func both() throws -> Chosen {
        let known = try first(.source) { try requireMember($0, .source) }
        let record = try record(known)
        let target = try first(.target) { candidate in
            try requireMember(candidate, .target)
            try requireContinuation(candidate, record)
        }
        let checkpoint = try checkpoint(target)
        guard let checkpoint else { return Chosen(source: known, target: target, checkpoint: nil) }
        let source = try source(checkpoint, known)
        // The first one may have been a server that was left behind and knows less of the target.
        if source.profile.server != known.profile.server { try requireContinuation(target, try self.record(source)) }
        return Chosen(source: source, target: target, checkpoint: checkpoint)
    }

    /// The source's host that goes on from the checkpoint: the one that the task used last as long as that can be used,
    /// else the first.
    private func source(_ checkpoint: Checkpoint, _ known: Candidate) throws -> Candidate {
        let fits = { (candidate: Candidate) in
            try requireMember(candidate, .source)
            try requireGroup(candidate, checkpoint)
            try requireLog(candidate, checkpoint)
        }
        if known.profile.server == checkpoint.sourceServer || checkpoint.sourceServer.isEmpty || connections.hosts(.source).count == 1 {
            do {
                try fits(known)
                return known
            } catch let failure as Failure where connections.hosts(.source).count > 1 && Self.ofOneHost.contains(failure.code) {
                return try first(.source, fits)
            }
        }
        let choice = try first(.source, fits)
        if choice.profile.server == checkpoint.sourceServer { return choice }
        do {
            return try first(.source) { candidate in
                guard candidate.profile.server == checkpoint.sourceServer else {
                    throw Failure(.serverChanged, "not the one used last", remedy: "", kind: .transient)
                }
                try fits(candidate)
            }
        } catch is Failure {
            // Whatever keeps that one from being used: this one can be.
            return choice
        }
    }

    /// Another host of the source than this one that is written and goes on from the checkpoint.
    func successor(of server: String, _ checkpoint: Checkpoint) throws -> Candidate {
        try first(.source) { candidate in
            guard candidate.profile.server != server else {
                throw Failure(.serverChanged, "the one that is read now", remedy: "", kind: .transient)
            }
            try requireGroup(candidate, checkpoint)
            try requireLog(candidate, checkpoint)
        }
    }

    private func record(_ source: Candidate) throws -> TaskRecord {
        try Self.naming(.source, source.options, "reading the task's record") { try TaskRecord.read(task: task, source.session) }
    }

    private func checkpoint(_ target: Candidate) throws -> Checkpoint? {
        try Self.naming(.target, target.options, "reading the checkpoint") {
            try MetadataTables.isCurrent(target.session) ? try CheckpointStore.read(task: task, target.session) : nil
        }
    }

    // MARK: What must hold of a host

    /// A copy of a server must not pass for it.
    private func requireMember(_ candidate: Candidate, _ role: TaskContext.Role) throws {
        guard connections.hosts(role).count == 1 else { return }
        let isMember = try Self.naming(role, candidate.options, "reading its identity") {
            try ServerGroup.isMember(candidate.profile, candidate.session)
        }
        guard !isMember else { return }
        throw Failure(
            .serverChanged,
            "the \(role.rawValue) \(candidate.options.endpoint.address) (\(Self.name(candidate.profile))) has the \(metadataDatabase) of another "
                + "server (\(candidate.profile.uuid))",
            remedy: "if it is a replica that was promoted, name all servers in the \(role.rawValue)'s hosts; if it is a copy, drop the database "
                + "\(metadataDatabase) on it and create the task anew")
    }

    private func requireGroup(_ source: Candidate, _ checkpoint: Checkpoint) throws {
        guard checkpoint.sourceUUID != source.profile.uuid else { return }
        let found = source.profile.uuid.isEmpty ? Self.name(source.profile) : source.profile.uuid
        throw Failure(
            .serverChanged,
            "the source \(source.options.endpoint.address) is another server (\(found)) than the one the checkpoint was taken on "
                + "(\(checkpoint.sourceUUID))",
            remedy: "correct the source's address; or \(Failure.startOver)")
    }

    private func requireLog(_ source: Candidate, _ checkpoint: Checkpoint) throws {
        let positioning = source.profile.positioning(connections.configuration.spec.source.positioning)
        // The files of another server say nothing; whether the task can go on there is decided when it does.
        guard positioning == .gtid || checkpoint.sourceServer.isEmpty || checkpoint.sourceServer == source.profile.server else { return }
        try Self.naming(.source, source.options, "looking for the task's place in its binlog") {
            try SourceLog(source.session, source.profile, address: source.options.endpoint.address).check(checkpoint.position, positioning)
        }
    }

    /// A task that has run does not begin anew because its target has forgotten it.
    private func requireContinuation(_ target: Candidate, _ record: TaskRecord) throws {
        guard !record.targetUUID.isEmpty else { return }
        let address = target.options.endpoint.address
        guard let checkpoint = try checkpoint(target) else {
            throw Failure(
                .serverChanged,
                "the target \(address) (\(Self.name(target.profile))) has no checkpoint of this task, which has run already, on "
                    + "\(record.targetUUID)",
                remedy: "correct the target's address; or \(Failure.startOver)")
        }
        guard record.targetUUID == target.profile.uuid else {
            throw Failure(
                .serverChanged, "the target \(address) is another server (\(target.profile.uuid)) than the task has run on (\(record.targetUUID))",
                remedy: "correct the target's address; or \(Failure.startOver)")
        }
        // One server cannot fall behind itself but by being restored, and then its rows are as old as its checkpoint.
        guard connections.hosts(.target).count == 1 || checkpoint.epoch >= record.epoch else {
            throw Failure(
                .targetBehind,
                "the target \(address) does not have what the task has written already: it knows of run \(checkpoint.epoch), and the last was "
                    + "\(record.epoch)",
                remedy: "make it a replica of the server that has taken over, or take it out of the target's hosts; if the newer rows are lost "
                    + "for good, \(Failure.startOver)")
        }
    }

    private static func name(_ profile: ServerProfile) -> String {
        profile.isMariaDB ? "server_id \(profile.server)" : "server_uuid \(profile.server)"
    }
}
