import Hummingbird
import SupervisorAPI
import SyncModel

/// Refuses a query parameter that the path does not know: one that is mistyped would otherwise be left out without a word.
struct KnownParameters<Context: RequestContext>: RouterMiddleware {
    /// By the path as its route has it; all others know none.
    static var byPath: [String: [String]] {
        [
            "/api/v1/tasks/{name}/logs": ["follow", "lines"],
            "/api/v1/conflicts": ["of", "unresolved", "class", "table", "limit", "before"],
            "/api/v1/wait/{name}": ["for", "timeout"],
            "/api/v1/messages": ["unread", "severity", "task", "event", "limit", "before"],
            "/api/v1/billing/usage": ["month", "task"],
        ]
    }

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = request.uri.queryParameters.map(\.key)
        guard !given.isEmpty, let path = context.endpointPath else { return try await next(request, context) }
        let known = Self.byPath[path] ?? []
        guard let unknown = given.first(where: { !known.contains(String($0)) }) else { return try await next(request, context) }
        throw Failure(
            .invalidRequest, "'\(unknown.prefix(80))' is no parameter of \(request.uri.path)",
            remedy: known.isEmpty ? "leave it out: there are none" : "there are: \(known.joined(separator: ", "))")
    }
}
