import ArgumentParser
import SupervisorAPI
import SyncModel

/// `conflict resolve ID|--all NAME --take SIDE`.
struct ConflictResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Decide a conflict that awaits a decision, or all of a task or pair.",
        discussion: """
            Of a pair, 'a' and 'b' decide for both halves at once: where both sides have changed a row, each half has found the clash. \
            'source' and 'target' are those of the task that found it, and decide for that one only.
            """
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Identifier of the conflict.") var id: NameArgument?
    @Option(help: "The task or pair of which all conflicts are decided.") var all: NameArgument?
    @OptionGroup var filter: ConflictFilter
    @Option(help: "The side whose rows win.") var take: ConflictSide

    mutating func validate() throws {
        guard (id == nil) != (all == nil) else { throw ValidationError("Give the identifier of a conflict, or --all and a name.") }
        guard id == nil || !filter.isGiven else { throw ValidationError("--class and --table go with --all.") }
    }

    func run() async throws {
        if let id {
            let conflict: ConflictView = try await daemon.client.post(
                "\(APIPath.conflict(id.name))/resolve",
                ResolveRequest(take: take)
            )
            let other = conflict.counterpart.map { ", and with it \($0), the same clash on the other side" } ?? ""
            try daemon.print(conflict, "\(conflict.id): \(conflict.decision.rawValue)\(other)")
        } else if let all {
            let answer: ResolvedConflicts = try await daemon.client.post(
                "\(APIPath.conflicts)/resolve",
                ResolveAllRequest(of: all.name, take: take, kind: filter.kind, table: filter.table)
            )
            try daemon.print(answer, "\(answer.resolved.count) decided")
        }
    }
}
