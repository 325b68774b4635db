import ArgumentParser
import SupervisorAPI

/// `pair stop NAME`.
struct PairStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop both tasks at a commit boundary, for good: a stopped pair cannot be started again."
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var final: FinalOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        try await final.confirm(
            "pair stop",
            "This stops pair '\(name.name)' for good: it cannot be started again. 'pair pause' stops it for a while."
        )
        let pair: PairView = try await daemon.client.post("\(APIPath.pair(name.name))/stop")
        try daemon.print(pair, PairText.state(pair))
    }
}
