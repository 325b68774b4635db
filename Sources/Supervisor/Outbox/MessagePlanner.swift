package import SupervisorNotices

/// Decides what a channel says, and when: what belongs to one task is told together; what is too much to be told task by task is
/// told as one summary; and the more was said lately, the longer it gathers before the next message. What is critical has an allowance
/// of its own beside that, which lesser messages do not use up.
package struct MessagePlanner: Sendable {
    /// Notices that a message tells in full.
    static let fullCount = 10

    package struct Plan: Sendable, Hashable {
        package var messages: [MessagePlan] = []
        /// Microseconds since 1970 UTC at which to look again; nil: when something new comes.
        package var wakeAt: UInt64?

        fileprivate mutating func join(_ other: Plan) {
            messages += other.messages
            if let wake = other.wakeAt { wakeAt = min(wakeAt ?? wake, wake) }
        }
    }

    private let pace: Pace
    private let newID: @Sendable () -> String

    package init(_ pace: Pace, newID: @escaping @Sendable () -> String) {
        self.pace = pace
        self.newID = newID
    }

    /// - Parameters:
    ///   - waiting: oldest first.
    ///   - sent: the messages that were put together lately, by recipient; ascending by time.
    ///   - isBusy: whether messages are still on their way: only what is critical is put together then, so that it can go before them.
    package func plan(_ waiting: [OutboxEntry], sent: [String?: [ComposedMessage]], isBusy: Bool = false, now: UInt64) -> Plan {
        var plan = Plan()
        let byRecipient = Dictionary(grouping: waiting, by: \.recipient)
        for (recipient, entries) in byRecipient.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            let sent = sent[recipient] ?? []
            var part = isBusy ? Plan() : self.plan(entries, for: recipient, Allowance(pace, sent: sent.map(\.at), now: now), now: now)
            if part.messages.isEmpty { part.join(urgent(entries, for: recipient, sent, now: now)) }
            plan.join(part)
        }
        return plan
    }

    /// The tasks of critical notices, told as if nothing else had been.
    private func urgent(_ entries: [OutboxEntry], for recipient: String?, _ sent: [ComposedMessage], now: UInt64) -> Plan {
        let tasks = Set(entries.filter { $0.notice.severity == .critical }.map(\.notice.taskID))
        let spent = sent.filter { $0.severity == .critical }.map(\.at)
        return plan(entries.filter { tasks.contains($0.notice.taskID) }, for: recipient, Allowance(pace, sent: spent, now: now), now: now)
    }

    private func plan(_ entries: [OutboxEntry], for recipient: String?, _ allowance: Allowance, now: UInt64) -> Plan {
        guard let oldest = entries.map(\.notice.at).min() else { return Plan() }
        // A clock that was set back must not make a notice wait for years.
        let window = min(pace.refill, pace.grouping * (1 << min(allowance.spent, 16))) / .microseconds(1)
        let ripeAt = min(oldest, now) + UInt64(window)
        guard now >= ripeAt, allowance.tokens >= 1 else { return Plan(wakeAt: max(ripeAt, now + allowance.wait)) }
        let groups = Dictionary(grouping: entries, by: \.notice.taskID).values.sorted { ($0.first?.id ?? 0) < ($1.first?.id ?? 0) }
        // The last one is kept for the summary of what comes next.
        if groups.count == 1 || Double(groups.count) < allowance.tokens {
            return Plan(messages: groups.map { group in message(group, for: recipient, now: now) { $0.suffix(Self.fullCount) } })
        }
        return Plan(messages: [message(entries, for: recipient, now: now) { Self.mostImportant($0) }])
    }

    private func message(
        _ entries: [OutboxEntry], for recipient: String?, now: UInt64, choose: ([OutboxEntry]) -> ArraySlice<OutboxEntry>
    ) -> MessagePlan {
        let full = choose(entries)
        let told = Set(full.map(\.id))
        let message = Message(
            id: newID(), at: now, notices: full.map(\.notice), heldBack: Self.heldBack(entries.filter { !told.contains($0.id) }),
            recipient: recipient)
        return MessagePlan(message: message, entries: entries.map(\.id))
    }

    /// The worst, and of those the first: what began it explains what followed.
    private static func mostImportant(_ entries: [OutboxEntry]) -> ArraySlice<OutboxEntry> {
        let chosen = Set(
            entries.sorted { ($1.notice.severity, $0.id) < ($0.notice.severity, $1.id) }.prefix(fullCount).map(\.id))
        return entries.filter { chosen.contains($0.id) }[...]
    }

    private static func heldBack(_ entries: [OutboxEntry]) -> [Message.HeldBack] {
        Dictionary(grouping: entries, by: \.notice.event).map { event, entries in
            let tasks = Set(entries.compactMap(\.notice.task)).sorted()
            let times = entries.map(\.notice.at)
            return Message.HeldBack(
                event: event, count: entries.count, tasks: Array(tasks.prefix(fullCount)), taskCount: tasks.count,
                first: times.min() ?? 0, last: times.max() ?? 0)
        }.sorted { ($1.event.severity, $1.count, $0.event.rawValue) < ($0.event.severity, $0.count, $1.event.rawValue) }
    }
}
