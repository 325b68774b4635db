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

    /// Waits until the other half carries all objects of this one. What is written to the target before that reaches the source by
    /// nobody, so it must not be taken for something that the other half brings.
    ///
    /// - Throws: `connection-lost`, transient, when it does not come to that: it may be paused, or be started later.
    func awaitAll(_ source: Session) throws {
        let deadline = ContinuousClock.now + Self.patience
        while try !carriesAll(source) {
            try context.control.checkStop()
            guard .now < deadline else {
                throw Failure(
                    .connectionLost, "the other half of the pair does not carry the added objects yet",
                    remedy: "nothing, if it is only just starting; otherwise let it run", kind: .transient)
            }
            usleep(50_000)
        }
    }

    /// Whether the other half carries all objects of this one, be there tables of them or not.
    func carriesAll(_ source: Session) throws -> Bool {
        guard let task = context.reverseTask else { return true }
        let coverage = try context.attempt(.source, "reading what the other half carries") { try Coverage.read(task: task, source) }
        return coverage.map { !$0.objects.map(\.reversed).growsTo(context.spec.objects) } ?? false
    }
}
