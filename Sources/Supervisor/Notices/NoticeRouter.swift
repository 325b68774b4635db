/// Where a notice goes to.
package struct Destination: Sendable, Hashable, Codable {
    /// Name of the channel.
    package var channel: String
    /// Mail address of the one person it is for; nil: for whomever the channel names.
    package var recipient: String?

    package init(channel: String, recipient: String? = nil) {
        self.channel = channel
        self.recipient = recipient
    }
}

/// Says which channels a notice goes to.
package struct NoticeRouter: Sendable {
    private let channels: [String: ChannelSettings]
    private let rules: [RoutingRule]

    package init(_ settings: NotifySettings) {
        channels = Dictionary(settings.channels.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        rules =
            settings.rules.isEmpty
            ? [RoutingRule(severity: .warning, channels: settings.channels.map(\.name))] : settings.rules
    }

    /// In the order of the channels' names; each at most once.
    package func destinations(of notice: Notice) -> [Destination] {
        var found: Set<Destination> = []
        for rule in rules where rule.matches(notice) {
            for name in rule.channels { found.formUnion(destinations(notice, over: name)) }
        }
        if notice.event.isBilling, let owner = notice.owner {
            for (name, channel) in channels {
                guard case .smtp(let mail) = channel.kind else { continue }
                let isTold = mail.to.contains(owner) && found.contains(Destination(channel: name))
                if !isTold { found.insert(Destination(channel: name, recipient: owner)) }
            }
        }
        return found.sorted { ($0.channel, $0.recipient ?? "") < ($1.channel, $1.recipient ?? "") }
    }

    private func destinations(_ notice: Notice, over name: String) -> [Destination] {
        guard let channel = channels[name] else { return [] }
        guard case .smtp(let mail) = channel.kind else { return [Destination(channel: name)] }
        var found = mail.to.isEmpty ? [] : [Destination(channel: name)]
        if mail.includesOwner, let owner = notice.owner, !mail.to.contains(owner) {
            found.append(Destination(channel: name, recipient: owner))
        }
        return found
    }
}

extension RoutingRule {
    package func matches(_ notice: Notice) -> Bool {
        guard notice.severity >= severity, events.isEmpty || events.contains(notice.event) else { return false }
        if !owners.isEmpty, !(notice.owner.map { owners.contains($0) } ?? false) { return false }
        if tasks.isEmpty { return true }
        let names = [notice.task, notice.pair].compactMap { $0 }
        return tasks.contains { pattern in names.contains { Self.matches($0, pattern) } }
    }

    /// - Parameter pattern: `*` stands for any characters, also none.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return name == pattern }
        guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
