import Synchronization

/// Gathers the body of an answer that is not the stream that was asked for.
final class Refusal: Sendable {
    private static let limit = 1 << 16
    private let body = Mutex<[UInt8]>([])

    var bytes: [UInt8] { body.withLock { $0 } }

    func append(_ piece: [UInt8]) {
        body.withLock { body in
            if body.count + piece.count <= Self.limit { body.append(contentsOf: piece) }
        }
    }
}
