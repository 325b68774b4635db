import GRDB
import SupervisorNotices
import SupervisorTasks

extension SQLiteStore {
    /// A notice in the form that the message center has.
    static func insert(_ notice: SupervisorNotices.Notice, _ database: Database) throws {
        let text = [notice.text, notice.remedy].compactMap(\.self).joined(separator: "; ")
        try insert(
            SupervisorTasks.Notice(.billing, subject: notice.task ?? notice.pair ?? notice.owner, text: text, at: notice.at), database)
    }
}
