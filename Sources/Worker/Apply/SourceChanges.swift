import Logging
package import SyncModel
import SyncMySQL
import Synchronization
package import WorkerCheckpoint
package import WorkerConflict
import WorkerDDL
package import WorkerSchema
import WorkerSource

/// Which rows the source has changed since a place in its log. The log is read only once somebody asks.
///
/// It is read once, and what it changes is remembered; where that is more than there is room for, it is read again for each question.
package final class SourceChanges: Sendable {
    private let context: TaskContext
    private let start: BinlogPosition
    private let noted: NotedKeys
    private let follower: LogFollower
    private let hasStarted = Mutex(false)
    private let told = Mutex<Set<String>>([])
    /// For the questions how far the log is.
    private let session = Mutex<Session?>(nil)
    /// Two readers at once would be one replica to the source.
    private let readingAgain = Mutex(())

    /// - Parameters:
    ///   - start: where the task's stream will begin.
    ///   - capacity: changed rows that are remembered at once.
    package init(_ context: TaskContext, from start: BinlogPosition, capacity: Int = NotedKeys.capacity) {
        self.context = context
        self.start = start
        noted = NotedKeys(capacity: capacity)
        follower = Self.follower(context, from: start, noted)
    }

    private static func follower(_ context: TaskContext, from start: BinlogPosition, _ changes: any FollowedChanges) -> LogFollower {
        LogFollower(source: context, from: start, changes: changes) { [task = context.taskID] context in
            let kept = try context.attempt(.target, "reading the schema history") {
                try SchemaTable.read(task: task, try Session(context.target))
            }
            return SchemaHistory(kept: kept, context)
        }
    }

    /// Those of the rows of a target's table that stand for rows which the log, up to now, changes.
    ///
    /// Rows of tables whose definitions the log changes cannot be followed here, as the target has none of its statements yet. From there on
    /// nothing counts as changed: such a row is the target's own, and the policy decides.
    ///
    /// - Throws: `Stopped`; what may pass by itself.
    package func changed(among keys: Set<RowKey>, of table: TableName) throws -> Set<RowKey> {
        let known = changedSoFar(among: keys, of: table)
        let open = keys.subtracting(known)
        if open.isEmpty { return known }
        if !noted.isFull {
            startOnce()
            let now = try placeBehind()
            try following {
                while try noted.reached() < now, !noted.isFull { try rest() }
            }
            if !noted.isFull { return changedSoFar(among: keys, of: table) }
        }
        follower.stop()
        tell("more rows change during the load than can be remembered: the source's log is read again for each question about them")
        return known.union(try readAgain(for: open, of: table))
    }

    /// All rows of this table have been copied.
    package func leave(_ table: TableName) { noted.leave(table) }

    /// Ends the reading.
    package func stop() { follower.stop() }

    private func changedSoFar(among keys: Set<RowKey>, of table: TableName) -> Set<RowKey> { keys.filter { noted.contains($0, of: table) } }

    private func startOnce() {
        hasStarted.withLock { hasStarted in
            if !hasStarted { follower.start() }
            hasStarted = true
        }
    }

    /// Memory does not grow with what the log changes, whatever it costs in time.
    private func readAgain(for keys: Set<RowKey>, of table: TableName) throws -> Set<RowKey> {
        try readingAgain.withLock { _ in
            try context.control.checkStop()
            let now = try placeBehind()
            let sought = SoughtKeys(keys, of: table)
            let follower = Self.follower(context, from: start, sought)
            follower.start()
            defer { follower.stop() }
            try following {
                while try !sought.isAnswered(upTo: now) { try rest() }
            }
            return sought.found
        }
    }

    private func rest() throws {
        try context.control.checkStop()
        pause(milliseconds: 2)
    }

    /// Goes on where the log can be followed no further.
    private func following(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as Failure where failure.kind != .transient {
            tell("rows that move during the load cannot be told from here on", code: failure.code)
        }
    }

    /// Once each.
    private func tell(_ message: String, code: FailureCode? = nil) {
        guard told.withLock({ $0.insert(message).inserted }) else { return }
        context.logger.notice("\(message)", metadata: code.map { ["code": "\($0.rawValue)"] })
    }

    private func placeBehind() throws -> LogPlace {
        try context.attempt(.source, "reading its position") {
            try session.withLock { session in
                if let kept = session {
                    // The server may have closed it since the last question.
                    do { return LogPlace(try SourceFence.positionBehind(kept, context.sourceProfile)) } catch { session = nil }
                }
                let fresh = try Session(context.source)
                let place = LogPlace(try SourceFence.positionBehind(fresh, context.sourceProfile))
                session = fresh
                return place
            }
        }
    }
}
