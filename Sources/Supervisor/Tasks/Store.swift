package import SupervisorNotices
package import SyncModel
package import SyncWire

/// Where the supervisor keeps what must survive its own end. Every method is one transaction and throws
/// ``Failure`` `store-failed` when it did not happen; then nothing of it did.
package typealias Store = BillingStore & ConflictStore & NoticeStore & PairStore & TaskStore

/// Tasks, their progress and their verification.
package protocol TaskStore: Sendable {
    /// Everything that is stored; rows that cannot be read are set aside and reported, never deleted.
    func load() async throws(Failure) -> StoredState
    /// - Throws: `already-exists` when the name is taken.
    func create(_ task: TaskRecord) async throws(Failure)
    /// Replaces the task's row and adds the notices that go with the change.
    func save(_ task: TaskRecord, notices: [Notice]) async throws(Failure)
    /// - Parameter progress: by identifier of the task.
    func save(progress: [String: Progress]) async throws(Failure)
    /// - Parameter notices: what goes with it.
    func save(verification: Verification, of task: String, notices: [Notice]) async throws(Failure)
    /// Removes the task and all that belongs to it, and adds the notices that tell of it.
    func remove(task: String, notices: [Notice]) async throws(Failure)
}

/// Pairs. The rows of their tasks come and go with them.
package protocol PairStore: Sendable {
    /// - Throws: `already-exists` when one of the names is taken; then none of the rows is there.
    func create(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure)
    func save(_ pair: PairRecord) async throws(Failure)
    /// Replaces the rows of the pair and of its tasks.
    func save(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure)
    func remove(pair: String) async throws(Failure)
}

/// The conflict log.
package protocol ConflictStore: Sendable {
    /// Records that are there already (same task and sequence) stay as they are, but for one that awaits a decision and comes with it.
    func insert(_ records: [ConflictRecord], of task: String) async throws(Failure)
    /// Those found last first.
    func conflicts(_ query: ConflictSelection) async throws(Failure) -> [StoredConflict]
    func conflict(_ id: Int64) async throws(Failure) -> StoredConflict?
    /// How many conflicts of these tasks have a number below that of one that is there, and are not there themselves.
    func conflictsMissed(by tasks: [String]) async throws(Failure) -> UInt64
    func resolve(_ id: Int64, as decision: ConflictDecision) async throws(Failure)
    /// Reported conflicts of a task that still wait for the operator.
    func undecided(of task: String) async throws(Failure) -> UInt64
}

/// The message center. Whatever adds a notice adds, in the same transaction, what the channels have to tell of it; a repeated alarm
/// is only counted, and a recovery that nothing is open for is dropped.
package protocol NoticeStore: Sendable {
    func add(_ notices: [Notice]) async throws(Failure)
    /// Newest first.
    func notices(_ selection: NoticeSelection) async throws(Failure) -> [StoredNotice]
    /// - Returns: nil when there is none with this number.
    func readNotice(_ number: Int64) async throws(Failure) -> StoredNotice?
    /// - Returns: how many had not been read.
    func readAllNotices() async throws(Failure) -> Int
}

/// Which notices to read.
package struct NoticeSelection: Sendable, Hashable {
    package var unreadOnly: Bool
    /// This one and worse.
    package var severity: Severity
    /// Name of the task.
    package var task: String?
    package var event: NoticeEvent?
    package var limit: Int
    /// Only those with a smaller number.
    package var before: Int64?

    package init(
        unreadOnly: Bool = false, severity: Severity = .info, task: String? = nil, event: NoticeEvent? = nil, limit: Int, before: Int64? = nil
    ) {
        self.unreadOnly = unreadOnly
        self.severity = severity
        self.task = task
        self.event = event
        self.limit = limit
        self.before = before
    }
}

/// What was stored when the supervisor ended.
package struct StoredState: Sendable {
    package var tasks: [TaskRecord] = []
    package var progress: [String: Progress] = [:]
    package var verifications: [String: Verification] = [:]
    /// Reported conflicts that wait for the operator, by identifier of the task; a task without any is missing.
    package var undecided: [String: UInt64] = [:]
    /// Keys of the alarms that are open (``Notice/alarmKey(_:)``).
    package var openAlarms: Set<String> = []
    package var pairs: [PairRecord] = []
    /// What cannot be read.
    package var unreadable: [UnreadableRecord] = []

    package init() {}
}

/// What the last verification of a task found.
package struct Verification: Sendable, Hashable, Codable {
    package var items: [CheckItem]
    /// Microseconds since 1970 UTC.
    package var at: UInt64

    package init(items: [CheckItem] = [], at: UInt64) {
        self.items = items
        self.at = at
    }

    /// Names of the items that keep the task from starting.
    package var failedItems: [String] { items.filter { $0.level == .fail }.map(\.item) }
}

/// Which conflicts to read: newest first.
package struct ConflictSelection: Sendable, Hashable {
    /// Identifiers of the tasks.
    package var tasks: [String]
    package var undecidedOnly: Bool
    package var kind: ConflictClass?
    /// Names on the target.
    package var database: String?
    package var table: String?
    /// `table` or `database.table` on the target, as a person gives it: names may have points of their own.
    package var tableText: String?
    package var limit: Int
    /// Only those found before this one.
    package var before: Int64?

    package init(
        tasks: [String], undecidedOnly: Bool = false, kind: ConflictClass? = nil, database: String? = nil, table: String? = nil,
        tableText: String? = nil, limit: Int, before: Int64? = nil
    ) {
        self.tasks = tasks
        self.undecidedOnly = undecidedOnly
        self.kind = kind
        self.database = database
        self.table = table
        self.tableText = tableText
        self.limit = limit
        self.before = before
    }
}

/// A conflict with its number in the log.
package struct StoredConflict: Sendable, Hashable {
    package var id: Int64
    /// Identifier of the task.
    package var task: String
    /// Number of the record in the task's own conflict table.
    package var sequence: UInt64
    /// nil when it cannot be read; ``unreadable`` says why.
    package var record: ConflictRecord?
    package var decision: ConflictDecision
    /// False while the operator's decision is awaited.
    package var decided: Bool
    package var unreadable: UnreadableRecord?

    package init(id: Int64, task: String, record: ConflictRecord, decided: Bool) {
        self.id = id
        self.task = task
        sequence = record.sequence
        self.record = record
        decision = record.decision
        self.decided = decided
    }

    package init(id: Int64, task: String, sequence: UInt64, decision: ConflictDecision, decided: Bool, unreadable: UnreadableRecord) {
        self.id = id
        self.task = task
        self.sequence = sequence
        self.decision = decision
        self.decided = decided
        self.unreadable = unreadable
    }
}
