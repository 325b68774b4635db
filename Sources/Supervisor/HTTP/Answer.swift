import FoundationEssentials
import Hummingbird
import Logging
import SupervisorAPI
import SyncModel

/// Makes answers in JSON.
enum Answer {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = ByteBuffer(bytes: try APICodec.encode(value))
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: bytes))
    }

    static func failure(_ failure: Failure) -> Response {
        let answer = try? json(ErrorBody(failure), status: failure.httpStatus)
        return answer ?? Response(status: failure.httpStatus)
    }
}

/// Turns whatever a route throws into the error body of the API.
struct ErrorAnswers<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Answer.failure(failure(for: error, request, context))
        }
    }

    private func failure(for error: any Error, _ request: Request, _ context: Context) -> Failure {
        switch error {
        case let failure as Failure:
            return failure
        case let error as any HTTPResponseError:
            return failure(for: error.status, request)
        case is CancellationError:
            return .stopping
        default:
            // The error's text may hold anything, so only its type is told.
            context.logger.error("request failed", metadata: ["error-type": "\(type(of: error))", "path": "\(request.uri.path)"])
            return Failure(
                .internalError, "the daemon could not answer", remedy: "see the daemon's log", kind: .permanent)
        }
    }

    private func failure(for status: HTTPResponse.Status, _ request: Request) -> Failure {
        switch status {
        case .notFound, .methodNotAllowed:
            Failure(
                .notFound, "\(request.method.rawValue) \(request.uri.path) is not part of the API",
                remedy: "use the API's version \(VersionView.current.api) as it is documented")
        case .contentTooLarge:
            Failure(
                .requestTooLarge, "the request is larger than \(RequestReading.bodyLimit) bytes", remedy: "send less at once")
        default:
            Failure(.invalidRequest, "the request cannot be understood", remedy: "correct the request")
        }
    }
}

extension Failure {
    static let stopping = Failure(
        .notReachable, "the daemon is stopping", remedy: "start it again with 'dts-supervisor serve'", kind: .transient)
}
