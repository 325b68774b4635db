import SupervisorBilling
import SupervisorNotices
import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization

/// An honest store in memory: what was written is there for the next one that is made from it, and it can be told to fail.
final class MemoryStore: ConflictStore, NoticeStore, PairStore, TaskStore {
    struct Contents: Sendable {
        var tasks: [String: TaskRecord] = [:]
        var progress: [String: Progress] = [:]
        var verifications: [String: Verification] = [:]
        var pairs: [String: PairRecord] = [:]
        var conflicts: [StoredConflict] = []
        var notices: [StoredNotice] = []
        /// Of the alarms that are open.
        var causes: [String: String] = [:]
        var billing = BillingState()
        /// Of billing; in the order in which they were stored.
        var billingNotices: [Notice] = []
        var usage: [UsageRow] = []

        /// Events of the notices, in their order.
        var events: [NoticeEvent] { notices.map(\.notice.event) }
        /// Without those that only tell how far a task is.
        var troubles: [NoticeEvent] { events.filter { $0.severity > .info || $0.isOnlyRecovery } }

        mutating func add(_ notice: Notice) {
            if notice.event.isAlarm, causes.updateValue(notice.cause, forKey: notice.alarmKey(notice.event)) == notice.cause { return }
            let closed = notice.event.closes.filter { causes.removeValue(forKey: notice.alarmKey($0)) != nil }
            if notice.event.isOnlyRecovery, closed.isEmpty { return }
            notices.append(StoredNotice(number: Int64(notices.count + 1), notice: notice, isRead: false))
        }
    }

    struct State {
        var contents: Contents
        var failure: Failure?
        var writes = 0
    }

    let state: Mutex<State>
    /// Called after every write, with what is stored then.
    private let observer: @Sendable (Contents) -> Void

    init(_ contents: Contents = Contents(), observer: @escaping @Sendable (Contents) -> Void = { _ in }) {
        state = Mutex(State(contents: contents))
        self.observer = observer
    }

    var contents: Contents { state.withLock { $0.contents } }
    var writes: Int { state.withLock { $0.writes } }

    /// From now on every write fails like this; nil: they work again.
    func fail(_ failure: Failure?) {
        state.withLock { $0.failure = failure }
    }

    func write(_ body: (inout Contents) throws(Failure) -> Void) throws(Failure) {
        let contents = try state.withLock { state throws(Failure) in
            if let failure = state.failure { throw failure }
            try body(&state.contents)
            state.writes += 1
            return state.contents
        }
        observer(contents)
    }

    // MARK: TaskStore

    func load() async throws(Failure) -> StoredState {
        let contents = contents
        var loaded = StoredState()
        loaded.tasks = contents.tasks.values.sorted { $0.name < $1.name }
        loaded.progress = contents.progress
        loaded.verifications = contents.verifications
        loaded.pairs = contents.pairs.values.sorted { $0.name < $1.name }
        loaded.openAlarms = Set(contents.causes.keys)
        for conflict in contents.conflicts where !conflict.decided { loaded.undecided[conflict.task, default: 0] += 1 }
        return loaded
    }

    func create(_ task: TaskRecord) async throws(Failure) {
        try write { contents throws(Failure) in contents.tasks[task.id] = task }
    }

    func save(_ task: TaskRecord, notices: [Notice]) async throws(Failure) {
        try write { contents throws(Failure) in
            contents.tasks[task.id] = task
            for notice in notices { contents.add(notice) }
        }
    }

    func save(progress: [String: Progress]) async throws(Failure) {
        try write { contents throws(Failure) in contents.progress.merge(progress) { $1 } }
    }

    func save(verification: Verification, of task: String, notices: [Notice]) async throws(Failure) {
        try write { contents throws(Failure) in
            contents.verifications[task] = verification
            for notice in notices { contents.add(notice) }
        }
    }

    func remove(task: String, notices: [Notice]) async throws(Failure) {
        try write { contents throws(Failure) in
            for notice in notices { contents.add(notice) }
            contents.tasks[task] = nil
            contents.progress[task] = nil
            contents.verifications[task] = nil
            contents.conflicts.removeAll { $0.task == task }
        }
    }

    // MARK: PairStore

    func create(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure) {
        try write { contents throws(Failure) in
            contents.pairs[pair.name] = pair
            for task in tasks { contents.tasks[task.id] = task }
        }
    }

    func save(_ pair: PairRecord) async throws(Failure) {
        try write { contents throws(Failure) in contents.pairs[pair.name] = pair }
    }

    func save(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure) {
        try write { contents throws(Failure) in
            contents.pairs[pair.name] = pair
            for task in tasks { contents.tasks[task.id] = task }
        }
    }

    func remove(pair: String) async throws(Failure) {
        try write { contents throws(Failure) in contents.pairs[pair] = nil }
    }

    // MARK: ConflictStore

    func insert(_ records: [ConflictRecord], of task: String) async throws(Failure) {
        try write { contents throws(Failure) in
            for record in records {
                if let index = contents.conflicts.firstIndex(where: { $0.task == task && $0.sequence == record.sequence }) {
                    if !contents.conflicts[index].decided, record.decision != .reported {
                        contents.conflicts[index].decided = true
                        contents.conflicts[index].record?.decision = record.decision
                        contents.conflicts[index].decision = record.decision
                    }
                    continue
                }
                contents.conflicts.append(
                    StoredConflict(
                        id: Int64(contents.conflicts.count + 1),
                        task: task,
                        record: record,
                        decided: record.decision != .reported
                    )
                )
            }
        }
    }

    func conflictsMissed(by tasks: [String]) async throws(Failure) -> UInt64 { 0 }

    func conflicts(_ query: ConflictSelection) async throws(Failure) -> [StoredConflict] {
        let found = contents.conflicts.filter { conflict in
            query.tasks.contains(conflict.task) && !(query.undecidedOnly && conflict.decided)
                && query.kind.map { $0 == conflict.record?.kind } != false && query.table.map { $0 == conflict.record?.table } != false
                && query.database.map { $0 == conflict.record?.database } != false
                && query.tableText.map { text in
                    conflict.record.map { text == $0.table || text == "\($0.database).\($0.table)" } == true
                } != false && query.before.map { conflict.id < $0 } != false
        }
        return Array(found.sorted { ($0.record?.at ?? 0, $0.id) > ($1.record?.at ?? 0, $1.id) }.prefix(query.limit))
    }

    func conflict(_ id: Int64) async throws(Failure) -> StoredConflict? {
        contents.conflicts.first { $0.id == id }
    }

    func resolve(_ id: Int64, as decision: ConflictDecision) async throws(Failure) {
        try write { contents throws(Failure) in
            for index in contents.conflicts.indices where contents.conflicts[index].id == id {
                contents.conflicts[index].decided = true
                contents.conflicts[index].record?.decision = decision
                contents.conflicts[index].decision = decision
            }
        }
    }

    func undecided(of task: String) async throws(Failure) -> UInt64 {
        UInt64(contents.conflicts.filter { $0.task == task && !$0.decided }.count)
    }

    // MARK: NoticeStore

    func add(_ notices: [Notice]) async throws(Failure) {
        try write { contents throws(Failure) in for notice in notices { contents.add(notice) } }
    }

    func notices(_ selection: NoticeSelection) async throws(Failure) -> [StoredNotice] {
        Array(contents.notices.reversed().prefix(selection.limit))
    }

    func readNotice(_ number: Int64) async throws(Failure) -> StoredNotice? {
        contents.notices.first { $0.number == number }
    }

    func readAllNotices() async throws(Failure) -> Int { contents.notices.count }
}
