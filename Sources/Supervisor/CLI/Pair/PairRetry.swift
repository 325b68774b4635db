import ArgumentParser
import SupervisorAPI

/// `pair retry NAME`.
struct PairRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retry", abstract: "Start what has failed of a pair again where it stopped.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let pair: PairView = try await daemon.client.post("\(APIPath.pair(name.name))/retry")
        try daemon.print(pair, PairText.state(pair))
    }
}
