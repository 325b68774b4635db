import Logging
import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Definition statements that the operator has decided about. The schema history follows the source's statement all the
/// same: it is what happened there.
extension TransactionAssembler {
    func id(of query: QueryEvent) -> StatementID {
        StatementID(place: placeOfTransaction, statement: query.statement)
    }

    func fate(
        by decision: StatementDecisions.Decision,
        _ statement: DDLStatement?,
        _ query: QueryEvent,
        _ header: EventHeader,
        _ origins: String
    ) throws -> Fate {
        guard case .replace(let sql) = decision else {
            context.logger.notice(
                "statement left out, as the operator decided",
                metadata: ["place": "\(placeOfTransaction)"]
            )
            // What it took away is still on the target.
            return statement.map { $0.movesRows && concernsTask($0, $0.kind, query) } == true ? .leftOut : .followed
        }
        let database = context.objects.targetDatabase(of: query.database)
        do throws(MappedStatement.Refusal) {
            return .carried(
                DefinitionChange(
                    statement: try MappedStatement(replacement: sql, database: database),
                    place: placeOfTransaction,
                    id: id(of: query),
                    isReplacement: true,
                    // Its text is the operator's, not that of the source's session.
                    session: QueryEvent.SessionVariables(),
                    errorCode: 0,
                    time: StatementTime(query, header),
                    end: place.position
                ),
                origins: origins
            )
        } catch {
            throw refusal(
                query,
                "and its replacement cannot be executed: \(error.reason)",
                remedy:
                    "give another one with 'task replace-statement', or leave the statement out with 'task skip-statement'"
            )
        }
    }
}
