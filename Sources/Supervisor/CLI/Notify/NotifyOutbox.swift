import ArgumentParser
import SupervisorAPI

/// `notify outbox`.
struct NotifyOutbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Show what has not arrived: on its way, and given up."
    )

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let outbox: OutboxView = try await daemon.client.get(APIPath.outbox)
        try daemon.print(outbox, NoticeText.outbox(outbox))
    }
}
