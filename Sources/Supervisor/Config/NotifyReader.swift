import SupervisorNotices
import SyncModel

/// Reads `notify`: channels, and who hears of what by them.
struct NotifyReader {
    static let allowed = ["channels", "rules", "retention_days", "alarms", "pace"]

    let source: SourceText

    func read(_ value: Value) -> NotifySettings {
        var settings = NotifySettings()
        guard let fields = value.fields(Self.allowed) else { return settings }
        let reader = ChannelReader(source: source)
        var names: [String] = []
        for entry in fields["channels"]?.entries("channels by their names") ?? [] {
            guard let name = TaskName.read(entry.name) else { continue }
            names.append(name)
            if let channel = reader.read(name, entry.value) { settings.channels.append(channel) }
        }
        settings.rules = (fields["rules"]?.list("rules") ?? []).compactMap { Self.rule($0, names) }
        if let days = fields["retention_days"]?.number(1...36500) { settings.retentionDays = days }
        Self.readAlarms(fields["alarms"], into: &settings.alarms)
        Self.readPace(fields["pace"], into: &settings.pace)
        return settings
    }

    /// - Parameter channels: names of channels, also of those that are not valid.
    private static func rule(_ value: Value, _ channels: [String]) -> RoutingRule? {
        guard let fields = value.fields(["severity", "events", "tasks", "owners", "channels"]) else { return nil }
        var rule = RoutingRule(channels: [])
        if let severity = fields["severity"]?.word(Severity.self) { rule.severity = severity }
        rule.events = Set((fields["events"]?.list("events", atLeastOne: true) ?? []).compactMap { $0.word(NoticeEvent.self) })
        rule.tasks = (fields["tasks"]?.list("names of tasks or pairs", atLeastOne: true) ?? []).compactMap(pattern)
        rule.owners = Set((fields["owners"]?.list("mail addresses", atLeastOne: true) ?? []).compactMap { $0.mailAddress() })
        for place in fields.required("channels", "a list of channels")?.list("names of channels", atLeastOne: true) ?? [] {
            guard !channels.isEmpty else {
                place.problem("\(place.found); allowed: a channel, of which notify.channels has none")
                continue
            }
            guard let name = place.word(channels) else { continue }
            if rule.channels.contains(name) { place.problem("found '\(name)' again; allowed: each once") }
            rule.channels.append(name)
        }
        return rule
    }

    private static func pattern(_ value: Value) -> String? {
        let allowed = "the name of a task or pair, in which * stands for any characters"
        guard let text = value.text(allowed) else { return nil }
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "*") || Naming.isAllowed($0) }), text.utf8.count <= Naming.maximumLength else {
            value.problem("\(value.found); allowed: \(allowed)")
            return nil
        }
        return text
    }

    /// 0 switches an alarm off.
    private static func readAlarms(_ value: Value?, into alarms: inout AlarmThresholds) {
        let names = ["lag_seconds", "conflicts_per_minute", "retention_hours", "disk_free_percent"]
        guard let fields = value?.fields(names) else { return }
        func read(_ name: String, _ maximum: Int, _ set: (Int?) -> Void) {
            if let number = fields[name]?.number(0...maximum) { set(number == 0 ? nil : number) }
        }
        read("lag_seconds", 31_622_400) { alarms.lag = $0.map { .seconds($0) } }
        read("conflicts_per_minute", 1_000_000_000) { alarms.conflictsPerMinute = $0 }
        read("retention_hours", 8784) { alarms.retention = $0.map { .seconds($0 * 3600) } }
        read("disk_free_percent", 99) { alarms.diskFreePercent = $0 }
    }

    private static func readPace(_ value: Value?, into pace: inout Pace) {
        guard let fields = value?.fields(["grouping_seconds", "burst", "refill_seconds", "give_up_hours"]) else { return }
        if let seconds = fields["grouping_seconds"]?.number(0...3600) { pace.grouping = .seconds(seconds) }
        if let burst = fields["burst"]?.number(1...1000) { pace.burst = burst }
        if let seconds = fields["refill_seconds"]?.number(1...86400) { pace.refill = .seconds(seconds) }
        if let hours = fields["give_up_hours"]?.number(1...720) { pace.giveUpAfter = .seconds(hours * 3600) }
    }
}
