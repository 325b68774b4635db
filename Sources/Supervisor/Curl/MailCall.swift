/// One mail and the server that is to take it.
package struct MailCall: Sendable {
    package enum Security: Sendable {
        case none
        /// STARTTLS, required.
        case starttls
        /// TLS from the first byte.
        case tls
    }

    /// A name or an address.
    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var password: String?
    /// Address alone, as all others.
    package var from: String
    package var to: [String]
    /// The mail with its headers; lines end with CR LF.
    package var content: [UInt8]
    /// How long everything may take.
    package var timeout: Duration
    package var reach: Reach

    package init(
        host: String, port: Int, security: Security, user: String? = nil, password: String? = nil, from: String, to: [String],
        content: [UInt8], timeout: Duration, reach: Reach = Reach()
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.password = password
        self.from = from
        self.to = to
        self.content = content
        self.timeout = timeout
        self.reach = reach
    }
}

/// What a mail server said to one command.
package struct MailReply: Sendable, Hashable, CustomStringConvertible {
    /// 2xx: done, 3xx: go on, 4xx: not now, 5xx: never.
    package var code: Int
    /// All lines, with the code.
    package var text: String

    package init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    package var description: String { text }
}

/// A recipient that the server refused, and with what words.
package struct RefusedRecipient: Sendable, Hashable {
    package var address: String
    package var reply: MailReply

    package init(address: String, reply: MailReply) {
        self.address = address
        self.reply = reply
    }
}

/// A mail server took a mail for at least one recipient.
package struct MailAnswer: Sendable, Hashable {
    package var reply: MailReply
    package var refused: [RefusedRecipient]

    package init(reply: MailReply, refused: [RefusedRecipient] = []) {
        self.reply = reply
        self.refused = refused
    }
}

/// A mail server took a mail for nobody, or nobody knows whether it did.
package struct MailFailure: Error, Sendable, Hashable {
    package var error: CurlError
    /// The refusal, when the server said one.
    package var reply: MailReply?
    package var refused: [RefusedRecipient]

    package init(error: CurlError, reply: MailReply?, refused: [RefusedRecipient]) {
        self.error = error
        self.reply = reply
        self.refused = refused
    }
}
