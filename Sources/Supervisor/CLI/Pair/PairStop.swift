import ArgumentParser
import SupervisorAPI

/// `pair stop NAME`.
struct PairStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop both tasks at a commit boundary.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let pair: PairView = try await daemon.client.post("\(APIPath.pair(name.name))/stop")
        try daemon.print(pair, PairText.state(pair))
    }
}
