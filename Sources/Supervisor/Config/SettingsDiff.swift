import SupervisorNotices

/// What differs between two versions of the daemon's file, for the log.
package enum SettingsDiff {
    /// Fields that count from the next start of the daemon on.
    static let needRestart = ["listen", "worker", "log_level"]

    /// One line for each field, in alphabetical order: `notify.retention_days: 90, was 30`. Of a field that holds a secret it
    /// says no more than that it has changed.
    package static func lines(from old: DaemonFile, to new: DaemonFile) -> [String] {
        let before = old.settings
        let after = new.settings
        return Set(before.keys).union(after.keys).sorted().compactMap { name in
            let earlier = before[name]
            let later = after[name]
            guard earlier != later else { return nil }
            let line = line(name, earlier, later)
            return waits(name, old, new) ? "\(line); counts from the next start of the daemon on" : line
        }
    }

    /// Another certificate is shown at once, but nothing is begun to be encrypted, nor ceases to be.
    private static func waits(_ name: String, _ old: DaemonFile, _ new: DaemonFile) -> Bool {
        needRestart.contains(name) || name.hasPrefix("tls.") && (old.tls == nil || new.tls == nil)
    }

    private static func line(_ name: String, _ old: Setting?, _ new: Setting?) -> String {
        switch (old, new) {
        case (_, nil): "\(name): removed"
        case (nil, .secret): "\(name): added"
        case (_, .secret): "\(name): changed"
        case (nil, .open(let text)): "\(name): \(text), was not set"
        case (.secret, .open): "\(name): changed"
        case (.open(let former), .open(let text)): "\(name): \(text), was \(former)"
        }
    }

    enum Setting: Hashable {
        case open(String)
        case secret(String)
    }
}

extension DaemonFile {
    /// Every field that has a value, by its path.
    fileprivate var settings: [String: SettingsDiff.Setting] {
        var list = SettingsList()
        list.add("listen", listen.map { "\($0.host):\($0.port)" })
        list.add("tls.cert", tls?.certificate)
        list.add("tls.key", tls?.key)
        list.add("worker", worker)
        list.add("log_level", logLevel.rawValue)
        for channel in reloadable.notify.channels { list.add(channel) }
        list.add(reloadable.notify)
        for owner in reloadable.owners {
            list.add("owners.\(owner.email)", owner.name ?? "no name")
            list.add("owners.\(owner.email).time_zone", owner.timeZone)
        }
        list.add(reloadable.billing)
        return list.values
    }
}

private struct SettingsList {
    var values: [String: SettingsDiff.Setting] = [:]

    mutating func add(_ name: String, _ value: String?) { values[name] = value.map { .open($0) } }
    mutating func add(secret name: String, _ value: String?) { values[name] = value.map { .secret($0) } }

    mutating func add(_ channel: ChannelSettings) {
        let path = "notify.channels.\(channel.name)"
        switch channel.kind {
        case .smtp(let mail):
            add("\(path).type", "smtp")
            add("\(path).host", mail.host)
            add("\(path).port", "\(mail.port)")
            add("\(path).security", mail.security.rawValue)
            add("\(path).user", mail.user)
            add(secret: "\(path).password", mail.password)
            add("\(path).from", mail.from)
            add("\(path).to", (mail.to + (mail.includesOwner ? ["owner"] : [])).joined(separator: ", "))
        case .hook(let hook):
            add("\(path).type", hook.service.rawValue)
            add(secret: "\(path).url", hook.url)
            add(secret: "\(path).\(hook.service == .pagerduty ? "routing_key" : "secret")", hook.secret)
        }
        add("\(path).timeout_seconds", "\(channel.timeout.components.seconds)")
        // May have a password in it.
        add(secret: "\(path).proxy", channel.proxy)
        add("\(path).ca", channel.ca)
        add("\(path).allow_link_local", "\(channel.allowsLinkLocal)")
    }

    mutating func add(_ notify: NotifySettings) {
        for (index, rule) in notify.rules.enumerated() {
            let path = "notify.rules[\(index)]"
            func words(_ words: some Collection<String>) -> String { words.isEmpty ? "all" : words.sorted().joined(separator: ", ") }
            add("\(path).severity", rule.severity.rawValue)
            add("\(path).events", words(rule.events.map(\.rawValue)))
            add("\(path).tasks", words(rule.tasks))
            add("\(path).owners", words(rule.owners))
            add("\(path).channels", words(rule.channels))
        }
        add("notify.retention_days", "\(notify.retentionDays)")
        let alarms = notify.alarms
        add("notify.alarms.lag_seconds", "\(alarms.lag?.components.seconds ?? 0)")
        add("notify.alarms.conflicts_per_minute", "\(alarms.conflictsPerMinute ?? 0)")
        add("notify.alarms.retention_hours", "\((alarms.retention?.components.seconds ?? 0) / 3600)")
        add("notify.alarms.disk_free_percent", "\(alarms.diskFreePercent ?? 0)")
        let pace = notify.pace
        add("notify.pace.grouping_seconds", "\(pace.grouping.components.seconds)")
        add("notify.pace.burst", "\(pace.burst)")
        add("notify.pace.refill_seconds", "\(pace.refill.components.seconds)")
        add("notify.pace.give_up_hours", "\(pace.giveUpAfter.components.seconds / 3600)")
    }

    mutating func add(_ billing: BillingSettings) {
        add("billing.free_until", billing.freeUntil?.description)
        add("billing.time_zone", billing.timeZone)
        add("billing.isolation", "\(billing.isolation)")
        for subscription in billing.subscriptions {
            switch subscription.subject {
            case .owner(let email): add("billing.subscriptions.owner \(email)", subscription.until.description)
            case .task(let name): add("billing.subscriptions.task \(name)", subscription.until.description)
            }
        }
    }
}
