import Hummingbird
import NIOCore
import Synchronization

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
        let end = BodyEnd()
        var watched = request
        watched.body = RequestBody(asyncSequence: WatchedBody(body: request.body, end: end))
        var response = try await next(watched, context)
        guard !end.isReached else { return response }
        let (answer, rest, channel) = (response.body, watched.body, context.channel)
        response.body = ResponseBody(contentLength: answer.contentLength) { writer in
            // Nobody who refuses to read the answer keeps the connection either.
            let closing = channel.eventLoop.scheduleTask(in: TimeAmount(timeLimit)) { channel.close(promise: nil) }
            defer { closing.cancel() }
            try await answer.write(writer)
            var count = 0
            for try await piece in rest {
                count += piece.readableBytes
                if count > Self.byteLimit { break }
            }
            if !end.isReached { channel.close(promise: nil) }
        }
        return response
    }

    private static func hasBody(_ request: Request) -> Bool {
        if request.headers[.transferEncoding] != nil { return true }
        return request.headers[.contentLength].flatMap { Int($0) }.map { $0 > 0 } ?? false
    }
}

/// Whether the whole body has been read.
private final class BodyEnd: Sendable {
    private let state = Mutex(false)

    var isReached: Bool { state.withLock { $0 } }

    func reach() { state.withLock { $0 = true } }
}

/// A body that says when it has been read to its end.
private struct WatchedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let end: BodyEnd

    struct AsyncIterator: AsyncIteratorProtocol {
        var iterator: RequestBody.AsyncIterator
        let end: BodyEnd

        mutating func next() async throws -> ByteBuffer? {
            // Behind the end comes the next request.
            if end.isReached { return nil }
            let piece = try await iterator.next()
            if piece == nil { end.reach() }
            return piece
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(iterator: body.makeAsyncIterator(), end: end) }
}
