/// Sends messages over channels; made of libcurl where it is not a test's.
package protocol MessageSender: Sendable {
    /// Returns within the channel's timeout, whatever the server does.
    func send(_ message: Message, over channel: ChannelSettings) async -> SendResult
}

/// What became of one attempt to send a message.
package enum SendResult: Sendable, Hashable {
    /// The server has taken it.
    /// - Parameter answer: what the server said.
    case accepted(answer: String)
    /// - Parameters:
    ///   - reason: what went wrong, with the server's answer and without secrets.
    ///   - isPermanent: whether the same message would be refused again.
    ///   - retryAfter: how long the server wants to be left alone.
    case refused(reason: String, isPermanent: Bool, retryAfter: Duration?)
}
