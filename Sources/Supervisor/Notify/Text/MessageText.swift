import SupervisorNotices

/// The text that mails and chat services share: what happened, the figures, what to do, the time and the id.
struct MessageText {
    var style: TextStyle = .plain

    /// One notice as a block of lines.
    func block(_ parts: NoticeParts) -> String {
        var lines: [String] = []
        if let subject = parts.subject { lines.append(style.bold(style.escape(subject))) }
        lines.append("\(parts.mark) \(style.bold(style.escape(parts.heading))), \(parts.when)")
        lines += escaped(parts.text)
        lines += parts.facts.flatMap { fact in escaped("• \(fact.name): \(fact.value)") }
        if let remedy = parts.remedy {
            lines.append(style.bold(style.escape("What to do:")))
            lines.append(style.code(remedy))
        }
        lines.append(style.escape("Notice \(parts.id)"))
        return lines.joined(separator: style.newline)
    }

    /// The summary of what is only counted; nil when there is nothing.
    func summary(of message: Message) -> String? {
        guard !message.heldBack.isEmpty else { return nil }
        var lines = [style.bold(style.escape(HeldBackText.title))]
        lines += HeldBackText.lines(message.heldBack).map { style.escape("• \($0)") }
        lines.append(style.escape(HeldBackText.remedy))
        return lines.joined(separator: style.newline)
    }

    /// The blocks of a message, as many and as much of each as fit.
    ///
    /// - Parameters:
    ///   - total: length of all blocks together at most, with `separator` between them.
    ///   - each: length of one block at most.
    func blocks(
        of message: Message, total: Int, each: Int = .max, count: Int = .max, separator: Int = 2, _ measure: TextMeasure = .units
    ) -> [String] {
        if message.isTest, message.notices.isEmpty { return [style.escape(Message.testText)] }
        var tail: [String] = []
        if let summary = summary(of: message) { tail.append(summary.cut(to: min(each, total / 2), measure)) }
        let used = tail.reduce(0) { $0 + measure($1) + separator }
        let fitted = Fitted(
            message.grouped, total: total - used, each: each, count: count - tail.count - 1, size: { measure($0) + separator }, render: block)
        if let left = fitted.left { tail.insert(style.escape(left), at: 0) }
        return fitted.pieces + tail
    }

    private func escaped(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { style.escape(String($0)) }
    }
}

extension Message {
    static let testText = "This is a test of the channel, asked for with `dts-supervisor notify test`. Nothing has happened."

    /// The message without markup, as in the text of a mail.
    package var plainText: String { plainText(fittedParts) }

    func plainText(_ parts: Fitted<NoticeParts>) -> String {
        let text = MessageText()
        var blocks = isTest && notices.isEmpty ? [Self.testText] : parts.pieces.map(text.block)
        blocks += [parts.left, text.summary(of: self)].compactMap(\.self)
        return ([headline] + blocks + ["Message \(id), \(Moment.text(at))"]).joined(separator: "\n\n") + "\n"
    }

    /// As many notices, and as much of each, as a mail can hold that is to be read.
    var fittedParts: Fitted<NoticeParts> {
        Fitted(grouped, total: 100_000, count: 200, size: { MessageText().block($0).utf8.count }, render: \.self)
    }
}
