package import SyncModel

/// What the supervisor says to a worker: one JSON object per line on the worker's stdin.
///
/// Format: docs/protocol.md. Every command carries an `id` and is answered by ``WorkerMessage/answer(_:)``.
package enum SupervisorMessage: Sendable, Hashable {
    case hello(Hello)
    case command(id: UInt64, Command)
    /// These conflict records are stored; the worker may forget them. Not answered.
    case conflictsStored(through: UInt64)
    /// These statements that were not carried over are stored; the worker may forget them. Not answered.
    case statementsStored(through: UInt64)
    /// A type of a later protocol version. Answered by an error, otherwise ignored.
    case unknown(type: String, id: UInt64?)
}

/// A request that the worker answers.
package enum Command: Sendable, Hashable {
    /// First command: which task this is. Answer: nothing more.
    case configure(Configuration)
    /// Check everything that `run` relies on; each item is sent as ``WorkerMessage/checkItem(_:)``, then the answer.
    case verify
    /// Create what is needed on the target and note the source's present position as the task's start, once: a task
    /// that already has a checkpoint keeps it. The answer carries the position. Nothing is read or applied.
    case prepare
    /// Look at what the target already holds of the task's objects. The answer carries ``Answer/targetState``; nothing
    /// is created or changed.
    case inspect
    /// Log in to both servers and measure the way to them. The answer carries ``Answer/items``, whatever they say.
    case testConnection
    /// Look how much of the source's log lies behind a position that the target has, and since when. The answer carries
    /// ``Answer/backlogBytes`` and ``Answer/lagMs``; nothing is changed, on either server.
    case measure(BinlogPosition)
    /// Run from the checkpoint, or from the beginning. Answered when accepted; then `ready`, `phase`, `progress`.
    case run
    /// Stop at a commit boundary and stay connected. Answered when nothing is in flight any more.
    case pause
    case resume
    /// Stop at a commit boundary, then exit with status 0. Answered before the exit.
    case stop
    /// New ceilings, at once.
    case limit(Limits)
    /// Read the source's position now; answered when everything up to there is committed on the target. The answer
    /// carries that position and the counts at that moment.
    case catchUp
    /// The operator's decision on a reported conflict.
    case resolve(conflict: UInt64, take: Side)
    /// The operator's decision on the definition statement that the task stopped at; the next run goes by it.
    case decide(StatementDecision)
    /// Compare the definitions of tables that the task goes by with those that the source gives now, and go by those from the task's
    /// position on where `adopts` says so. The answer carries ``Answer/items``: one for each table that differs.
    case definitions(adopts: Bool)
    /// Which changes of other servers the task passes on has changed: a task that has begun gives up what comes to the target
    /// by others and has never come by it. Answered when that is committed.
    case follow(TaskRoutes)
    /// Remove the task's rows, and `__dts__` where no other task uses it, from both servers.
    case cleanUp

    package enum Side: String, Sendable, Hashable, Codable { case source, target }
}

/// The task as its worker needs it. Secrets come here and nowhere else.
package struct Configuration: Sendable, Hashable, Codable {
    package var taskID: String
    package var spec: TaskSpec
    package var secrets: Secrets
    package var pair: PairRole?
    package var routes: TaskRoutes
    /// nil: a supervisor that does not say; then every other worker counts as one of the same daemon.
    package var daemon: DaemonIdentity?

    package init(
        taskID: String, spec: TaskSpec, secrets: Secrets, pair: PairRole? = nil, routes: TaskRoutes = TaskRoutes(), daemon: DaemonIdentity? = nil
    ) {
        self.taskID = taskID
        self.spec = spec
        self.secrets = secrets
        self.pair = pair
        self.routes = routes
        self.daemon = daemon
    }

    private enum CodingKeys: String, CodingKey {
        case taskID = "taskId"
        case spec, secrets, pair, routes, daemon
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        taskID = try fields.decode(String.self, forKey: .taskID)
        spec = try fields.decode(TaskSpec.self, forKey: .spec)
        secrets = try fields.decode(Secrets.self, forKey: .secrets)
        pair = try fields.decodeIfPresent(PairRole.self, forKey: .pair)
        routes = try fields.decodeIfPresent(TaskRoutes.self, forKey: .routes) ?? TaskRoutes()
        daemon = try fields.decodeIfPresent(DaemonIdentity.self, forKey: .daemon)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(taskID, forKey: .taskID)
        try fields.encode(spec, forKey: .spec)
        try fields.encode(secrets, forKey: .secrets)
        try fields.encodeIfPresent(pair, forKey: .pair)
        if !routes.isEmpty { try fields.encode(routes, forKey: .routes) }
        try fields.encodeIfPresent(daemon, forKey: .daemon)
    }
}

/// First message both ways. The highest version that both ranges hold is spoken.
package struct Hello: Sendable, Hashable, Codable {
    /// The protocol version that this build speaks.
    package static let version = 1

    package var minVersion: Int
    package var maxVersion: Int
    /// Name and version of the program, for the log.
    package var build: String
    package var capabilities: [String]

    package init(minVersion: Int = Hello.version, maxVersion: Int = Hello.version, build: String, capabilities: [String] = []) {
        self.minVersion = minVersion
        self.maxVersion = maxVersion
        self.build = build
        self.capabilities = capabilities
    }

    /// Whether the two sides have a version in common.
    package func agrees(with other: Hello) -> Bool {
        max(minVersion, other.minVersion) <= min(maxVersion, other.maxVersion)
    }
}
