import ArgumentParser
import SupervisorAPI

/// `notify test CHANNEL`.
struct NotifyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a test message over a channel and print what its server answers."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the channel, as in the daemon's file.") var channel: NameArgument

    func run() async throws {
        let result: ChannelTestView = try await daemon.client.post(APIPath.channelTest(channel.name))
        try daemon.print(result, "\(result.channel): \(result.accepted ? "accepted" : "refused"): \(result.answer)")
        if !result.accepted { throw ExitStatus.failed }
    }
}
