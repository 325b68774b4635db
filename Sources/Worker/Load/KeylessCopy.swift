import SyncMySQL
import WorkerCheckpoint

struct KeylessCopy {
    init(_ context: TaskContext, plan: CopyPlan, lane: Int, state: LoadState, board: LoadBoard) {}
    func run(_ source: Session, _ target: Session) throws {}
}
