import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Definition statements on tables of which only some rows are synced.
extension TransactionAssembler {
    /// - Throws: ``Failure`` `schema-mismatch` where rows would belong to the filter that did not, or no longer; and
    ///   `ddl-unsupported` where a table with another selection takes the name.
    func requireSelection(_ statement: DDLStatement?, _ query: QueryEvent) throws {
        guard let statement else { return }
        for table in statement.renamed {
            for name in [table.old, table.new] where context.objects.choosesRows(of: name) {
                throw refusal(
                    query, "only some rows or columns of \(name) are synced, and other ones of \(table.old == name ? table.new : table.old)",
                    remedy: "rename the tables back; or leave the statement out with 'task skip-statement' after both tables were made equal "
                        + "by hand")
            }
        }
        if statement.cascades, !context.sourceProfile.logsCascades,
            let table = statement.references.map(\.table).first(where: context.objects.choosesRows)
        {
            throw refusal(
                query, "the source does not log what its foreign key changes, and only some rows or columns of \(table) are synced",
                remedy: "drop the foreign key on the source again, then leave out both statements with 'task skip-statement'")
        }
        for table in statement.subjects {
            guard let text = context.objects.filter(of: table) else { continue }
            let filter: RowFilter
            do throws(FilterProblem) {
                filter = try RowFilter(text)
            } catch {
                throw Failure(
                    .invalidFile, "the filter of table \(table), \(error)", remedy: "correct 'where' in the task's file, then configure the task")
            }
            guard let column = statement.redefined(filter.columns) else { continue }
            throw Failure(
                .schemaMismatch,
                "the source executed a statement (\(placeOfTransaction)) that changes \(column) of \(table), by which the task chooses rows: "
                    + "which rows belong to the filter afterwards is not in the log: \(query.text.prefix(500))",
                remedy: "\(Failure.startOver); or, if no row came into the filter or left it, leave the statement out with "
                    + "'task skip-statement', or give what stands for it on the target with 'task replace-statement'",
                statement: id(of: query).description)
        }
    }
}
