import ArgumentParser

/// `message …`.
struct MessageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message",
        abstract: "The message center.",
        subcommands: [MessageList.self, MessageRead.self]
    )
}
