package import Logging
import ServiceLifecycle
package import SupervisorNotices
import SyncModel

/// Tells people over all channels what the store has for them. One piece of work per channel: a channel that hangs delays no other.
package struct Notifier: Sendable {
    private let store: any OutboxStore
    private let sender: any MessageSender
    private let settings: LiveSettings
    private let news: @Sendable () -> AsyncStream<Void>
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> UInt64
    private let newID: @Sendable () -> String
    private let logger: Logger

    /// - Parameters:
    ///   - news: yields when there may be something new in the outbox; its first element comes at once.
    ///   - now: microseconds since 1970 UTC.
    ///   - newID: a UUID in lower case, another one each time.
    package init(
        store: any OutboxStore, sender: any MessageSender, settings: LiveSettings, news: @escaping @Sendable () -> AsyncStream<Void>, clock: any Clock<Duration>,
        now: @escaping @Sendable () -> UInt64, newID: @escaping @Sendable () -> String, logger: Logger
    ) {
        self.store = store
        self.sender = sender
        self.settings = settings
        self.news = news
        self.clock = clock
        self.now = now
        self.newID = newID
        self.logger = logger
    }

    /// Runs until the daemon ends.
    package func run() async {
        await cancelWhenGracefulShutdown {
            var running: Task<Void, Never>?
            var known: NotifySettings?
            for await current in settings.changes() where current.notify != known {
                known = current.notify
                running?.cancel()
                await running?.value
                running = Task { await tell(current.notify) }
            }
            running?.cancel()
            await running?.value
        }
    }

    private func tell(_ settings: NotifySettings) async {
        await withDiscardingTaskGroup { group in
            for channel in settings.channels {
                let runner = ChannelRunner(
                    channel: channel, pace: settings.pace, store: store, sender: sender, clock: clock, now: now, newID: newID, logger: logger)
                let news = news()
                group.addTask { await runner.run(news: news) }
            }
            group.addTask { await keepHouse(settings) }
        }
    }

    /// Forgets what is old, and gives up what no channel is there for any more.
    private func keepHouse(_ settings: NotifySettings) async {
        let day: UInt64 = 86_400_000_000
        while !Task.isCancelled {
            let moment = now()
            let age = UInt64(settings.retentionDays) * day
            do throws(Failure) {
                let patience = UInt64(settings.pace.giveUpAfter / .microseconds(1))
                let channels = Set(settings.channels.map(\.name))
                let newID = newID
                try await store.drop(besides: channels, before: moment - min(moment, patience)) { channel, count in
                    Notice(
                        id: newID(), .undelivered, text: "the configuration has no channel '\(channel)' any more, which had \(count) notices to tell",
                        facts: [.init("channel", channel), .init("notices", "\(count)")],
                        remedy: "'message list' shows what it did not tell", at: moment)
                }
                for orphan in try await store.orphans(besides: channels, before: moment - min(moment, patience)) {
                    let reason = "the configuration has no channel '\(orphan.channel)'"
                    try await store.giveUp(
                        orphan.message.id, reason: reason, at: moment,
                        notice: orphan.message.undelivered(id: newID(), over: orphan.channel, reason: reason, at: moment))
                }
                try await store.purge(readBefore: moment - min(moment, age), allBefore: moment - min(moment, 2 * age))
            } catch {
                logger.warning("Message center cannot be tidied", metadata: ["reason": "\(error.message)"])
            }
            do { try await clock.sleep(for: .seconds(3600)) } catch { return }
        }
    }
}
