import WorkerBinlog
import WorkerSchema

extension MappedStatement {
    /// A statement that the operator gives in place of one of the source, in the target's own names.
    ///
    /// It has to be one definition statement of those whose effect shows in definitions: only then can a worker tell after
    /// a crash whether it was executed.
    ///
    /// - Parameter database: the session's database for names without one; nil: there is none.
    /// - Throws: ``Refusal``.
    package init(replacement text: String, database: String?) throws(Refusal) {
        var bytes = Array(text.utf8)
        var tokens = SQLToken.all(of: bytes)
        while let last = tokens.last, last.isPunctuation(";") {
            bytes.removeSubrange(last.range.lowerBound...)
            tokens.removeLast()
        }
        guard !tokens.contains(where: { $0.isPunctuation(";") }) else {
            throw Refusal(reason: "it holds more than one statement")
        }
        guard case .ddl(let logged) = bytes.withUnsafeBytes({ StatementKind($0) }),
            let statement = DDLStatement(bytes, kind: logged, sessionDatabase: database ?? ""),
            let kind = Self.kind(statement)
        else {
            throw Refusal(
                reason:
                    "it is no statement that creates, alters, renames, truncates or drops a table, view, index or database"
            )
        }
        if statement.exchangesPartition {
            throw Refusal(reason: "EXCHANGE PARTITION cannot be told from what it leaves behind")
        }
        if statement.swapsFile || statement.convertsPartition {
            throw Refusal(reason: "what it does to rows cannot be told from definitions")
        }
        if statement.copiesRows { throw Refusal(reason: "it also writes rows; create the table only") }
        let names = statement.references.map(\.table)
        guard names.allSatisfy({ !$0.database.isEmpty }), statement.database?.isEmpty != true else {
            throw Refusal(reason: "it names no database, and the source's session had none that is synced")
        }
        guard !names.contains(where: { $0.database == metadataDatabase }), statement.database != metadataDatabase else {
            throw Refusal(reason: "it changes `\(metadataDatabase)`")
        }
        self.kind = kind
        self.bytes = bytes
        dialect = statement.dialect
        self.database = database
        tables = statement.subjects
        renames = Dictionary(statement.renamed.map { ($0.old, $0.new) }, uniquingKeysWith: { first, _ in first })
        changedDatabase = statement.database
    }
}
