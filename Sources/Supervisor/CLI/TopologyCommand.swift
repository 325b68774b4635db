import ArgumentParser
import SupervisorAPI

/// `topology`.
struct TopologyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Show all servers and tasks as a graph."
    )

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let topology: TopologyView = try await daemon.client.get(APIPath.topology)
        try daemon.print(topology, TopologyText.graph(topology))
    }
}
