import ArgumentParser
import SupervisorAPI

/// `pair delete NAME`.
struct PairDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a pair for good: its tasks, their conflicts, and what they keep in the databases."
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var final: FinalOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        try await final.confirm(
            "pair delete",
            "This deletes pair '\(name.name)' for good: its tasks, their conflicts, and where they have come to. The rows that they "
                + "have brought stay."
        )
        let deleted: Deleted = try await daemon.client.delete(APIPath.pair(name.name))
        try daemon.print(deleted, DeletionText.done(deleted, "pair"))
    }
}
