import ArgumentParser
import SupervisorAPI

/// `pair pause NAME`.
struct PairPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Pause both tasks at a commit boundary.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let pair: PairView = try await daemon.client.post("\(APIPath.pair(name.name))/pause")
        try daemon.print(pair, PairText.state(pair))
    }
}
