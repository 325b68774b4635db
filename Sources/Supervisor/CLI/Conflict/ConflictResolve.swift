import ArgumentParser
import SupervisorAPI
import SyncModel

/// `conflict resolve ID --take SIDE`.
struct ConflictResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resolve", abstract: "Decide a conflict that awaits a decision.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Identifier of the conflict.") var id: NameArgument
    @Option(help: "The side whose row wins.") var take: ConflictSide

    func run() async throws {
        let conflict: ConflictView = try await daemon.client.post(
            "\(APIPath.conflict(id.name))/resolve", ResolveRequest(take: take))
        try daemon.print(conflict, "\(conflict.id): \(conflict.decision.rawValue)")
    }
}
