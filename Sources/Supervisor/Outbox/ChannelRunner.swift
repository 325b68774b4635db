import Logging
import SupervisorNotices
import SyncModel

/// Tells one channel what it has to tell, one message after the other. What one channel's server does, no other channel feels.
struct ChannelRunner: Sendable {
    static let shortestDelay = Duration.seconds(5)
    static let longestDelay = Duration.seconds(900)
    /// Attempts before a message is given up for its age.
    static let leastAttempts = 3

    let channel: ChannelSettings
    let pace: Pace
    let store: any OutboxStore
    let sender: any MessageSender
    let clock: any Clock<Duration>
    /// Microseconds since 1970 UTC.
    let now: @Sendable () -> UInt64
    let newID: @Sendable () -> String
    let logger: Logger

    /// Runs until it is cancelled.
    /// - Parameter news: yields when there may be something new to tell.
    func run(news: AsyncStream<Void>) async {
        let (bell, ringer) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup { group in
            group.addTask {
                for await _ in news { ringer.yield() }
                ringer.finish()
            }
            var alarmClock: Task<Void, Never>?
            for await _ in bell {
                alarmClock?.cancel()
                alarmClock = await tellAll().map { time in wake(at: time, ringer) }
            }
            alarmClock?.cancel()
            group.cancelAll()
        }
    }

    /// Sleeps in short steps, so that a change of the clock is noticed. Ends with its cancellation by the loop that made it.
    private func wake(at time: UInt64, _ ringer: AsyncStream<Void>.Continuation) -> Task<Void, Never> {
        Task {
            while true {
                let current = now()
                if current >= time { break }
                let left = Duration.microseconds(Int64(clamping: time - current))
                do { try await clock.sleep(for: min(left, .seconds(30))) } catch { return }
            }
            ringer.yield()
        }
    }

    /// Tells what is due.
    /// - Returns: microseconds since 1970 UTC at which something will be; nil: nothing is left.
    func tellAll() async -> UInt64? {
        do throws(Failure) {
            while !Task.isCancelled {
                let moment = now()
                let messages = try await store.undelivered(over: channel.name)
                // One that is due in years was put off while the clock was wrong.
                let horizon = moment + UInt64(Self.longestDelay * 6 / .microseconds(1))
                let due = messages.filter { $0.nextAt <= moment || $0.nextAt > horizon }
                // A server that is down gets one message after it is back, not all that was put together meanwhile.
                if !messages.contains(where: \.blocks) {
                    let plan = try await plan(isBusy: !due.isEmpty, at: moment)
                    if !plan.messages.isEmpty {
                        try await store.compose(plan.messages, over: channel.name)
                        continue
                    }
                    if due.isEmpty { return [messages.map(\.nextAt).min(), plan.wakeAt].compactMap { $0 }.min() }
                } else if due.isEmpty {
                    return messages.map(\.nextAt).min()
                }
                // The worst goes first, and of those what is due first.
                if let next = due.first(where: { $0.message.severity == .critical }) ?? due.first { await attempt(next) }
            }
            return nil
        } catch {
            logger.warning("Outbox cannot be read", metadata: ["channel": "\(channel.name)", "reason": "\(error.message)"])
            return now() + 5_000_000
        }
    }

    private func plan(isBusy: Bool, at moment: UInt64) async throws(Failure) -> MessagePlanner.Plan {
        let waiting = try await store.waiting(for: channel.name)
        if waiting.isEmpty { return MessagePlanner.Plan() }
        let since = moment - min(moment, UInt64(Allowance.memory(of: pace) / .microseconds(1)))
        let sent = try await store.composed(over: channel.name, since: since)
        return MessagePlanner(pace, newID: newID).plan(waiting, sent: sent, isBusy: isBusy, now: moment)
    }

