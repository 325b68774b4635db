package import FoundationEssentials

/// The JSON of the API: keys in snake case, sorted, so that equal values print equally.
package enum APICodec {
    package enum Layout: Sendable {
        case compact
        /// One field per line, for people.
        case indented
    }

    package static func encode(_ value: some Encodable, layout: Layout = .compact) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if layout == .indented { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    /// - Throws: `DecodingError` when the bytes are not JSON of that form. Unknown fields are not an error.
    package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(bytes))
    }
}
