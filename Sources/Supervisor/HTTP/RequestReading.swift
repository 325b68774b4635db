import Hummingbird
import SupervisorAPI
import SyncModel

/// Reads the parts of a request and says what is wrong with them.
enum RequestReading {
    /// Room for a task with as many tables as a worker can be told of; see `LineLimit`.
    static let bodyLimit = 16 << 20

    static func body<Value: Decodable>(_ type: Value.Type = Value.self, of request: Request) async throws -> Value {
        try value(type, in: await request.body.collect(upTo: bodyLimit))
    }

    /// - Returns: nil when there is no body.
    static func optionalBody<Value: Decodable>(_ type: Value.Type, of request: Request) async throws -> Value? {
        let bytes = try await request.body.collect(upTo: bodyLimit)
        return bytes.readableBytes == 0 ? nil : try value(type, in: bytes)
    }

    private static func value<Value: Decodable>(_ type: Value.Type, in bytes: ByteBuffer) throws -> Value {
        do {
            return try APICodec.decode(type, from: bytes.readableBytesView)
        } catch let error as DecodingError {
            throw Failure(.invalidRequest, describe(error), remedy: "correct the request")
        }
    }

    /// A name or identifier from the path, safe to be used as a file name.
    static func name(_ parameter: String, _ context: some RequestContext) throws -> String {
        let name = try context.parameters.require(parameter)
        try RequestRule.name(name)
        return name
    }

    static func flag(_ name: Substring, of request: Request) throws -> Bool {
        guard let text = request.uri.queryParameters[name] else { return false }
        switch text {
        case "true", "": return true
        case "false": return false
        default: throw invalid(name, text, "true, false")
        }
    }

    static func number(_ name: Substring, in range: ClosedRange<Int>, of request: Request) throws -> Int? {
        guard let text = request.uri.queryParameters[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw invalid(name, text, "a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Returns: nil when it is not there.
    static func word<Word: RawRepresentable & CaseIterable>(_ name: Substring, of request: Request) throws -> Word?
    where Word.RawValue == String {
        guard let text = request.uri.queryParameters[name] else { return nil }
        guard let word = Word(rawValue: String(text)) else {
            throw invalid(name, text, Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    static func invalid(_ field: Substring, _ found: Substring, _ allowed: String) -> Failure {
        Failure(
            .invalidRequest,
            "\(field): found '\(found.prefix(80))'; allowed: \(allowed)",
            remedy: "correct the request"
        )
    }

    /// Only paths and names of fields: the values may be passwords.
    private static func describe(_ error: DecodingError) -> String {
        func path(_ keys: [any CodingKey]) -> String {
            keys.isEmpty
                ? "the body" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])): missing"
        case .valueNotFound(_, let context): "\(path(context.codingPath)): found nothing"
        case .typeMismatch(_, let context): "\(path(context.codingPath)): found a value of another type"
        case .dataCorrupted(let context): "\(path(context.codingPath)): not valid JSON, or a value that is not allowed"
        @unknown default: "the body cannot be understood"
        }
    }
}
