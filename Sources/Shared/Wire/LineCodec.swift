import FoundationEssentials

/// Turns messages into lines of JSON and back. Keys are snake case on the wire.
package enum LineCodec {
    /// One line with its newline. JSON never holds a raw newline, so the line is whole.
    package static func encode(_ message: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var line = [UInt8](try encoder.encode(message))
        line.append(0x0A)
        return line
    }

    /// - Throws: `DecodingError` when the line is not JSON of that form; an unknown `type` is not an error.
    package static func decode<Message: Decodable>(_ type: Message.Type = Message.self, from line: some Sequence<UInt8>) throws -> Message {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Message.self, from: Data(line))
    }

    /// What a worker says.
    package static func decodeWorkerMessage(_ line: [UInt8]) throws(MessageProblem) -> WorkerMessage {
        let message: WorkerMessage
        do {
            message = try decode(WorkerMessage.self, from: line)
        } catch {
            throw MessageProblem(line, error)
        }
        if let problem = message.numberOutOfRange { throw problem }
        return message
    }
}
