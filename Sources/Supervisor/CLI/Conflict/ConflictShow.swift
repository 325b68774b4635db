import ArgumentParser
import SupervisorAPI

/// `conflict show ID`.
struct ConflictShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a conflict with the rows of both sides.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Identifier of the conflict.") var id: NameArgument

    func run() async throws {
        let conflict: ConflictView = try await daemon.client.get(APIPath.conflict(id.name))
        try daemon.print(conflict, ConflictText.details(conflict))
    }
}
