import Synchronization

/// Makes HTTP calls and sends mails, each on a thread of its own, since libcurl blocks. Cancelling the task ends its call within a second.
package struct CurlClient: Sendable {
    package init() {}

    /// - Throws: ``CurlError``, or `CancellationError`. An HTTP status that means failure is not an error.
    package func call(_ call: HTTPCall) async throws -> HTTPAnswer {
        let body = Mutex<[UInt8]>([])
        let cutAt = Mutex<Int?>(nil)
        let end = try await run(call) { piece, status in
            body.withLock { body in
                let room = call.maximumAnswerSize - body.count
                body.append(contentsOf: piece.prefix(room))
                guard piece.count > room else { return true }
                cutAt.withLock { $0 = status }
                return false
            }
        }
        if let end { return HTTPAnswer(status: end.status, body: body.withLock { $0 }, retryAfter: end.retryAfter) }
        guard call.cutsLargeAnswer, let status = cutAt.withLock({ $0 }) else {
            throw CurlError(.answerTooLarge, "the answer is larger than \(call.maximumAnswerSize) bytes")
        }
        return HTTPAnswer(status: status, body: body.withLock { $0 })
    }

    /// Hands every piece of the body on as it arrives, on the transfer's thread.
    /// - Parameter take: gets the piece and the answer's HTTP status; returning false ends the transfer.
    /// - Returns: the status; nil when `take` ended the transfer.
    package func stream(
        _ call: HTTPCall,
        take: @escaping @Sendable (_ piece: [UInt8], _ status: Int) -> Bool
    ) async throws -> Int? {
        try await run(call) { piece, status in take([UInt8](piece), status) }?.status
    }

    /// Hands a mail to a mail server.
    ///
    /// - Throws: ``MailFailure`` when the server took it for none of the recipients, or `CancellationError`.
    package func send(_ mail: MailCall) async throws -> MailAnswer {
        try await cancellable { isCancelled in try CurlHandle().send(mail, isCancelled: isCancelled) }
    }

    private func run(
        _ call: HTTPCall,
        take: @escaping @Sendable (UnsafeRawBufferPointer, Int) -> Bool
    ) async throws -> HTTPEnd? {
        let ended = Flag()
        return try await cancellable { isCancelled in
            do throws(CurlError) {
                let receiver = Receiver { piece, status in
                    guard take(piece, status) else {
                        ended.raise()
                        return false
                    }
                    return true
                } isCancelled: {
                    isCancelled()
                }
                return try CurlHandle().perform(call, receiver: receiver)
            } catch {
                if ended.isRaised, !isCancelled() { return nil }
                throw error
            }
        }
    }

    /// Runs a transfer on a thread of its own. Whatever it throws after it was cancelled is a `CancellationError`.
    private func cancellable<Value: Sendable>(
        _ transfer: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let cancelled = Flag()
        return try await withTaskCancellationHandler {
            try await BlockingThread.run {
                do { return try transfer { cancelled.isRaised } } catch {
                    if cancelled.isRaised { throw CancellationError() }
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
