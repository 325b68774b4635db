/// Listens to a dialog with a mail server: which recipient got which answer, and what was said last.
final class MailDialog {
    /// The answer to the last command; nil while there is none.
    private(set) var reply: MailReply?
    private(set) var refused: [RefusedRecipient] = []
    let isCancelled: () -> Bool

    private var recipient: String?
    private var lines: [Substring] = []
    private var isOver = false
    private let content: [UInt8]
    private var sent = 0

    init(content: [UInt8], isCancelled: @escaping () -> Bool) {
        self.content = content
        self.isCancelled = isCancelled
    }

    /// Copies the next piece of the mail.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = content[sent...].prefix(buffer.count)
        buffer.copyBytes(from: piece)
        sent += piece.count
        return piece.count
    }

    func heard(command: String) {
        // What is said after that is no longer about the mail.
        if command.hasPrefix("QUIT") { isOver = true }
        guard !isOver else { return }
        reply = nil
        recipient = command.firstMatch(of: #/^RCPT TO:<([^>]*)>/#).map { String($0.1) }
    }

    func heard(answer: String) {
        guard !isOver else { return }
        for line in answer.split(whereSeparator: \.isNewline) {
            // A proxy's answer comes before, and has no code in that place.
            guard let code = Int(line.prefix(3)) else { continue }
            lines.append(line)
            // `250-` is followed by another line, `250 ` is the last one.
            if line.dropFirst(3).first == "-" { continue }
            let whole = MailReply(code: code, text: lines.joined(separator: " "))
            lines = []
            reply = whole
            if let recipient, code >= 400 { refused.append(RefusedRecipient(address: recipient, reply: whole)) }
            recipient = nil
        }
    }
}
