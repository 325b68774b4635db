import Logging
package import SyncModel
import SyncMySQL
import Synchronization
package import WorkerCheckpoint
package import WorkerConflict
import WorkerDDL
import WorkerSchema
import WorkerSource

/// Which rows the source has changed since a place in its log. The log is read only once somebody asks.
package final class SourceChanges: Sendable {
    private let context: TaskContext
    private let start: BinlogPosition
    private let window = KeyWindow()
    private let follower: LogFollower
    private let hasStarted = Mutex(false)
    private let hasEnded = Mutex(false)

    /// - Parameter start: where the task's stream will begin.
    package init(_ context: TaskContext, from start: BinlogPosition) {
        self.context = context
        self.start = start
        follower = LogFollower(source: context, from: start, window: window) { [task = context.taskID] context in
            let kept = try context.attempt(.target, "reading the schema history") {
                try SchemaTable.read(task: task, try Session(context.target))
            }
            return try SchemaHistory(kept: kept, context)
        }
        _ = window.hold(from: LogPlace(file: 0, offset: 0))
    }

    /// Whether the row of the target's table stands for one that the log, up to now, changes.
    ///
    /// Rows of tables whose definitions the log changes cannot be followed here, as the target has none of its statements yet. From there on
    /// nothing counts as changed: such a row is the target's own, and the policy decides.
    ///
    /// - Throws: `Stopped`; what may pass by itself.
    package func contain(_ key: RowKey) throws -> Bool {
        if window.contains(key, after: LogPlace(start)) { return true }
        hasStarted.withLock { hasStarted in
            if !hasStarted { follower.start() }
            hasStarted = true
        }
        let now = try context.attempt(.source, "reading its position") {
            LogPlace(try SourceFence.positionBehind(try Session(context.source), context.sourceProfile))
        }
        do {
            while try window.reached() < now {
                try context.control.checkStop()
                pause(milliseconds: 2)
            }
        } catch let failure as Failure where failure.kind != .transient {
            let isNews = hasEnded.withLock { hasEnded in
                defer { hasEnded = true }
                return !hasEnded
            }
            if isNews {
                context.logger.notice("rows that move during the load cannot be told from here on", metadata: ["code": "\(failure.code.rawValue)"])
            }
        }
        return window.contains(key, after: LogPlace(start))
    }

    /// Ends the reading.
    package func stop() { follower.stop() }
}
