import ArgumentParser
import SupervisorAPI
import SupervisorConfig
import SyncModel

/// `pair export NAME`.
struct PairExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print a pair as the file that creates it, without passwords."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument

    func run() async throws {
        let spec: PairSpec = try await daemon.client.get("\(APIPath.pair(name.name))/spec")
        try daemon.print(spec, String(PairExport.yaml(spec).dropLast()))
    }
}
