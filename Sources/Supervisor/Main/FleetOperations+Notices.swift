import SupervisorAPI
import SupervisorHTTP
import SupervisorNotices
import SupervisorOutbox
import SupervisorTasks
import SyncModel

extension FleetOperations {
    func messages(_ query: NoticeQuery) async throws -> NoticePage {
        var selection = NoticeSelection(
            unreadOnly: query.unreadOnly, severity: query.severity, task: query.task, event: query.event, limit: query.limit + 1)
        selection.before = try query.before.map { try Self.messageNumber($0) }
        // One more than asked for tells whether there are more.
        let found = try await fleet.notices(selection)
        return NoticePage(messages: found.prefix(query.limit).map { NoticeView($0) }, more: found.count > query.limit)
    }

    func readMessage(_ id: String) async throws -> NoticeView {
        NoticeView(try await fleet.readNotice(try Self.messageNumber(id)))
    }

    func readAllMessages() async throws -> ReadAllView { ReadAllView(read: try await fleet.readAllNotices()) }

    func outbox() async throws -> OutboxView { OutboxView(try await channels.outbox()) }

    func testChannel(_ name: String) async throws -> ChannelTestView {
        switch try await channels.test(name) {
        case .accepted(let acceptance):
            ChannelTestView(
                channel: name, accepted: acceptance.missed.isEmpty,
                answer: ([acceptance.answer] + acceptance.missed.map { "\($0.address): \($0.answer)" }).joined(separator: "; "))
        case .refused(let refusal): throw refusal.failure
        }
    }

    private static func messageNumber(_ id: String) throws(Failure) -> Int64 {
        if let number = Int64(id) { return number }
        throw Failure(.notFound, "there is no message '\(id)'", remedy: "'message list' shows all messages")
    }
}

/// The channels, as far as somebody asks about them.
struct Channels: Sendable {
    let store: any OutboxStore
    let sender: any MessageSender
    let settings: LiveSettings
    /// Microseconds since 1970 UTC.
    let now: @Sendable () -> UInt64
    let newID: @Sendable () -> String

    func outbox() async throws(Failure) -> OutboxState { try await store.outbox() }

    /// Sends a message that says that it is a test.
    /// - Throws: `not-found`.
    func test(_ name: String) async throws(Failure) -> SendResult {
        let channels = settings.current.notify.channels
        guard let channel = channels.first(where: { $0.name == name }) else {
            let known = channels.isEmpty ? "the daemon's file has none" : "there are: \(channels.map(\.name).joined(separator: ", "))"
            throw Failure(.notFound, "there is no channel '\(name)'", remedy: known)
        }
        var message = Message(id: newID(), at: now(), notices: [], isTest: true)
        // A channel that only writes to the owners of tasks has nobody to write to: it writes to its own sender.
        if case .smtp(let mail) = channel.kind, mail.to.isEmpty { message.recipient = mail.from }
        return await sender.send(message, over: channel)
    }
}

extension OutboxView {
    init(_ state: OutboxState) {
        self.init(
            gathering: state.gathering.sorted { $0.key < $1.key }.map { Gathering(channel: $0.key, notices: $0.value) },
            messages: state.messages.map { stored in
                Message(
                    id: stored.message.id, channel: stored.channel, recipient: stored.message.recipient,
                    at: Timestamp(microsecondsSince1970: stored.message.at), state: stored.state == .dead ? .dead : .waiting,
                    attempts: stored.attempts, nextAt: stored.state == .dead ? nil : Timestamp(microsecondsSince1970: stored.nextAt),
                    error: stored.reason, headline: stored.message.headline, severity: stored.message.severity, notices: stored.message.count)
            })
    }
}
