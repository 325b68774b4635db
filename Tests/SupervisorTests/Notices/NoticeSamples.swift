import FoundationEssentials
import SupervisorNotices
import SupervisorOutbox
import SupervisorStore
import SyncModel
import Synchronization

/// Notices, channels and stores for tests.
enum NoticeSamples {
    /// 2026-11-23T04:00:00Z
    static let start: UInt64 = 1_795_406_400_000_000

    static func notice(
        _ event: NoticeEvent = .failed, task: String? = "orders", owner: String? = nil, pair: String? = nil, code: String = "connection-lost",
        at: UInt64 = start
    ) -> Notice {
        Notice(
            id: UUID().uuidString.lowercased(), event, taskID: task.map { "id-\($0)" }, task: task, pair: pair, owner: owner,
            text: "\(code): the server is gone", facts: [.init("code", code)], remedy: "wait", at: at)
    }

    static func mail(_ name: String, to: [String] = ["ops@example.com"], owner: Bool = false) -> ChannelSettings {
        ChannelSettings(
            name: name,
            kind: .smtp(MailSettings(host: "localhost", port: 25, security: .none, from: "dts@example.com", to: to, includesOwner: owner)))
    }

    static func hook(_ name: String) -> ChannelSettings {
        ChannelSettings(name: name, kind: .hook(HookSettings(service: .webhook, url: "https://localhost/\(name)")))
    }

    /// A data folder of its own, removed afterwards.
    static func withFolder(_ body: (StoreFolder) async throws -> Void) async throws {
        let path = "\(FileManager.default.temporaryDirectory.path)/dts-notices-\(UUID().uuidString)"
        let folder = try StoreFolder(creating: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(folder)
    }

    static func store(_ folder: StoreFolder, _ settings: NotifySettings) throws -> SQLiteStore {
        try SQLiteStore(folder, box: try SecretBox(folder)) { NoticeRouter(settings) }
    }
}

/// Channels that do what a test says.
final class ScriptedSender: MessageSender {
    enum Behaviour: Sendable {
        case accept
        case refuse(String, isPermanent: Bool, retryAfter: Duration? = nil)
        /// For ever, what tells of this task; all else is accepted.
        case refuseAbout(String)
        /// Never answers; ends when it is cancelled.
        case hang
    }

    private struct State {
        var behaviours: [String: Behaviour] = [:]
        var attempts: [(channel: String, message: Message)] = []
        var accepted: [(channel: String, message: Message)] = []
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    func set(_ behaviour: Behaviour, for channel: String) { state.withLock { $0.behaviours[channel] = behaviour } }

    func attempts(_ channel: String) -> [Message] { state.withLock { $0.attempts.filter { $0.channel == channel }.map(\.message) } }
    func accepted(_ channel: String) -> [Message] { state.withLock { $0.accepted.filter { $0.channel == channel }.map(\.message) } }

    /// Waits until a condition on what was sent holds; it is looked at after every attempt.
    func wait(until condition: @Sendable (ScriptedSender) -> Bool) async {
        let (changes, watcher) = AsyncStream<Void>.makeStream()
        state.withLock { $0.watchers.append(watcher) }
        watcher.yield()
        for await _ in changes where condition(self) { return }
    }

    func send(_ message: Message, over channel: ChannelSettings) async -> SendResult {
        let behaviour = state.withLock { state in
            state.attempts.append((channel.name, message))
            return state.behaviours[channel.name] ?? .accept
        }
        defer { for watcher in state.withLock({ $0.watchers }) { watcher.yield() } }
        switch behaviour {
        case .accept:
            state.withLock { $0.accepted.append((channel.name, message)) }
            return .accepted(Acceptance(answer: "250 queued"))
        case .refuse(let reason, let isPermanent, let retryAfter):
            return .refused(Refusal(.hostUnreachable, reason, remedy: "wait", isPermanent: isPermanent, retryAfter: retryAfter))
        case .refuseAbout(let task):
            if message.notices.contains(where: { $0.task == task }) {
                return .refused(Refusal(.deliveryRefused, "550 no such user", remedy: "correct the address", isPermanent: true))
            }
            state.withLock { $0.accepted.append((channel.name, message)) }
            return .accepted(Acceptance(answer: "250 queued"))
        case .hang:
            for watcher in state.withLock({ $0.watchers }) { watcher.yield() }
            let (never, _) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            return .refused(Refusal(.timedOut, "cancelled", remedy: "wait", isPermanent: false))
        }
    }
}
