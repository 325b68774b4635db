package import SyncMySQL
import WorkerSchema

/// When the source began the file of its log that a task's checkpoint names, kept with the checkpoint.
///
/// A log that is begun anew uses its files' names and the transactions' numbers again. Once it has grown beyond the place of the
/// checkpoint, the names say nothing; the time in the file's first event still does.
package enum SourceFile {
    private static let table = "`\(metadataDatabase)`.source_file"

    /// Seconds since 1970; nil when it is not known of this file.
    package static func begun(_ file: String, task: String, _ session: Session) throws(MySQLError) -> UInt32? {
        try session.value("SELECT begun FROM \(table) WHERE task = \(quoteText(task)) AND file = \(quoteText(file))").flatMap { UInt32($0) }
    }

    /// Statement for a task whose source is another server now.
    package static func forgetStatement(task: String) -> String { "DELETE FROM \(table) WHERE task = \(quoteText(task))" }

    /// One row for each task: that of the newest file.
    static func statement(_ file: String, begunAt time: UInt32, task: String) -> String {
        "REPLACE INTO \(table) (task, file, begun) VALUES (\(quoteText(task)), \(quoteText(file)), \(time))"
    }
}
