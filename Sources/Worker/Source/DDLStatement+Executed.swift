import WorkerBinlog
import WorkerDDL
import WorkerSchema

extension QueryEvent {
    /// Of MariaDB's two-phase ALTER, only the second event means that it took effect.
    var tookEffect: Bool { session.alterPhase.map { $0 == .committed } ?? true }

    /// The kind of definition statement that it is, as the server reads it which has executed it; nil: none, or without effect.
    ///
    /// - Returns: no statement where its grammar is not known; a doubtful one may name other things than it seems to.
    func definition(on server: ServerProfile) -> (kind: WorkerBinlog.DDLKind, statement: DDLStatement?, isDoubtful: Bool)? {
        guard mayBeDefinition, tookEffect else { return nil }
        let text = StatementText(statement, kind, session, source: server, target: server)
        guard case .ddl(let kind) = text.kind else { return nil }
        return (kind, DDLStatement(text.bytes, kind: kind, sessionDatabase: database, dialect: text.dialect), text.doubt != nil)
    }
}
