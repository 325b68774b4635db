package import SyncModel
package import WorkerBinlog
package import WorkerSchema

/// The row filter of a table, checked against its columns: evaluated on row images, and printed for the server, which
/// gives the same answer for the same row.
package struct CompiledFilter: Sendable {
    /// The condition in SQL, in parentheses, for a session of ``SyncMySQL/Session/prepareForReading()``.
    package let sql: String
    package let expression: FilterExpression

    /// - Throws: what is wrong with the filter, or why it cannot be evaluated exactly.
    package init(_ filter: RowFilter, _ table: TableDefinition, layout: RowLayout? = nil) throws(FilterProblem) {
        let condition = try FilterCompiler(table, layout).condition(filter.syntax)
        sql = "(\(condition.sql))"
        expression = condition.expression
    }

    /// Reads the text, too.
    ///
    /// - Throws: ``Failure`` that names the table.
    package init(_ text: String, of table: TableDefinition, layout: RowLayout? = nil) throws(Failure) {
        do throws(FilterProblem) {
            try self.init(try RowFilter(text), table, layout: layout)
        } catch {
            throw Failure(
                error.kind == .invalid ? .invalidFile : .unsupported, "the filter of table \(table.name), \(error)",
                remedy: "correct 'where' in the task's file, or take it out")
        }
    }

    /// Whether a row belongs to what is synced.
    package func includes(_ row: RowImage) throws(DecodeError) -> Bool { try expression.holds(row) == true }
}
