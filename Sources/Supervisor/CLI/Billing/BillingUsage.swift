import ArgumentParser
import SupervisorAPI

/// `billing usage`.
struct BillingUsage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show how long tasks ran and how much they brought; each day with --json."
    )

    @OptionGroup var daemon: DaemonOptions

    @Option(help: ArgumentHelp("Only this month.", valueName: "yyyy-mm"))
    var month: String?

    @Option(help: ArgumentHelp("Only the task that has, or had, this name.", valueName: "name"))
    var task: String?

    func validate() throws {
        if let month, !UsageQuery.isMonth(month) {
            throw ValidationError("--month: found '\(month)'; allowed: \(UsageQuery.monthRule)")
        }
        if let task { try RequestRule.name(task) }
    }

    func run() async throws {
        let query = [("month", month), ("task", task)].compactMap { name, value in value.map { (name, $0) } }
        let usage: UsageView = try await daemon.client.get(APIPath.usage, query: query)
        try daemon.print(usage, BillingText.usage(usage))
    }
}
