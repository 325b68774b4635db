package import SupervisorNotices

/// Watches the figures of one task against the thresholds of its alarms. What it says twice, the store tells once.
package struct TaskMonitor: Sendable {
    /// The task at one time.
    package struct Figures: Sendable {
        /// Whether a worker follows the source's changes.
        package var isFollowing = false
        package var lagMs: UInt64?
        /// Conflicts that the task has met since it began.
        package var conflicts: UInt64 = 0
        /// Age of the oldest change that the task still has to read, in seconds; nil when not known.
        package var unreadSeconds: UInt64?
        /// Seconds after which the source purges its binlog; nil: never, or not known.
        package var retentionSeconds: UInt64?
        /// Whether the source has said for how long it keeps its binlog.
        package var sourceIsKnown = false

        package init() {}
    }

    private var open: Set<NoticeEvent>
    private var lagIsHigh = false
    /// Conflicts at the looks of the last minute.
    private var conflicts: [(at: UInt64, total: UInt64)] = []

    /// - Parameter open: alarms that were open when the supervisor ended.
    package init(open: Set<NoticeEvent> = []) {
        self.open = open
    }

    /// - Parameter now: microseconds since 1970 UTC.
    package mutating func look(_ figures: Figures, _ thresholds: AlarmThresholds, now: UInt64) -> [TaskEvents.Event] {
        [lag(figures, thresholds.lag), rate(figures, thresholds.conflictsPerMinute, now), retention(figures, thresholds.retention)]
            .compactMap { $0 }
    }

    /// Something else has closed alarms.
    package mutating func forget(_ alarms: [NoticeEvent]) { open.subtract(alarms) }

    private mutating func change(_ alarm: NoticeEvent, to isOpen: Bool) -> Bool {
        guard open.contains(alarm) != isOpen else { return false }
        if isOpen { open.insert(alarm) } else { open.remove(alarm) }
        return true
    }

    /// High from the threshold on at two looks in a row: the worker of a busy task is late for a moment now and then. Over below half of it.
    private mutating func lag(_ figures: Figures, _ threshold: Duration?) -> TaskEvents.Event? {
        guard figures.isFollowing, let lag = figures.lagMs else {
            lagIsHigh = false
            return nil
        }
        let limit = threshold.map { UInt64(max(0, $0 / .milliseconds(1))) } ?? .max
        let facts = [Notice.Fact("lag", Self.text(seconds: lag / 1000)), .init("threshold", threshold.map { Self.text(seconds: UInt64($0 / .seconds(1))) } ?? "off")]
        if lag >= limit {
            defer { lagIsHigh = true }
            guard lagIsHigh, change(.lagHigh, to: true) else { return nil }
            return .init(
                event: .lagHigh, text: "the target is \(Self.text(seconds: lag / 1000)) behind the source", facts: facts,
                remedy: "see whether the servers or the network are overloaded, and whether 'task limit' slows the task down")
        }
        lagIsHigh = false
        guard lag < limit / 2, change(.lagHigh, to: false) else { return nil }
        return .init(event: .lagNormal, text: "the target is \(Self.text(seconds: lag / 1000)) behind the source", facts: facts)
    }

    private mutating func rate(_ figures: Figures, _ threshold: Int?, _ now: UInt64) -> TaskEvents.Event? {
        guard figures.isFollowing else {
            conflicts = []
            return nil
        }
        conflicts.removeAll { $0.at + 60_000_000 <= now || $0.at > now || $0.total > figures.conflicts }
        conflicts.append((now, figures.conflicts))
        let number = figures.conflicts - (conflicts.first?.total ?? figures.conflicts)
        let facts = [Notice.Fact("in the last minute", "\(number)"), .init("in all", "\(figures.conflicts)")]
        if let threshold, number >= UInt64(max(1, threshold)) {
            guard change(.conflictRateHigh, to: true) else { return nil }
            return .init(
                event: .conflictRateHigh, text: "\(number) conflicts in the last minute", facts: facts,
                remedy: "'conflict list' shows them: both sides change the same rows; see which application does")
        }
        guard number < UInt64(max(1, threshold ?? .max)) / 2 + 1, change(.conflictRateHigh, to: false) else { return nil }
        return .init(event: .conflictRateNormal, text: "\(number) conflicts in the last minute", facts: facts)
    }

    private mutating func retention(_ figures: Figures, _ threshold: Duration?) -> TaskEvents.Event? {
        guard let retention = figures.retentionSeconds else {
            guard figures.sourceIsKnown, change(.retentionAtRisk, to: false) else { return nil }
            return .init(event: .retentionSafe, text: "the source does not purge its binlog by itself any more")
        }
        guard let unread = figures.unreadSeconds else { return nil }
        // A source that keeps less than twice the threshold would be at risk for ever.
        let limit = min(threshold.map { UInt64(max(0, $0 / .seconds(1))) } ?? 0, retention / 2)
        let left = retention - min(retention, unread)
        let facts = [
            Notice.Fact("to be read", "the last \(Self.text(seconds: unread))"), .init("source keeps", Self.text(seconds: retention)),
            .init("time left", Self.text(seconds: left)),
        ]
        if left < limit {
            guard change(.retentionAtRisk, to: true) else { return nil }
            return .init(
                event: .retentionAtRisk, text: "in \(Self.text(seconds: left)) the source purges binlog that the task has not read", facts: facts,
                remedy: "let the task run and catch up, or keep the binlog longer on the source (binlog_expire_logs_seconds)")
        }
        guard left > limit + limit / 4 || limit == 0, change(.retentionAtRisk, to: false) else { return nil }
        return .init(event: .retentionSafe, text: "what the task has not read is kept for another \(Self.text(seconds: left))", facts: facts)
    }

    static func text(seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
