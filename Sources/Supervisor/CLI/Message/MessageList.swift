import ArgumentParser
import SupervisorAPI
import SupervisorNotices

/// `message list`.
struct MessageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List messages, newest first."
    )

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Only those that have not been read.") var unread = false
    @Option(help: "Only those of this severity and worse.") var severity: Severity = .info
    @Option(help: "Only those about this task.") var task: NameArgument?
    @Option(help: "Only those of this event.") var event: NoticeEvent?
    @Option(help: "At most so many.") var limit = NoticeQuery().limit
    @Option(help: "Only those older than this one.") var before: NameArgument?

    mutating func validate() throws {
        guard NoticeQuery.limits.contains(limit) else {
            throw ValidationError("--limit: found \(limit); allowed: \(NoticeQuery.limits.lowerBound) to \(NoticeQuery.limits.upperBound).")
        }
    }

    func run() async throws {
        var query = [("unread", "\(unread)"), ("severity", severity.rawValue), ("limit", "\(limit)")]
        if let task { query.append(("task", task.name)) }
        if let event { query.append(("event", event.rawValue)) }
        if let before { query.append(("before", before.name)) }
        let page: NoticePage = try await daemon.client.get(APIPath.messages, query: query)
        try daemon.print(page, NoticeText.list(page))
    }
}

extension Severity: ExpressibleByArgument {}
extension NoticeEvent: ExpressibleByArgument {}
