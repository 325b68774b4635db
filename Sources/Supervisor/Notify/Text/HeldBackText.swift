import SupervisorNotices

/// What a message says about the notices that it only counts.
enum HeldBackText {
    static let title = "Held back, and only counted here"
    static let remedy = "`dts-supervisor message list` shows all."

    /// One line for each event, the worst and most frequent first.
    static func lines(_ all: [Message.HeldBack], limit: Int = 12) -> [String] {
        let sorted = all.sorted { ($0.event.severity, $0.count) > ($1.event.severity, $1.count) }
        let lines = sorted.prefix(limit).map(line)
        guard sorted.count > limit else { return lines }
        let rest = sorted.dropFirst(limit)
        return lines + ["\(rest.reduce(0) { $0 + $1.count }) of \(rest.count) further kinds"]
    }

    private static func line(_ held: Message.HeldBack) -> String {
        let shown = held.tasks.prefix(5).joined(separator: ", ").onOneLine.cut(to: 200)
        let tasks =
            if held.tasks.isEmpty { "" } else if held.taskCount > min(5, held.tasks.count) {
                "; \(held.taskCount) tasks, among them \(shown)"
            } else { "; \(held.taskCount == 1 ? "task" : "tasks") \(shown)" }
        let times = held.first == held.last ? Moment.text(held.last) : "\(Moment.text(held.first)) to \(Moment.text(held.last))"
        return "\(held.count) × \(held.event.severity.rawValue): \(held.event.title)\(tasks); \(times)"
    }
}
