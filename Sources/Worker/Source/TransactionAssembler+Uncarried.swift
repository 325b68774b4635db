import Logging
import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Definition statements on synced objects that the task is not told to carry over: passed over, but never without a word.
extension TransactionAssembler {
    /// Whether the statement is about what the task syncs.
    func concernsTask(_ statement: DDLStatement?, _ kind: WorkerBinlog.DDLKind, _ query: QueryEvent) -> Bool {
        guard let statement else {
            return concernsRows(kind) && touchesObjects(query)
        }
        let objects = context.objects
        if let database = statement.database { return objects.targetDatabase(of: database) != nil && objects.isWhole(database) }
        let isView = statement.kind.object == .view
        return statement.subjects.contains { (isView ? objects.targetOfView($0) : objects.target(of: $0)) != nil }
    }

    mutating func noteUncarried(_ statement: DDLStatement?, _ query: QueryEvent, _ header: EventHeader, isAlarm: Bool) {
        let uncarried = UncarriedStatement(
            kind: statement.flatMap { MappedStatement.kind($0) }?.rawValue ?? "other",
            place: placeOfTransaction,
            text: ToldStatement.text(of: [UInt8](query.statement)),
            sidesDiffer: isAlarm && statement?.movesRows == true,
            at: open.flatMap { $0.committedAt > 0 ? $0.committedAt : nil } ?? UInt64(header.timestamp) * 1_000_000
        )
        context.logger.notice(
            "a definition statement is not carried over", metadata: ["place": "\(uncarried.place)", "kind": "\(uncarried.kind)"])
        note([.notCarried(uncarried)])
    }
}
