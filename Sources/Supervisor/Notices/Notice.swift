/// Something that a person should know: kept in the message center and told over the channels that the rules name.
package struct Notice: Sendable, Hashable, Codable {
    /// A figure or a name that belongs to the notice.
    package struct Fact: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A UUID in lower case: the same wherever and however often the notice is told.
    package var id: String
    package var event: NoticeEvent
    package var severity: Severity
    /// Identifier of the task, which stays when it is renamed; nil when it is about the supervisor or an owner.
    package var taskID: String?
    /// Name of the task.
    package var task: String?
    /// Name of the pair that the task belongs to.
    package var pair: String?
    /// E-mail address of whom the task belongs to.
    package var owner: String?
    /// What happened and why, as one sentence without row contents and passwords.
    package var text: String
    package var facts: [Fact]
    /// What to do; nil when nothing has to be done.
    package var remedy: String?
    /// Microseconds since 1970 UTC.
    package var at: UInt64

    package init(
        id: String,
        _ event: NoticeEvent,
        severity: Severity? = nil,
        taskID: String? = nil,
        task: String? = nil,
        pair: String? = nil,
        owner: String? = nil,
        text: String,
        facts: [Fact] = [],
        remedy: String? = nil,
        at: UInt64
    ) {
        self.id = id
        self.event = event
        self.severity = severity ?? event.severity
        self.taskID = taskID
        self.task = task
        self.pair = pair
        self.owner = owner
        self.text = text
        self.facts = facts
        self.remedy = remedy
        self.at = at
    }

    /// What is told again although the alarm is open: the task now fails of something else.
    package var cause: String {
        if event == .verificationFailed || event == .sidesDiffer { return text }
        return facts.first { $0.name == "code" }?.value ?? ""
    }

    /// What an open alarm is found by: the task, or nothing for what is about the supervisor, and the event.
    package func alarmKey(_ event: NoticeEvent) -> String { "\(taskID ?? "-")/\(event.rawValue)" }

    /// One line for a subject or a list: `orders-a-to-b: failed`.
    package var headline: String { task.map { "\($0): \(event.title)" } ?? event.title }
}

/// A notice with its number in the message center.
package struct StoredNotice: Sendable, Hashable {
    package var number: Int64
    package var notice: Notice
    package var isRead: Bool

    package init(number: Int64, notice: Notice, isRead: Bool) {
        self.number = number
        self.notice = notice
        self.isRead = isRead
    }
}
