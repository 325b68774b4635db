
/// Hands a message to the server of a channel, once. Trying again is the caller's.
package protocol MessageSender: Sendable {
    /// Returns within the channel's time, or somewhat later; a task that is cancelled returns within a second.
    func send(_ message: Message, over channel: ChannelSettings) async -> SendResult
}
