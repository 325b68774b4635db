import SupervisorNotices

/// One notice as texts that are ready to be shown, none longer than asked for.
struct NoticeParts {
    var severity: Severity
    /// A coloured dot.
    var mark: String
    /// `Task orders-a-to-b (pair orders, owner ops@example.com)`; nil when the notice before it is about the same.
    var subject: String?
    /// `critical: failed`.
    var heading: String
    /// The time in UTC.
    var when: String
    var text: String
    var facts: [Notice.Fact]
    var remedy: String?
    var id: String

    /// - Parameter cap: length of each text at most; nil: all of it.
    init(_ notice: Notice, showsSubject: Bool = true, cap: Int? = nil) {
        func fit(_ text: String, _ divisor: Int = 1) -> String { cap.map { text.cut(to: max(8, $0 / divisor)) } ?? text }
        severity = notice.severity
        mark = notice.mark
        subject = showsSubject ? fit(Self.subject(of: notice).onOneLine.harmless) : nil
        heading = "\(notice.severity.rawValue): \(notice.event.title)"
        when = Moment.text(notice.at)
        text = fit(notice.text.harmless)
        let kept = cap.map { max(1, min(20, $0 / 60)) } ?? notice.facts.count
        facts = notice.facts.prefix(kept).map { .init(fit($0.name.onOneLine, 4), fit($0.value.harmless, 2)) }
        if notice.facts.count > kept { facts.append(.init("…", "\(notice.facts.count - kept) more")) }
        remedy = notice.remedy.map { fit($0.harmless) }
        id = notice.id
    }

    private static func subject(of notice: Notice) -> String {
        let more = [notice.pair.map { "pair \($0)" }, notice.owner.map { "owner \($0)" }].compactMap(\.self).joined(separator: ", ")
        let name = notice.task.map { "Task \($0)" } ?? "DTS"
        return more.isEmpty ? name : "\(name) (\(more))"
    }
}

extension Notice {
    var mark: String { event.isOnlyRecovery ? "🟢" : severity.mark }

    /// What notices are grouped by: the task, or whatever else they are about.
    fileprivate var group: String { taskID ?? task ?? "" }
}

extension Severity {
    var mark: String {
        switch self {
        case .info: "🔵"
        case .warning: "🟠"
        case .critical: "🔴"
        }
    }
}

extension Message {
    /// The notices with those of one task side by side, each task where its first one stands.
    var grouped: [Notice] {
        var order: [String] = []
        for notice in notices where !order.contains(notice.group) { order.append(notice.group) }
        return order.flatMap { group in notices.filter { $0.group == group } }
    }

    /// Each of the notices as parts; the first of a task names it.
    static func parts(_ notices: [Notice], cap: Int? = nil) -> [NoticeParts] {
        var last: String?
        return notices.map { notice in
            defer { last = notice.group }
            return NoticeParts(notice, showsSubject: notice.group != last, cap: cap)
        }
    }
}
