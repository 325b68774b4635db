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
    /// - Throws: `Stopped`; what the log cannot be read for.
    package func contain(_ key: RowKey) throws -> Bool {
        hasStarted.withLock { hasStarted in
            if !hasStarted { follower.start() }
            hasStarted = true
        }
        let now = try context.attempt(.source, "reading its position") {
            LogPlace(try SourceFence.positionBehind(try Session(context.source), context.sourceProfile))
        }
        while try window.reached() < now {
            try context.control.checkStop()
            pause(milliseconds: 2)
        }
        return window.contains(key, after: LogPlace(start))
    }

    /// Ends the reading.
    package func stop() { follower.stop() }
}
