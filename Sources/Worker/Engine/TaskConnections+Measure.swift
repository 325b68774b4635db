import Logging
import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

extension TaskConnections {
    /// Looks what lies behind a position in the source's log. The target is not asked: it may be the one that is away.
    func measure(from position: BinlogPosition, _ logger: Logger) throws -> LogProbe.Behind {
        var task = self
        task.source.connectTimeout = 5
        let host = try ServerChoice(connections: task).first(.source)
        let (target, profile) = try naming(.source, "reading the task's record") {
            (try TaskRecord.read(task: configuration.taskID, host.session).targetUUID, host.profile)
        }
        let context = TaskContext(
            // A stream of its own beside that of a run, which may begin at any moment.
            taskID: "\(configuration.taskID)/measure", spec: configuration.spec, source: host.options, target: task.target,
            sourceProfile: profile, targetProfile: ServerProfile(version: profile.version, uuid: target, isMariaDB: profile.isMariaDB),
            store: CheckpointStore(task: configuration.taskID, epoch: 0), control: RunControl(limits: configuration.spec.limits),
            logger: logger)
        return try LogProbe(context, host.session, from: position).look()
    }
}
