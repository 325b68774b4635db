import SyncModel
import SyncMySQL
import WorkerCheckpoint

/// A session on one of the task's servers that is kept between questions: to connect costs more than to ask.
///
/// Used on one thread.
final class KeptSession {
    private let context: TaskContext
    private let role: TaskContext.Role
    private var session: Session?

    init(_ context: TaskContext, _ role: TaskContext.Role) {
        self.context = context
        self.role = role
    }

    /// Asks on the session that is kept, and once more on a new one when that is gone.
    func ask<T>(_ action: String, _ body: (Session) throws -> T) throws -> T {
        try context.attempt(role, action) {
            if let session {
                do {
                    return try body(session)
                } catch let error as MySQLError where error.isPassing {
                    self.session = nil
                }
            }
            let session = try Session(role == .source ? context.source : context.target)
            self.session = session
            return try body(session)
        }
    }
}
