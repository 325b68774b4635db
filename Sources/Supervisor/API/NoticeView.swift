package import SupervisorNotices
import SyncModel

/// One message of the message center, as `message read ID --json` prints it.
package struct NoticeView: Sendable, Hashable, Codable {
    package struct Fact: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Its number in the message center: what `message read` takes.
    package var id: String
    /// A UUID, the same on every channel that told of it.
    package var uid: String
    package var at: Timestamp
    package var severity: Severity
    package var event: NoticeEvent
    @OrNull package var task: String?
    @OrNull package var pair: String?
    /// Mail address.
    @OrNull package var owner: String?
    package var text: String
    package var facts: [Fact]
    /// What to do; null when nothing has to be done.
    @OrNull package var remedy: String?
    package var read: Bool

    package init(_ stored: StoredNotice) {
        let notice = stored.notice
        id = "\(stored.number)"
        uid = notice.id
        at = Timestamp(microsecondsSince1970: notice.at)
        severity = notice.severity
        event = notice.event
        task = notice.task
        pair = notice.pair
        owner = notice.owner
        text = notice.text
        facts = notice.facts.map { Fact(name: $0.name, value: $0.value) }
        remedy = notice.remedy
        read = stored.isRead
    }
}

/// `message list --json`, newest first.
package struct NoticePage: Sendable, Hashable, Codable {
    package var messages: [NoticeView]
    /// Whether there are older ones.
    package var more: Bool

    package init(messages: [NoticeView], more: Bool) {
        self.messages = messages
        self.more = more
    }
}

/// Which messages to list.
package struct NoticeQuery: Sendable, Hashable {
    package static let limits = 1...1000

    package var unreadOnly: Bool
    /// This one and worse.
    package var severity: Severity
    package var task: String?
    package var event: NoticeEvent?
    package var limit: Int
    /// Only those with a smaller identifier.
    package var before: String?

    package init(
        unreadOnly: Bool = false, severity: Severity = .info, task: String? = nil, event: NoticeEvent? = nil, limit: Int = 50, before: String? = nil
    ) {
        self.unreadOnly = unreadOnly
        self.severity = severity
        self.task = task
        self.event = event
        self.limit = limit
        self.before = before
    }
}

/// `message read --all --json`.
package struct ReadAllView: Sendable, Hashable, Codable {
    /// How many had not been read.
    package var read: Int

    package init(read: Int) { self.read = read }
}
