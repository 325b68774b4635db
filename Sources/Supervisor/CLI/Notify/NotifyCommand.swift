import ArgumentParser

/// `notify …`.
struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "The channels that messages go out over.",
        subcommands: [NotifyTest.self, NotifyOutbox.self]
    )
}
