package import SupervisorAPI
package import SupervisorNotices
import SyncCurl

/// Sends messages with libcurl: mails by SMTP, everything else by HTTP.
package struct ChannelSender: MessageSender {
    private let curl = CurlClient()
    private let progress = SendProgress()
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: the time that signatures carry.
    package init(now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.now = now
    }

    package func send(_ message: Message, over channel: ChannelSettings) async -> SendResult {
        let redaction = Redaction(channel)
        let result =
            switch channel.kind {
            case .smtp(let settings): await MailSender(curl: curl, channel: channel, settings: settings).send(message)
            case .hook(let settings):
                await HookSender(curl: curl, channel: channel, settings: settings, progress: progress, now: now).send(message)
            }
        return redaction.applied(to: result)
    }
}

extension ChannelSettings {
    var reach: Reach { Reach(proxy: proxy, ca: ca, allowsLinkLocal: allowsLinkLocal) }
}
