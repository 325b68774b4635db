import ArgumentParser
import SupervisorAPI

/// `pair show NAME`.
struct PairShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show both tasks of a pair in full.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let pair: PairView = try await daemon.client.get(APIPath.pair(name.name))
        try daemon.print(pair, PairText.details(pair))
    }
}
