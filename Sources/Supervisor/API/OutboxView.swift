package import SupervisorNotices
import SyncModel

/// What has not arrived yet, as `notify outbox --json` prints it.
package struct OutboxView: Sendable, Hashable, Codable {
    package struct Gathering: Sendable, Hashable, Codable {
        package var channel: String
        /// Notices that will be told with the channel's next message.
        package var notices: Int

        package init(channel: String, notices: Int) {
            self.channel = channel
            self.notices = notices
        }
    }

    package struct Message: Sendable, Hashable, Codable {
        package enum State: String, Sendable, Hashable, Codable {
            /// Will be tried again.
            case waiting
            /// Was given up: nobody has been told over this channel.
            case dead
        }

        package var id: String
        package var channel: String
        /// Mail address; null: whomever the channel names.
        @OrNull package var recipient: String?
        package var at: Timestamp
        package var state: State
        package var attempts: Int
        /// Of the next attempt; null for a dead one.
        @OrNull package var nextAt: Timestamp?
        /// Why the last attempt failed.
        @OrNull package var error: String?
        package var headline: String
        package var severity: Severity
        /// How many notices it tells of.
        package var notices: Int

        package init(
            id: String, channel: String, recipient: String?, at: Timestamp, state: State, attempts: Int, nextAt: Timestamp?, error: String?,
            headline: String, severity: Severity, notices: Int
        ) {
            self.id = id
            self.channel = channel
            self.recipient = recipient
            self.at = at
            self.state = state
            self.attempts = attempts
            self.nextAt = nextAt
            self.error = error
            self.headline = headline
            self.severity = severity
            self.notices = notices
        }
    }

    package var gathering: [Gathering]
    package var messages: [Message]

    package init(gathering: [Gathering], messages: [Message]) {
        self.gathering = gathering
        self.messages = messages
    }
}

/// What a channel's server said to a test message, as `notify test CHANNEL --json` prints it.
package struct ChannelTestView: Sendable, Hashable, Codable {
    package var channel: String
    package var accepted: Bool
    /// The server's answer, or what went wrong.
    package var answer: String

    package init(channel: String, accepted: Bool, answer: String) {
        self.channel = channel
        self.accepted = accepted
        self.answer = answer
    }
}
