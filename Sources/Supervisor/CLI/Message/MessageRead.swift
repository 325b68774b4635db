import ArgumentParser
import SupervisorAPI

/// `message read ID`.
struct MessageRead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Show a message and mark it as read."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Identifier of the message.") var id: NameArgument?
    @Flag(help: "Mark all messages as read.") var all = false

    mutating func validate() throws {
        guard (id == nil) == all else { throw ValidationError("Give the identifier of a message, or --all.") }
    }

    func run() async throws {
        if let id {
            let message: NoticeView = try await daemon.client.post("\(APIPath.message(id.name))/read")
            try daemon.print(message, NoticeText.details(message))
        } else {
            let answer: ReadAllView = try await daemon.client.post("\(APIPath.messages)/read")
            try daemon.print(answer, "\(answer.read) marked as read")
        }
    }
}
