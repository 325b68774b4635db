import ArgumentParser
import SupervisorAPI
import SupervisorConfig

/// `pair configure NAME -f FILE`.
struct PairConfigure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configure",
        abstract: "Replace the description of a pair, for both of its tasks, by that of a file."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument
    @OptionGroup var file: FileOption

    func run() async throws {
        let file = try PairFile(file.text, configuring: name.name)
        let pair: PairView = try await daemon.client.put(
            APIPath.pair(name.name),
            PairRequest(spec: file.spec, secrets: file.secrets)
        )
        try daemon.print(pair, "configured pair \(pair.name)")
    }
}
