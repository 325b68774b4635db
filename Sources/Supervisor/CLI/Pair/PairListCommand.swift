import ArgumentParser
import SupervisorAPI

/// `pair list`.
struct PairListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the pairs.")

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let list: PairList = try await daemon.client.get(APIPath.pairs)
        try daemon.print(list, PairText.list(list.pairs))
    }
}