    private func attempt(_ stored: StoredMessage) async {
        let result = await sender.send(stored.message, over: channel)
        let moment = now()
        switch result {
        case .accepted(let acceptance):
            await note(acceptance, stored.message, at: moment)
        case .refused(let refusal):
            // The daemon ends: the attempt did not fail, it was broken off.
            if Task.isCancelled { return }
            logger.warning(
                "Message not delivered",
                metadata: [
                    "channel": "\(channel.name)", "message": "\(stored.message.id)", "attempt": "\(stored.attempts + 1)",
                    "reason": "\(refusal.reason)",
                ])
            let isOld = moment >= stored.message.at + UInt64(pace.giveUpAfter / .microseconds(1))
            // The daemon, and so the channel, may have been away for all that time.
            if isOld, stored.attempts + 1 >= Self.leastAttempts {
                let notice = stored.message.undelivered(id: newID(), over: channel.name, reason: refusal.reason, at: moment)
                await persist { () async throws(Failure) in
                    try await store.giveUp(stored.message.id, reason: refusal.reason, at: moment, notice: notice)
                }
                return
            }
            // Some servers name a time of day where a number of seconds belongs.
            let asked = min(refusal.retryAfter ?? .zero, Self.longestDelay * 4)
            let delay = max(asked, Self.delay(after: stored.attempts))
            await persist { () async throws(Failure) in
                try await store.postpone(
                    stored.message.id, until: moment + UInt64(delay / .microseconds(1)), blocks: blocks(refusal), reason: refusal.reason)
            }
        }
    }

    /// Whoever was left out while others got the message is written to alone.
    private func note(_ acceptance: Acceptance, _ message: Message, at moment: UInt64) async {
        let again = acceptance.missed.filter { !$0.isPermanent }.map { missed in
            var copy = message
            copy.id = newID()
            copy.recipient = missed.address
            return copy
        }
        let lost = acceptance.missed.filter(\.isPermanent)
        let notice =
            lost.isEmpty
            ? nil
            : message.undelivered(
                id: newID(), over: channel.name, reason: lost.map { "\($0.address): \($0.answer)" }.joined(separator: "; "), at: moment)
        await persist { () async throws(Failure) in
            try await store.delivered(message.id, answer: acceptance.answer, at: moment, again: again, notice: notice)
        }
    }

    /// Notes what came of an attempt, also when the daemon ends just now, and again and again while the store refuses: an attempt that
    /// nobody knows of would be made again at once.
    private func persist(_ write: @escaping @Sendable () async throws(Failure) -> Void) async {
        while true {
            let writing = Task { () -> Failure? in
                do throws(Failure) {
                    try await write()
                    return nil
                } catch {
                    return error
                }
            }
            guard let failure = await writing.value else { return }
            logger.warning("Outbox cannot be written", metadata: ["channel": "\(channel.name)", "reason": "\(failure.message)"])
            do { try await clock.sleep(for: .seconds(5)) } catch { return }
        }
    }

    /// Whether the refusal says something of the channel, so that other messages would come to the same. What a mail server says of one
    /// mail may be about its recipient alone.
    private func blocks(_ refusal: Refusal) -> Bool {
        if refusal.isPermanent { return false }
        if case .smtp = channel.kind { return refusal.code != .deliveryRefused }
        return true
    }

    /// Doubles from ``shortestDelay`` to ``longestDelay``, with jitter.
    private static func delay(after attempts: Int) -> Duration {
        min(longestDelay, shortestDelay * (1 << min(attempts, 10))) * Double.random(in: 0.75...1.25)
    }
}

extension Message {
    /// What the message center says of a message that was given up.
    func undelivered(id: String, over channel: String, reason: String, at: UInt64) -> Notice {
        Notice(
            id: id, .undelivered, text: "channel '\(channel)' could not deliver '\(headline)': \(reason)",
            facts: [.init("channel", channel), .init("message", self.id), .init("notices", "\(count)")],
            remedy: "mend the channel ('notify test \(channel)' tries it); 'message list' shows what it did not tell", at: at)
    }
}
