import ArgumentParser
import SupervisorAPI

/// `conflict list NAME`.
struct ConflictList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List conflicts of a task or pair, newest first."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task or pair.") var name: NameArgument
    @Flag(help: "Only those that await a decision.") var unresolved = false
    @OptionGroup var filter: ConflictFilter
    @Option(help: "At most so many.") var limit = ConflictQuery().limit
    @Option(help: "Only those older than this one.") var before: NameArgument?

    mutating func validate() throws {
        guard ConflictQuery.limits.contains(limit) else {
            throw ValidationError(
                "--limit: found \(limit); allowed: \(ConflictQuery.limits.lowerBound) to \(ConflictQuery.limits.upperBound)."
            )
        }
    }

    func run() async throws {
        var query = [("of", name.name), ("unresolved", "\(unresolved)"), ("limit", "\(limit)")]
        query += filter.query
        if let before { query.append(("before", before.name)) }
        let page: ConflictPage = try await daemon.client.get(APIPath.conflicts, query: query)
        try daemon.print(page, ConflictText.list(page))
    }
}
