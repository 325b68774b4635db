import ArgumentParser
import SupervisorAPI

/// `pair resume NAME`.
struct PairResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a paused pair go on.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let pair: PairView = try await daemon.client.post("\(APIPath.pair(name.name))/resume")
        try daemon.print(pair, PairText.state(pair))
    }
}
