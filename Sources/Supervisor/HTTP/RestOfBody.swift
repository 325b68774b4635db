import Hummingbird
import NIOCore

/// What is left of a request's body once it is answered is read, so that the connection can be used again, but only so much of it and for
/// so long: a request that was refused must not go on for ever. Then the connection is closed.
struct RestOfBody: RouterMiddleware {
    /// As much as the largest request that is taken.
    static let byteLimit = RequestReading.bodyLimit

    let timeLimit: Duration

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard Self.hasBody(request) else { return try await next(request, context) }
        let body = SharedBody(request.body)
        var shared = request
        shared.body = RequestBody(asyncSequence: SharedBodySequence(body: body))
        var response = try await next(shared, context)
        guard !body.isOver else { return response }
        let (answer, channel) = (response.body, context.channel)
        response.body = ResponseBody(contentLength: answer.contentLength) { writer in
            // An answer may have no end, as a log that is followed.
            try await answer.write(writer)
            let closing = channel.eventLoop.scheduleTask(in: TimeAmount(timeLimit)) { channel.close(promise: nil) }
            defer { closing.cancel() }
            var count = 0
            while count <= Self.byteLimit, let piece = try await body.next() { count += piece.readableBytes }
            if !body.isOver { channel.close(promise: nil) }
        }
        return response
    }

    private static func hasBody(_ request: Request) -> Bool {
        if request.headers[.transferEncoding] != nil { return true }
        return request.headers[.contentLength].flatMap { Int($0) }.map { $0 > 0 } ?? false
    }
}

/// A request's body, read by whoever wants it next; the server gives it out once only.
private final class SharedBody: @unchecked Sendable {
    // Sendable because one task after the other reads: who answers the request, then who reads the rest.
    private var iterator: RequestBody.AsyncIterator
    /// Whether the whole body has been read: behind it comes the next request.
    private(set) var isOver = false

    init(_ body: RequestBody) { iterator = body.makeAsyncIterator() }

    @concurrent func next() async throws -> ByteBuffer? {
        if isOver { return nil }
        let piece = try await iterator.next()
        if piece == nil { isOver = true }
        return piece
    }
}

private struct SharedBodySequence: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: SharedBody

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: SharedBody

        @concurrent mutating func next() async throws -> ByteBuffer? { try await body.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body) }
}
