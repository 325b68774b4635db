import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// A task that has begun goes on where it was.
enum StartPositionCheck {
    static let check = Check(
        "start-position", needs: [.source, .target], "the source still has the binlog from the task's position on"
    ) { scope in
        guard let checkpoint = try scope.checkpoint() else { return .skip("the task has not begun") }
        let profile = try scope.profile(.source)
        guard profile.hasBinlog else { return .skip("log_bin is OFF") }
        let session = try scope.session(.source)
        try SourceLog(session, profile, address: scope.address(.source)).check(
            checkpoint.position, profile.positioning(scope.spec.source.positioning))
        return .pass(checkpoint.position.gtid ?? "\(checkpoint.position.file ?? "?"):\(checkpoint.position.offset ?? 0)")
    }
}
