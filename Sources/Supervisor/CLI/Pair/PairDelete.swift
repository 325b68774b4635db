import ArgumentParser
import SupervisorAPI

/// `pair delete NAME`.
struct PairDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a pair, its tasks and what they keep in the databases.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let deleted: Deleted = try await daemon.client.delete(APIPath.pair(name.name))
        try daemon.print(deleted, "deleted pair \(deleted.deleted)")
    }
}
