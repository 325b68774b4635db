/// What goes out over one channel at once: one notice, several of one task, or a summary of what piled up.
package struct Message: Sendable, Hashable, Codable {
    /// A UUID in lower case. A message that is sent again, because nobody knows whether it arrived, has the same.
    package var id: String
    /// Microseconds since 1970 UTC at which it was put together.
    package var at: UInt64
    /// Told in full, oldest first; never empty unless this is a test.
    package var notices: [Notice]
    /// Those that are only counted, by event.
    package var heldBack: [HeldBack]
    /// Mail address of the one person it is for; nil: for whomever the channel names.
    package var recipient: String?
    /// Written by `notify test`.
    package var isTest: Bool

    /// Notices of one event that a message only counts.
    package struct HeldBack: Sendable, Hashable, Codable {
        package var event: NoticeEvent
        package var count: Int
        /// Some of the tasks, in alphabetical order.
        package var tasks: [String]
        /// How many tasks there are.
        package var taskCount: Int
        /// Microseconds since 1970 UTC.
        package var first: UInt64
        package var last: UInt64

        package init(event: NoticeEvent, count: Int, tasks: [String], taskCount: Int, first: UInt64, last: UInt64) {
            self.event = event
            self.count = count
            self.tasks = tasks
            self.taskCount = taskCount
            self.first = first
            self.last = last
        }
    }

    package init(
        id: String, at: UInt64, notices: [Notice], heldBack: [HeldBack] = [], recipient: String? = nil, isTest: Bool = false
    ) {
        self.id = id
        self.at = at
        self.notices = notices
        self.heldBack = heldBack
        self.recipient = recipient
        self.isTest = isTest
    }

    package var severity: Severity {
        (notices.map(\.severity) + heldBack.map(\.event.severity)).max() ?? .info
    }

    /// How many notices it stands for.
    package var count: Int { notices.count + heldBack.reduce(0) { $0 + $1.count } }

    /// The subject line of a mail, the first line of a chat message.
    package var headline: String {
        if isTest { return "test message" }
        let tasks = Set(notices.compactMap(\.task))
        if heldBack.isEmpty, let last = notices.last {
            if notices.count == 1 { return last.headline }
            if tasks.count == 1, let task = tasks.first { return "\(task): \(notices.map(\.event.title).joined(separator: ", "))" }
        }
        return "\(count) notices, \(severity.rawValue)"
    }
}
