import Synchronization

/// Makes HTTP calls, each on a thread of its own, since libcurl blocks. Cancelling the task ends its call within a second.
package struct CurlClient: Sendable {
    package init() {}

    /// - Throws: ``CurlError``, or `CancellationError`. An HTTP status that means failure is not an error.
    package func call(_ call: HTTPCall) async throws -> HTTPAnswer {
        let body = Mutex<[UInt8]>([])
        let status = try await run(call) { piece, _ in
            body.withLock { body in
                guard body.count + piece.count <= call.maximumAnswerSize else { return false }
                body.append(contentsOf: piece)
                return true
            }
        }
        guard let status else {
            throw CurlError(.answerTooLarge, "the answer is larger than \(call.maximumAnswerSize) bytes")
        }
        return HTTPAnswer(status: status, body: body.withLock { $0 })
    }

    /// Hands every piece of the body on as it arrives, on the transfer's thread.
    /// - Parameter take: gets the piece and the answer's HTTP status; returning false ends the transfer.
    /// - Returns: the status; nil when `take` ended the transfer.
    package func stream(
        _ call: HTTPCall, take: @escaping @Sendable (_ piece: [UInt8], _ status: Int) -> Bool
    ) async throws -> Int? {
        try await run(call) { piece, status in take([UInt8](piece), status) }
    }

    private func run(
        _ call: HTTPCall, take: @escaping @Sendable (UnsafeRawBufferPointer, Int) -> Bool
    ) async throws -> Int? {
        let cancelled = Flag(), ended = Flag()
        return try await withTaskCancellationHandler {
            try await BlockingThread.run { () throws -> Int? in
                do throws(CurlError) {
                    let receiver = Receiver { piece, status in
                        guard take(piece, status) else {
                            ended.raise()
                            return false
                        }
                        return true
                    } isCancelled: {
                        cancelled.isRaised
                    }
                    return try CurlHandle().perform(call, receiver: receiver)
                } catch {
                    if cancelled.isRaised { throw CancellationError() }
                    if ended.isRaised { return nil }
                    throw error
                }
            }
        } onCancel: {
            cancelled.raise()
        }
    }
}

/// Raised once, read from any thread.
private final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
}
