import Glibc
import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// The task that runs the other way, as this one's source knows it.
struct OtherHalf {
    let context: TaskContext
    private static let patience: Duration = .seconds(20)

    init(_ context: TaskContext) { self.context = context }

    /// Waits until the other half carries what is written to these tables of the target. What is written to them before that
    /// reaches the source by nobody, so it must not be taken for something that the other half brings.
    ///
    /// - Throws: `connection-lost`, transient, when it does not come to that: it may be paused, or be started later.
    func awaitCoverage(of tables: [TableName], _ source: Session) throws {
        if tables.isEmpty { return }
        try wait(source) { objects in
            let map = ObjectMap(objects)
            return tables.allSatisfy { map.target(of: $0) != nil }
        }
    }

    /// Waits until the other half carries all objects of this one, be there tables of them or not. What it changes of rows that
    /// this one brings before that would be lost.
    ///
    /// - Throws: As ``awaitCoverage(of:_:)``.
    func awaitObjects(_ source: Session) throws {
        try wait(source) { !$0.map(\.reversed).growsTo(context.spec.objects) }
    }

    private func wait(_ source: Session, _ isCarried: ([ObjectSelection]) -> Bool) throws {
        guard let task = context.reverseTask else { return }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            try context.control.checkStop()
            let coverage = try context.attempt(.source, "reading what the other half carries") { try Coverage.read(task: task, source) }
            if let coverage, isCarried(coverage.objects) { return }
            guard .now < deadline else {
                throw Failure(
                    .connectionLost, "the other half of the pair does not carry the added objects yet",
                    remedy: "nothing, if it is only just starting; otherwise let it run", kind: .transient)
            }
            usleep(50_000)
        }
    }
}
