import Hummingbird
import SupervisorAPI
import SyncModel

/// `/conflicts`.
struct ConflictRoutes {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("conflicts", use: list)
        router.get("conflicts/:id") { _, context in
            try Answer.json(await operations.conflict(try RequestReading.name("id", context)))
        }
        router.post("conflicts/resolve") { request, _ in
            let resolution = try await RequestReading.body(ResolveAllRequest.self, of: request)
            try RequestRule.name(resolution.of)
            return try Answer.json(await LongCall.untilShutdown { try await operations.resolveConflicts(resolution) })
        }
        router.post("conflicts/:id/resolve") { request, context in
            let id = try RequestReading.name("id", context)
            let resolution = try await RequestReading.body(ResolveRequest.self, of: request)
            return try Answer.json(await operations.resolveConflict(id, take: resolution.take))
        }
    }

    /// `?of=NAME`, and `unresolved`, `class`, `table`, `limit`, `before` as in ``ConflictQuery``.
    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let name = request.uri.queryParameters["of"].map(String.init) else {
            throw RequestReading.invalid("of", "", "the name of a task or pair")
        }
        try RequestRule.name(name)
        var query = ConflictQuery(unresolvedOnly: try RequestReading.flag("unresolved", of: request))
        query.kind = try RequestReading.word("class", of: request)
        query.table = request.uri.queryParameters["table"].map(String.init)
        if let limit = try RequestReading.number("limit", in: ConflictQuery.limits, of: request) { query.limit = limit }
        query.before = request.uri.queryParameters["before"].map(String.init)
        if let before = query.before { try RequestRule.name(before) }
        return try Answer.json(await operations.conflicts(of: name, query))
    }
}
