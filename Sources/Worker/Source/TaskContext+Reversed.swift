import SyncModel
package import WorkerCheckpoint
import WorkerSchema

extension TaskContext {
    /// The same task looked at from its target: what was written there and would travel to the source.
    ///
    /// - Parameter name: tells its streams from the task's own.
    package func reversed(as name: String, _ control: RunControl) -> TaskContext {
        var spec = spec
        swap(&spec.source, &spec.target)
        spec.sql = SQLSelection()
        spec.objects = spec.objects.map(\.reversed)
        return TaskContext(
            taskID: "\(taskID)/\(name)", spec: spec, source: target, target: source, sourceProfile: targetProfile,
            targetProfile: sourceProfile, store: store, control: control, logger: logger)
    }
}
