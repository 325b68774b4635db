import HTTPTypes
import Hummingbird
import SupervisorAPI
import SupervisorTasks

/// Notes who makes the request, for the notices that tell of what came of it: a name for people, not a proof.
struct RequesterNote<Context: RequestContext>: RouterMiddleware {
    /// Whom a request comes from that does not say.
    let unnamed: String

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = HTTPField.Name(DataFolder.requesterHeader).flatMap { request.headers[$0] }
        let name = given.map { String($0.filter { $0.isLetter || $0.isNumber || "-_.@ ".contains($0) }.prefix(64)) } ?? ""
        return try await Requester.$current.withValue(name.isEmpty ? unnamed : name) { try await next(request, context) }
    }
}
