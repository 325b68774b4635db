package import Logging
package import SyncModel
package import SyncMySQL
package import WorkerSchema

/// What every room of a running task needs to know.
package struct TaskContext: Sendable {
    package var taskID: String
    package var spec: TaskSpec
    package var source: Session.Options
    package var target: Session.Options
    package var sourceProfile: ServerProfile
    package var targetProfile: ServerProfile
    package var objects: ObjectMap
    package var store: CheckpointStore
    package var control: RunControl
    package var logger: Logger
    /// The task that carries the target's changes to the source; nil for a task by itself.
    package var reverseTask: String?

    package init(
        taskID: String, spec: TaskSpec, source: Session.Options, target: Session.Options, sourceProfile: ServerProfile,
        targetProfile: ServerProfile, store: CheckpointStore, control: RunControl, logger: Logger, reverseTask: String? = nil
    ) {
        self.taskID = taskID
        var spec = spec
        spec.objects = spec.objects.named(by: sourceProfile, targetProfile)
        self.spec = spec
        self.source = source
        self.target = target
        self.sourceProfile = sourceProfile
        self.targetProfile = targetProfile
        self.objects = ObjectMap(spec.objects)
        self.store = store
        self.control = control
        self.logger = logger
        self.reverseTask = reverseTask
    }

    /// How positions in the source's binlog are named in this task.
    package var positioning: Endpoint.Positioning { sourceProfile.positioning(spec.source.positioning) }

    /// Turns an error of a session into a failure that names the server and what was being done.
    @discardableResult
    package func attempt<T>(_ role: Role, _ action: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as MySQLError {
            throw error.failure(
                role: role.rawValue, address: role == .source ? source.endpoint.address : target.endpoint.address, doing: action)
        }
    }

    package enum Role: String, Sendable { case source, target }
}
