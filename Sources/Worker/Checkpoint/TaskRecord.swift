package import SyncMySQL
import WorkerSchema

/// What the source knows of a task: that it has begun, and on which target. All else is in its checkpoint there, and a
/// target that lost it must not be taken for a new one.
package struct TaskRecord: Sendable, Hashable {
    /// Identity of the target; empty before the task has a checkpoint.
    package var targetUUID: String
    /// The last run that has begun, as far as it was noted.
    package var epoch: UInt64

    private static let table = "`\(metadataDatabase)`.task"

    package init(targetUUID: String = "", epoch: UInt64 = 0) {
        self.targetUUID = targetUUID
        self.epoch = epoch
    }

    /// Reads the record; an empty one when there is none.
    package static func read(task: String, _ source: Session) throws(MySQLError) -> TaskRecord {
        guard try MetadataTables.hasColumn("epoch", of: "task", source),
            let row = try source.rows("SELECT target_uuid, epoch FROM \(table) WHERE id = \(quoteText(task))").first
        else { return TaskRecord() }
        return TaskRecord(targetUUID: row[0] ?? "", epoch: row[1].flatMap { UInt64($0) } ?? 0)
    }

    /// Notes it, once the target has the task's checkpoint.
    package func write(task: String, _ source: Session) throws(MySQLError) {
        if try Self.read(task: task, source) == self { return }
        try source.execute(
            "UPDATE \(Self.table) SET target_uuid = \(quoteText(targetUUID)), epoch = \(epoch) WHERE id = \(quoteText(task))")
    }

    // MARK: Identities as a replica

    /// How often the task's stream was ended because another replica had the same identity.
    package static func clashes(task: String, _ server: Session) throws(MySQLError) -> Int {
        try server.value("SELECT clashes FROM \(table) WHERE id = \(quoteText(owner(task)))").flatMap { Int($0) } ?? 0
    }

    /// The task's next stream takes another identity, also in another process, or the two would end each other for ever.
    package static func noteClash(task: String, _ server: Session) throws(MySQLError) {
        try server.execute("UPDATE \(table) SET clashes = clashes + 1 WHERE id = \(quoteText(owner(task)))")
    }

    /// Streams beside the task's own have names that begin with the task's.
    private static func owner(_ task: String) -> String { task.split(separator: "/").first.map { String($0) } ?? task }
}
