import Hummingbird
import SupervisorAPI
import SyncModel

/// `/wait/NAME?for=GOAL&timeout=SECONDS`: answers when the goal is reached, the time is up or the reader has left.
struct WaitRoute {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("wait/:name", use: wait)
    }

    private func wait(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = try RequestReading.name("name", context)
        let word = request.uri.queryParameters["for"] ?? ""
        guard let goal = WaitGoal(String(word)) else {
            throw RequestReading.invalid("for", word, WaitGoal.words.joined(separator: ", "))
        }
        let seconds = try RequestReading.number("timeout", in: 0...(10 * 365 * 86400), of: request)
        let reached = try await LongCall.untilReaderLeaves(request) {
            try await LongCall.untilShutdown {
                try await LongCall.within(seconds.map { .seconds($0) }) {
                    try await operations.wait(for: goal, of: name)
                }
            }
        }
        guard let reached else {
            throw Failure(
                .timedOut,
                "'\(name)' has not reached '\(goal)' within \(seconds ?? 0) seconds",
                remedy: "look at 'task show' or 'pair show', or wait longer"
            )
        }
        return try Answer.json(reached)
    }
}
