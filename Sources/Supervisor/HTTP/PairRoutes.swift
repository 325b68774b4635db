import Hummingbird
import SupervisorAPI
import SyncModel

/// `/pairs`.
struct PairRoutes {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("pairs") { _, _ in try Answer.json(PairList(pairs: await operations.pairs())) }
        router.post("pairs", use: create)
        router.get("pairs/:name") { _, context in try Answer.json(await operations.pair(try name(context))) }
        router.put("pairs/:name", use: configure)
        router.delete("pairs/:name") { _, context in
            let name = try name(context)
            return try Answer.json(Deleted(name, left: try await operations.deletePair(name)))
        }
        router.post("pairs/:name/verify") { _, context in
            let name = try name(context)
            return try Answer.json(await LongCall.untilShutdown { try await operations.verifyPair(name) })
        }
        router.get("pairs/:name/spec") { _, context in try Answer.json(await operations.pairSpec(try name(context))) }
        router.post("pairs/:name/start") { request, context in
            let name = try name(context)
            let start = try await RequestReading.optionalBody(StartRequest.self, of: request) ?? StartRequest()
            return try Answer.json(await LongCall.untilShutdown { try await operations.startPair(name, start) })
        }
        for action in SimpleAction.allCases {
            router.post("pairs/:name/\(action.rawValue)") { _, context in
                try Answer.json(await operations.perform(action, onPair: try name(context)))
            }
        }
    }

    private func name(_ context: APIContext) throws -> String { try RequestReading.name("name", context) }

    private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let pair = try await RequestReading.body(PairRequest.self, of: request)
        try pair.validate()
        return try Answer.json(await operations.createPair(pair), status: .created)
    }

    private func configure(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = try name(context)
        let pair = try await RequestReading.body(PairRequest.self, of: request)
        try pair.validate()
        try RequestRule.require(pair.spec.name == name, "name", "'\(pair.spec.name)'", "'\(name)', since a pair keeps its name")
        return try Answer.json(await operations.configurePair(name, as: pair))
    }
}
