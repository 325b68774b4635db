package import SyncModel
import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
package import WorkerConflict
import WorkerDDL
import WorkerSchema
import WorkerSource

/// Follows the target's own binlog and notes which rows were changed there by others than this task.
package struct TargetFollower: Sendable {
    private let context: TaskContext
    private let start: BinlogPosition
    private let window: KeyWindow
    /// Of the follower alone; the run's own is asked beside it.
    private let control: RunControl
    private let run: RunControl

    /// - Parameters:
    ///   - start: how far the source has seen the target's log.
    ///   - window: gets the keys, by the names that the tables have on the target.
    package init(_ context: TaskContext, from start: BinlogPosition, window: KeyWindow) {
        run = context.control
        control = RunControl(limits: Limits())
        self.context = context.reversed(as: "target", control)
        self.start = start
        self.window = window
    }

    /// Ends the threads.
    package func stop() { control.stop() }

    /// Starts the threads; their failure is told through the window. They end with the run.
    package func start(_ onEnd: @escaping @Sendable () -> Void = {}) {
        let queue = ChangeQueue()
        BinlogReader(context, queue: queue, from: start, history: { [context] in try SchemaHistory(now: context) }).start()
        WorkerThread.start("dts-follower") {
            defer {
                queue.abandon()
                onEnd()
            }
            do {
                try follow(queue)
            } catch {
                window.fail(error)
            }
        }
    }

    private func follow(_ queue: ChangeQueue) throws {
        var hasher = KeyHasher()
        var keys: [UInt64] = []
        while !control.isStopping {
            if run.isStopping { control.stop() }
            switch queue.pop(milliseconds: 500) {
            case .nothing: continue
            case .ended(let error):
                if let error { throw error }
                return
            case .segment(let segment):
                try collect(segment, &hasher, &keys)
                // The place of a transaction is its end, which its pieces do not know.
                guard segment.extent == .whole || segment.extent == .last, let mark = segment.marks.last else { continue }
                window.advance(to: LogPlace(BinlogPosition(file: mark.file, offset: mark.offset)), keys: keys)
                keys.removeAll(keepingCapacity: true)
            }
        }
    }

    private func collect(_ segment: ChangeSegment, _ hasher: inout KeyHasher, _ keys: inout [UInt64]) throws {
        try segment.bytes.withUnsafeBytes { bytes in
            for slice in segment.slices {
                guard let key = slice.route.key else { continue }
                let columns = key.map { slice.route.columns[$0] }
                let table = KeyHasher.table(slice.route.source.description)
                var cursor = try RowCursor(slice.event(in: bytes), layout: slice.route.layout)
                while try cursor.next() {
                    for image in [cursor.before, cursor.after] {
                        guard let image else { continue }
                        hasher.removeAll()
                        for column in columns { if let value = image.value(column.index) { try hasher.append(column.layout, value) } }
                        keys.append(KeyHasher.inTable(hasher.value, table))
                    }
                }
            }
        }
    }
}
