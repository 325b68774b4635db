import SyncModel
import SyncMySQL
import WorkerCheckpoint
package import WorkerConflict
package import WorkerSchema

/// The load that runs while the stream does, as the applier sees it.
///
/// A chunk is written only when the stream has passed the moment at which it was read, so the log never repeats what was
/// copied. But a row of the log may not have been copied yet: then it is missing without being in conflict.
package struct LoadBeside: Sendable {
    /// Keys that the applier changes; what the loader asks for.
    package let applied: KeyWindow
    /// Keys that the target changed itself.
    package let local: KeyWindow?
    /// Tables of the target that are being loaded; nil: all.
    private let tables: Set<TableName>?

    /// - Parameters:
    ///   - local: nil for a task by itself, which does not follow what the target changes.
    ///   - tables: those of the target that are being loaded; nil: all.
    package init(applied: KeyWindow, local: KeyWindow?, tables: Set<TableName>? = nil) {
        self.applied = applied
        self.local = local
        self.tables = tables
    }

    func covers(_ table: TableName) -> Bool { tables?.contains(table) ?? true }

    /// Waits until all that the target has changed so far is in `local`. The rows in question have to be locked.
    func catchUp(_ context: TaskContext, _ session: Session) throws {
        guard let local else { return }
        let now = LogPlace(try currentBinlogPosition(session, context.targetProfile))
        while try local.reached() < now {
            try context.control.checkStop()
            pause(milliseconds: 2)
        }
    }

    /// Whether a row that is missing on the target was deleted there, rather than not copied yet.
    func wasDeleted(_ key: RowKey) -> Bool { local?.contains(key, after: LogPlace(file: 0, offset: 0)) ?? false }
}
