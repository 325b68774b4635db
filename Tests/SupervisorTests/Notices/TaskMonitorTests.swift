import SupervisorNotices
import SupervisorTasks
import Testing

@Suite("Alarms of figures")
struct TaskMonitorTests {
    private static let thresholds = AlarmThresholds(lag: .seconds(60), conflictsPerMinute: 100, retention: .seconds(6 * 3600), diskFreePercent: 10)

    private static func figures(
        lag: UInt64? = 0, conflicts: UInt64 = 0, unread: UInt64? = nil, retention: UInt64? = nil, following: Bool = true
    ) -> TaskMonitor.Figures {
        var figures = TaskMonitor.Figures()
        figures.isFollowing = following
        figures.lagMs = lag
        figures.conflicts = conflicts
        figures.unreadSeconds = unread
        figures.retentionSeconds = retention
        return figures
    }

    /// The events at looks five seconds apart.
    private static func events(_ looks: [TaskMonitor.Figures], _ thresholds: AlarmThresholds = thresholds, open: Set<NoticeEvent> = []) -> [[NoticeEvent]] {
        var monitor = TaskMonitor(open: open)
        return looks.enumerated().map { index, figures in
            monitor.look(figures, thresholds, now: NoticeSamples.start + UInt64(index) * 5_000_000).map(\.event)
        }
    }

    @Test("lag is an alarm at the second look, once, and over below half of the threshold")
    func lag() {
        let looks = [70_000, 10_000, 70_000, 60_000, 90_000, 40_000, 29_000, 1_000].map { Self.figures(lag: $0) }
        #expect(Self.events(looks) == [[], [], [], [.lagHigh], [], [], [.lagNormal], []])
        #expect(Self.events([Self.figures(lag: 70_000, following: false), Self.figures(lag: 70_000, following: false)]) == [[], []])
        #expect(Self.events(looks, AlarmThresholds(lag: nil)) == Array(repeating: [], count: 8))
    }

    @Test("an alarm of before a restart of the supervisor is closed, not raised again")
    func restart() {
        let looks = [Self.figures(lag: 70_000), Self.figures(lag: 70_000), Self.figures(lag: 0)]
        #expect(Self.events(looks, open: [.lagHigh]) == [[], [], [.lagNormal]])
    }

    @Test("an alarm that a pause has ended is raised again after it")
    func pause() {
        var monitor = TaskMonitor()
        func look(_ step: UInt64) -> [NoticeEvent] {
            monitor.look(Self.figures(lag: 70_000), Self.thresholds, now: NoticeSamples.start + step * 5_000_000).map(\.event)
        }
        #expect((0..<3).map(look) == [[], [.lagHigh], []])
        monitor.forget(NoticeEvent.paused.closes)
        #expect(look(4) == [.lagHigh])
    }

    @Test("a source that stops purging its binlog ends that alarm")
    func purging() {
        var safe = Self.figures(unread: 3500, retention: nil)
        safe.sourceIsKnown = true
        #expect(Self.events([Self.figures(unread: 3500, retention: 3600), safe]) == [[.retentionAtRisk], [.retentionSafe]])
    }

    @Test("conflicts are counted over the last minute")
    func rate() {
        var looks = [Self.figures(conflicts: 5000)]
        looks += (1...3).map { Self.figures(conflicts: 5000 + UInt64($0) * 40) }
        looks += (0..<12).map { _ in Self.figures(conflicts: 5120) }
        let events = Self.events(looks)
        #expect(events[3] == [.conflictRateHigh])
        #expect(events.flatMap(\.self) == [.conflictRateHigh, .conflictRateNormal])
        #expect(Self.events(looks, AlarmThresholds(conflictsPerMinute: nil)).flatMap(\.self) == [])
    }

    @Test("binlog that will be purged before it is read is an alarm, also of a task that stands still")
    func retention() {
        let day: UInt64 = 86_400
        let looks = [0, 2 * day, 3 * day - 5 * 3600, 3 * day - 3600, 0].map { Self.figures(lag: nil, unread: $0, retention: 3 * day, following: false) }
        #expect(Self.events(looks) == [[], [], [.retentionAtRisk], [], [.retentionSafe]])
        // An hour of binlog is less than the threshold: half of it counts then.
        #expect(Self.events([Self.figures(unread: 60, retention: 3600), Self.figures(unread: 2000, retention: 3600)]) == [[], [.retentionAtRisk]])
        #expect(Self.events([Self.figures(unread: 60, retention: nil)]) == [[]])
    }
}
