import WorkerBinlog
import WorkerSchema

extension MappedStatement {
    /// A table that has other columns on the target, or calls them otherwise, has other definition statements there.
    ///
    /// - Throws: ``Refusal`` unless the statement means the same there.
    static func requireSameColumns(_ statement: DDLStatement, _ objects: ObjectMap) throws(Refusal) {
        for reference in statement.references where reference.role != .parent {
            let columns = objects.columns(of: reference.table)
            if columns.isIdentity { continue }
            switch statement.kind.verb {
            case .drop where statement.kind.object == .table, .truncate: continue
            default: break
            }
            if columns.isPartial || statement.kind.verb == .create && statement.kind.object == .table {
                throw Refusal(reason: "only some columns of \(reference.table) are synced, or by other names")
            }
            if statement.mentions(columns.renamed) {
                throw Refusal(reason: "it names columns of \(reference.table) that have another name on the target")
            }
        }
        for reference in statement.references where reference.role == .parent {
            let columns = objects.columns(of: reference.table)
            if columns.isPartial || statement.mentions(columns.renamed) {
                throw Refusal(reason: "it refers to \(reference.table), which has other columns on the target")
            }
        }
    }
}
