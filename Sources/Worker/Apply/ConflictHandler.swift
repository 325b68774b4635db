import Glibc
import SyncModel
import SyncMySQL
import SyncWire
import WorkerBinlog
import WorkerCheckpoint
import WorkerConflict
import WorkerSchema
import WorkerSource

/// A conflict that the operator must decide. The batch is rolled back.
struct ReportedConflict: Error {
    var record: ConflictRecord
    var identity: String
}

/// Decides conflicts by the task's policy and keeps their records until they are written with the batch.
final class ConflictHandler {
    let context: TaskContext
    private let session: Session
    /// The marks of the segment at hand.
    var marks: [ChangeSegment.Mark] = []
    private(set) var records: [(record: ConflictRecord, identity: String)] = []

    init(_ context: TaskContext, _ session: Session) {
        self.context = context
        self.session = session
    }

    /// Forgets records of an attempt that was rolled back.
    func reset() { records.removeAll() }

    /// - Returns: whose row prevails.
    /// - Throws: ``ReportedConflict`` when the operator has not decided yet.
    func settle(_ kind: ConflictClass, _ table: FoldedTable, _ entry: Int, _ view: SegmentView) throws -> ConflictDecision {
        let (record, identity) = describe(kind, table, entry, view)
        var decision = ConflictRules.decision(context.spec.conflict)
        if decision == .reported {
            let known = try ConflictTable.decision(task: context.taskID, identity: identity, session)
            guard let known, known != .reported else { throw ReportedConflict(record: record, identity: identity) }
            return known
        }
        var decided = record
        decided.decision = decision
        records.append((decided, identity))
        if decision == .reported { decision = .keptTarget }
        return decision
    }

    private func describe(
        _ kind: ConflictClass, _ table: FoldedTable, _ entry: Int, _ view: SegmentView
    ) -> (ConflictRecord, identity: String) {
        let route = table.statements.route
        let places = table.entries[entry]
        let keyPlace = places.after.exists ? places.after : places.before
        let key = table.image(keyPlace, in: view) { route.readableKey($0) } ?? []
        let position = position(Int(places.lastMark))
        let record = ConflictRecord(
            sequence: 0, kind: kind, database: route.target.database, table: route.target.table, key: key,
            before: table.image(places.before, in: view) { route.readable($0) },
            after: table.image(places.after, in: view) { route.readable($0) }, current: table.currentRows[entry],
            position: position, decision: .reported, at: Self.now())
        let place = position.gtid ?? "\(position.file ?? ""):\(position.offset ?? 0)"
        let keyText = key.map { $0.value ?? "NULL" }.joined(separator: ",")
        return (record, Self.identity("\(place) \(route.target) \(kind.rawValue) \(keyText)"))
    }

    /// Long ones end in a hash of the whole.
    private static func identity(_ text: String) -> String {
        guard text.utf8.count > 900 else { return text }
        var hasher = KeyHasher()
        var copy = text
        copy.withUTF8 { hasher.append(UnsafeRawBufferPointer($0)) }
        return String(decoding: text.utf8.prefix(800), as: UTF8.self) + " \(hasher.value) \(text.utf8.count)"
    }

    /// The transaction in which the change was made.
    private func position(_ mark: Int) -> BinlogPosition {
        guard marks.indices.contains(mark) else { return BinlogPosition() }
        let mark = marks[mark]
        let gtid: String? =
            switch mark.gtid {
            case .none: nil
            case .mysql(let gtid): gtid.description
            case .mariaDB(let gtid): gtid.description
            }
        return BinlogPosition(gtid: gtid, file: mark.file, offset: mark.offset)
    }

    /// Writes the records of this batch, in the batch's transaction.
    func write() throws {
        guard !records.isEmpty else { return }
        var sequence = try ConflictTable.nextSequence(task: context.taskID, session)
        for (record, identity) in records {
            try insert(record, identity, sequence)
            sequence += 1
        }
        try ConflictTable.boundNowAndThen(task: context.taskID, through: sequence - 1, adding: UInt64(records.count), session)
    }

    /// Writes a reported conflict, unless it is there already.
    ///
    /// - Returns: whether it is a new one.
    func write(_ conflict: ReportedConflict) throws -> Bool {
        if try ConflictTable.decision(task: context.taskID, identity: conflict.identity, session) != nil { return false }
        try insert(conflict.record, conflict.identity, try ConflictTable.nextSequence(task: context.taskID, session))
        return true
    }

    private func insert(_ record: ConflictRecord, _ identity: String, _ sequence: UInt64) throws {
        var record = record
        record.sequence = sequence
        let line = try LineCodec.encode(record)
        try session.execute(
            ConflictTable.insertStatement(
                task: context.taskID, sequence: sequence, identity: identity, decision: record.decision,
                record: String(decoding: line, as: UTF8.self)))
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
}
