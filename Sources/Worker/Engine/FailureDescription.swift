import SyncModel
import SyncMySQL
import WorkerBinlog

extension Failure {
    /// Any error as a failure with a stable code. Errors that know their code keep it.
    init(describing error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as MySQLError: self = error.failure(role: "server", address: "", doing: "working on the task")
        case let error as DecodeError:
            self = Failure(
                error.reason == .unsupported ? .typeUnsupported : .binlogCorrupt, error.description,
                remedy: error.reason == .unsupported
                    ? "take the table out of the task, or change the column"
                    : "check the source's binlog with mysqlbinlog; if it reads well there, report this message",
                kind: .needsOperator)
        default:
            self = Failure(.internalError, "\(error)", remedy: "report this message", kind: .permanent)
        }
    }
}
