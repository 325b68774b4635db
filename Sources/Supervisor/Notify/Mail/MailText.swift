import SupervisorNotices

/// A message as a mail: text and HTML that say the same.
enum MailText {
    /// The whole mail, headers first.
    ///
    /// A mail that is sent again is the same, byte for byte, with the same `Message-ID`: mailboxes recognise it.
    static func mail(_ message: Message, from: MailAddress, to: [MailAddress]) -> String {
        // `=_` cannot occur in quoted-printable text.
        let boundary = "=_dts-\(message.id)"
        let parts = message.fittedParts
        let sender = MailAddress(name: from.name.isEmpty ? "DTS" : from.name, address: from.address)
        var mail = MIME.header("From", items: [MIME.mailbox(sender)])
        mail += MIME.header("To", items: to.map(MIME.mailbox))
        mail += MIME.header("Subject", text: subject(message))
        mail += MIME.header("Date", items: [Moment.rfc5322(message.at)])
        mail += MIME.header("Message-ID", items: ["<\(message.id)@\(from.domain)>"])
        mail += MIME.header("X-DTS-Severity", items: [message.severity.rawValue])
        if !parts.pieces.isEmpty { mail += MIME.header("X-DTS-Notice-Ids", items: parts.pieces.map(\.id)) }
        if message.severity == .critical, !message.isTest { mail += MIME.header("Importance", items: ["high"]) }
        // Neither absence notes nor bounces of bounces.
        mail += MIME.header("Auto-Submitted", items: ["auto-generated"])
        mail += MIME.header("X-Auto-Response-Suppress", items: ["All"])
        mail += MIME.header("MIME-Version", items: ["1.0"])
        mail += MIME.header("Content-Type", items: ["multipart/alternative;\(MIME.newline) boundary=\"\(boundary)\""])
        mail += MIME.newline
        for (type, text) in [("plain", message.plainText(parts)), ("html", MailHTML.page(message, parts))] {
            mail += "--\(boundary)\(MIME.newline)"
            mail += MIME.header("Content-Type", items: ["text/\(type); charset=utf-8"])
            mail += MIME.header("Content-Transfer-Encoding", items: ["quoted-printable"])
            mail += MIME.newline + MIME.quotedPrintable(text) + MIME.newline
        }
        return mail + "--\(boundary)--\(MIME.newline)"
    }

    static func subject(_ message: Message) -> String { "[DTS] \(message.headline)".onOneLine.cut(to: 200) }
}

extension MailAddress {
    init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}
