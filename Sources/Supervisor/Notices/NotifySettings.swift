/// The part of the supervisor's file that says who hears of what.
package struct NotifySettings: Sendable, Hashable {
    package var channels: [ChannelSettings]
    package var rules: [RoutingRule]
    /// Days that the message center keeps what was read; what was not read is kept twice as long.
    package var retentionDays: Int
    package var alarms: AlarmThresholds
    package var pace: Pace

    package init(
        channels: [ChannelSettings] = [], rules: [RoutingRule] = [], retentionDays: Int = 90, alarms: AlarmThresholds = AlarmThresholds(),
        pace: Pace = Pace()
    ) {
        self.channels = channels
        self.rules = rules
        self.retentionDays = retentionDays
        self.alarms = alarms
        self.pace = pace
    }
}

/// Which notices go to which channels. A notice goes to the channels of every rule that it matches, to each of them once; without any rule
/// in the file warnings and worse go to all channels.
package struct RoutingRule: Sendable, Hashable {
    /// This one and worse.
    package var severity: Severity
    /// Empty: all.
    package var events: Set<NoticeEvent>
    /// Names of tasks or pairs; `*` stands for any characters. Empty: all, and what is not about a task.
    package var tasks: [String]
    /// Mail addresses of owners. Empty: all.
    package var owners: Set<String>
    /// Names of channels.
    package var channels: [String]

    package init(
        severity: Severity = .info, events: Set<NoticeEvent> = [], tasks: [String] = [], owners: Set<String> = [], channels: [String]
    ) {
        self.severity = severity
        self.events = events
        self.tasks = tasks
        self.owners = owners
        self.channels = channels
    }
}

/// From where on a figure is an alarm. A `nil` threshold raises none.
package struct AlarmThresholds: Sendable, Hashable {
    /// Lag of a task in the incremental phase; the alarm is over below half of it.
    package var lag: Duration?
    /// New conflicts of a task in a minute.
    package var conflictsPerMinute: Int?
    /// Time that is left until the source purges what the task has not read.
    package var retention: Duration?
    /// Free space of the file system that holds the supervisor's data, in percent.
    package var diskFreePercent: Int?

    package init(
        lag: Duration? = .seconds(60), conflictsPerMinute: Int? = 100, retention: Duration? = .seconds(6 * 3600), diskFreePercent: Int? = 10
    ) {
        self.lag = lag
        self.conflictsPerMinute = conflictsPerMinute
        self.retention = retention
        self.diskFreePercent = diskFreePercent
    }
}

/// How much a channel says at most. What comes meanwhile is told together.
package struct Pace: Sendable, Hashable {
    /// How long a notice waits for others of its task to be told with it.
    package var grouping: Duration
    /// Messages that may follow one another at once.
    package var burst: Int
    /// Time after which there is one more.
    package var refill: Duration
    /// Age at which a message that could not be delivered is given up.
    package var giveUpAfter: Duration

    package init(
        grouping: Duration = .seconds(5), burst: Int = 6, refill: Duration = .seconds(600), giveUpAfter: Duration = .seconds(24 * 3600)
    ) {
        self.grouping = grouping
        self.burst = burst
        self.refill = refill
        self.giveUpAfter = giveUpAfter
    }
}
