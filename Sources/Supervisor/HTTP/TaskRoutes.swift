import Hummingbird
import ServiceLifecycle
import SupervisorAPI
import SyncModel

/// `/tasks`.
struct TaskRoutes {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("tasks") { _, _ in try Answer.json(TaskList(tasks: await operations.tasks())) }
        router.post("tasks", use: create)
        router.get("tasks/:name") { _, context in try Answer.json(await operations.task(try name(context))) }
        router.put("tasks/:name", use: configure)
        router.delete("tasks/:name") { _, context in
            let name = try name(context)
            return try Answer.json(Deleted(name, left: try await operations.deleteTask(name)))
        }
        router.get("tasks/:name/spec") { _, context in try Answer.json(await operations.taskSpec(try name(context))) }
        router.get("tasks/:name/logs", use: logs)
        router.post("tasks/:name/limit", use: limit)
        router.get("tasks/:name/definitions") { _, context in
            let name = try name(context)
            return try Answer.json(await LongCall.untilShutdown { try await operations.definitions(ofTask: name) })
        }
        router.post("tasks/:name/adopt-definitions") { _, context in
            let name = try name(context)
            return try Answer.json(await LongCall.untilShutdown { try await operations.adoptDefinitions(ofTask: name) })
        }
        router.post("tasks/:name/skip-statement") { _, context in
            try Answer.json(await operations.skipStatement(ofTask: try name(context)))
        }
        router.post("tasks/:name/replace-statement") { request, context in
            let replacement = try await RequestReading.body(ReplaceStatementRequest.self, of: request)
            try replacement.validate()
            return try Answer.json(await operations.replaceStatement(ofTask: try name(context), with: replacement))
        }
        router.post("tasks/:name/verify") { _, context in
            let name = try name(context)
            return try Answer.json(await LongCall.untilShutdown { try await operations.verifyTask(name) })
        }
        router.post("tasks/:name/test-connection") { _, context in
            let name = try name(context)
            return try Answer.json(await LongCall.untilShutdown { try await operations.testConnection(ofTask: name) })
        }
        router.post("tasks/:name/start") { request, context in
            let name = try name(context)
            let start = try await RequestReading.optionalBody(StartRequest.self, of: request) ?? StartRequest()
            return try Answer.json(await LongCall.untilShutdown { try await operations.startTask(name, start) })
        }
        router.post("tasks/:name/skip-check") { request, context in
            let skip = try await RequestReading.body(SkipCheckRequest.self, of: request)
            return try Answer.json(await operations.skipCheck(skip, ofTask: try name(context)))
        }
        router.post("tasks/:name/rename") { request, context in
            let rename = try await RequestReading.body(RenameRequest.self, of: request)
            try rename.validate()
            return try Answer.json(await operations.renameTask(try name(context), to: rename))
        }
        router.post("tasks/:name/similar") { request, context in
            let similar = try await RequestReading.optionalBody(SimilarRequest.self, of: request) ?? SimilarRequest()
            try similar.validate()
            return try Answer.json(await operations.createTask(like: try name(context), similar), status: .created)
        }
        for action in SimpleAction.allCases {
            router.post("tasks/:name/\(action.rawValue)") { _, context in
                try Answer.json(await operations.perform(action, onTask: try name(context)))
            }
        }
    }

    private func name(_ context: APIContext) throws -> String { try RequestReading.name("name", context) }

    private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let task = try await RequestReading.body(TaskRequest.self, of: request)
        try task.validate()
        return try Answer.json(await operations.createTask(task), status: .created)
    }

    private func configure(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = try name(context)
        let task = try await RequestReading.body(TaskRequest.self, of: request)
        try task.validate()
        try RequestRule.require(
            task.spec.name == name,
            "name",
            "'\(task.spec.name)'",
            "'\(name)', since a task keeps its name"
        )
        return try Answer.json(await operations.configureTask(name, as: task))
    }

    private func limit(_ request: Request, _ context: APIContext) async throws -> Response {
        let limits = try await RequestReading.body(LimitRequest.self, of: request)
        try limits.validate()
        return try Answer.json(await operations.limitTask(try name(context), to: limits))
    }

    /// Plain text, sent piece by piece; with `follow` until the reader or the daemon ends.
    private func logs(_ request: Request, _ context: APIContext) async throws -> Response {
        let follow = try RequestReading.flag("follow", of: request)
        let lines = try RequestReading.number("lines", in: 0...1_000_000, of: request)
        let pieces = try await operations.taskLogs(try name(context), lines: lines, follow: follow)
        let body = ResponseBody { writer in
            try await LongCall.untilReaderLeaves(request) {
                try await send(pieces, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: body
        )
    }

    @concurrent private func send(
        _ pieces: some AsyncSequence<[UInt8], any Error> & Sendable,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        for try await piece in pieces.cancelOnGracefulShutdown() { try await writer.write(ByteBuffer(bytes: piece)) }
    }
}
