import ArgumentParser

/// `conflict …`.
struct ConflictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflict", abstract: "The conflict log.",
        subcommands: [ConflictList.self, ConflictShow.self, ConflictResolve.self])
}
