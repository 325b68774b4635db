import ArgumentParser
import SupervisorAPI
import SupervisorConfig

/// `pair create -f FILE`.
struct PairCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Create both tasks of a pair from a file; verifies and starts nothing.")

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var file: FileOption

    func run() async throws {
        let file = try PairFile(file.text)
        let pair: PairView = try await daemon.client.post(
            APIPath.pairs, PairRequest(spec: file.spec, secrets: file.secrets))
        let tasks = pair.tasks.map(\.name).joined(separator: ", ")
        try daemon.print(pair, "created pair \(pair.name): \(tasks)")
    }
}
