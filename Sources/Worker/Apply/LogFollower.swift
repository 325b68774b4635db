package import SyncModel
import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerConflict
import WorkerDDL
import WorkerSchema
import WorkerSource

/// Follows a binlog beside the task's own stream and notes which rows were changed: on the target by others than this task, or
/// on the source.
package struct LogFollower: Sendable {
    private enum Side { case source, target }

    private let side: Side
    private let context: TaskContext
    private let start: BinlogPosition
    private let changes: any FollowedChanges
    /// Of the follower alone; the run's own is asked beside it.
    private let control: RunControl
    private let run: RunControl
    private let history: @Sendable (TaskContext) throws -> SchemaHistory

    /// Follows the target's log.
    ///
    /// - Parameters:
    ///   - start: how far the source has seen the target's log.
    ///   - changes: gets the keys, by the names that the tables have on the target.
    package init(target context: TaskContext, from start: BinlogPosition, changes: any FollowedChanges) {
        side = .target
        run = context.control
        control = RunControl(limits: Limits())
        self.context = context.reversed(as: "target", control)
        self.start = start
        self.changes = changes
        history = { SchemaHistory(empty: $0) }
    }

    /// Follows the source's log, as far as the task carries it.
    init(
        source context: TaskContext, from start: BinlogPosition, changes: any FollowedChanges,
        history: @escaping @Sendable (TaskContext) throws -> SchemaHistory
    ) {
        side = .source
        run = context.control
        control = RunControl(limits: Limits())
        var own = context
        own.taskID += "/source"
        own.control = control
        self.context = own
        self.start = start
        self.changes = changes
        self.history = history
    }

    /// Ends the threads.
    package func stop() { control.stop() }

    /// Starts the threads; their failure is told to the changes. They end with the run.
    package func start(_ onEnd: @escaping @Sendable () -> Void = {}) {
        let queue = ChangeQueue()
        BinlogReader(context, queue: queue, from: start, history: { [context, history] in try history(context) }).start()
        WorkerThread.start("dts-follower") {
            defer {
                queue.abandon()
                onEnd()
            }
            do {
                try follow(queue)
            } catch {
                changes.fail(error)
            }
        }
    }

    private func follow(_ queue: ChangeQueue) throws {
        var hasher = KeyHasher()
        while !control.isStopping {
            if run.isStopping { control.stop() }
            switch queue.pop(milliseconds: 500) {
            case .nothing: continue
            case .ended(let error):
                if let error { throw error }
                return
            case .segment(let segment):
                try collect(segment, &hasher)
                // The place of a transaction is its end, which its pieces do not know.
                guard segment.extent == .whole || segment.extent == .last, let mark = segment.marks.last else { continue }
                changes.advance(to: LogPlace(BinlogPosition(file: mark.file, offset: mark.offset)))
            }
        }
    }

    private func collect(_ segment: ChangeSegment, _ hasher: inout KeyHasher) throws {
        try segment.bytes.withUnsafeBytes { bytes in
            for slice in segment.slices {
                let table = side == .target ? slice.route.source : slice.route.target
                guard let key = slice.route.key, changes.matters(table) else { continue }
                let columns = key.map { slice.route.columns[$0] }
                let name = table.quoted
                var keys: [RowKey] = []
                var cursor = try RowCursor(slice.event(in: bytes), layout: slice.route.layout)
                while try cursor.next() {
                    for image in [cursor.before, cursor.after] {
                        guard let image else { continue }
                        hasher.removeAll()
                        for column in columns { if let value = image.value(column.index) { try hasher.append(column.layout, value) } }
                        keys.append(hasher.key(in: name))
                    }
                }
                changes.note(keys, of: table)
            }
        }
    }
}
