package import SupervisorNotices
package import SyncModel

/// What is still to be told, in the store. Every method is one transaction and throws ``Failure`` `store-failed` when it did not happen.
package protocol OutboxStore: Sendable {
    /// Notices of a channel that are in no message yet, oldest first.
    func waiting(for channel: String) async throws(Failure) -> [OutboxEntry]
    /// The channel's messages by whom they were for, oldest first; only those that were put together after `since`.
    func composed(over channel: String, since: UInt64) async throws(Failure) -> [String?: [ComposedMessage]]
    /// Puts messages together: the notices in them wait no longer.
    func compose(_ plans: [MessagePlan], over channel: String) async throws(Failure)
    /// The messages of a channel that have not been delivered and have not been given up, the one that is due first at the front.
    func undelivered(over channel: String) async throws(Failure) -> [StoredMessage]
    /// - Parameters:
    ///   - again: messages to those alone who did not get this one while others did.
    ///   - notice: of those who never will.
    func delivered(_ id: String, answer: String, at: UInt64, again: [Message], notice: Notice?) async throws(Failure)
    /// An attempt failed.
    /// - Parameter blocks: whether the channel tells nothing else before this message is through.
    func postpone(_ id: String, until: UInt64, blocks: Bool, reason: String) async throws(Failure)
    /// The message will not be sent any more; `notice` says so in the message center and over the other channels.
    func giveUp(_ id: String, reason: String, at: UInt64, notice: Notice) async throws(Failure)
    /// All that has not arrived: waiting, and given up.
    func outbox() async throws(Failure) -> OutboxState
    /// Messages of channels that are not there any more and are older than `before`.
    func orphans(besides channels: Set<String>, before: UInt64) async throws(Failure) -> [StoredMessage]
    /// Forgets what channels had to tell that are not there any more, as far as it is older than `before`.
    /// - Parameter notice: says so of a channel and how many notices it did not tell.
    func drop(besides channels: Set<String>, before: UInt64, notice: @escaping @Sendable (String, Int) -> Notice) async throws(Failure)
    /// Forgets what was read before the one time, all that is older than the other, and delivered messages older than the first.
    func purge(readBefore: UInt64, allBefore: UInt64) async throws(Failure)
}

/// A notice that a channel has to tell.
package struct OutboxEntry: Sendable, Hashable {
    package var id: Int64
    package var recipient: String?
    package var notice: Notice

    package init(id: Int64, recipient: String?, notice: Notice) {
        self.id = id
        self.recipient = recipient
        self.notice = notice
    }
}

/// A message and the entries that it tells of.
package struct MessagePlan: Sendable, Hashable {
    package var message: Message
    package var entries: [Int64]

    package init(message: Message, entries: [Int64]) {
        self.message = message
        self.entries = entries
    }
}

/// What counts against a channel's allowance: a message that was put together, whether it has arrived or not.
package struct ComposedMessage: Sendable, Hashable {
    /// Microseconds since 1970 UTC.
    package var at: UInt64
    package var severity: Severity

    package init(at: UInt64, severity: Severity) {
        self.at = at
        self.severity = severity
    }
}

/// A message on its way.
package struct StoredMessage: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case waiting, dead
    }

    package var message: Message
    package var channel: String
    package var state: State
    package var attempts: Int
    /// Microseconds since 1970 UTC of the next attempt.
    package var nextAt: UInt64
    /// Whether it keeps the channel's other messages waiting.
    package var blocks: Bool
    /// Why the last attempt failed.
    package var reason: String?

    package init(
        message: Message, channel: String, state: State = .waiting, attempts: Int = 0, nextAt: UInt64, blocks: Bool = false,
        reason: String? = nil
    ) {
        self.message = message
        self.channel = channel
        self.state = state
        self.attempts = attempts
        self.nextAt = nextAt
        self.blocks = blocks
        self.reason = reason
    }
}

/// What has not arrived.
package struct OutboxState: Sendable, Hashable {
    /// Notices that are in no message yet, by channel.
    package var gathering: [String: Int]
    package var messages: [StoredMessage]

    package init(gathering: [String: Int] = [:], messages: [StoredMessage] = []) {
        self.gathering = gathering
        self.messages = messages
    }
}
