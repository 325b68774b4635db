import Hummingbird
import SupervisorAPI
import SupervisorNotices
import SyncModel

/// `/messages` and `/notify`.
struct NoticeRoutes {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("messages", use: list)
        router.post("messages/read") { _, _ in try Answer.json(await operations.readAllMessages()) }
        router.post("messages/:id/read") { _, context in
            try Answer.json(await operations.readMessage(try RequestReading.name("id", context)))
        }
        router.get("notify/outbox") { _, _ in try Answer.json(await operations.outbox()) }
        router.post("notify/channels/:name/test") { _, context in
            try Answer.json(await operations.testChannel(try RequestReading.name("name", context)))
        }
    }

    /// `?unread`, `severity`, `task`, `event`, `limit`, `before` as in ``NoticeQuery``.
    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = NoticeQuery(unreadOnly: try RequestReading.flag("unread", of: request))
        query.severity = try RequestReading.word("severity", of: request) ?? .info
        query.event = try RequestReading.word("event", of: request)
        if let limit = try RequestReading.number("limit", in: NoticeQuery.limits, of: request) { query.limit = limit }
        query.task = request.uri.queryParameters["task"].map(String.init)
        query.before = request.uri.queryParameters["before"].map(String.init)
        for name in [query.task, query.before].compactMap({ $0 }) { try RequestRule.name(name) }
        return try Answer.json(await operations.messages(query))
    }
}
