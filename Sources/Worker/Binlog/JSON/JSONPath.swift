/// A path to one place of a document, as differences of documents have it: `$.name[3]."a name"[last-1]`.
///
/// Source: `Json_path_leg::to_string` in MySQL's `sql-common/json_path.cc`; wildcards never occur in differences.
struct JSONPath {
    enum Leg {
        /// A member of an object, in UTF-8.
        case member([UInt8])
        /// An element of an array, counted from 0.
        case cell(Int)
        /// An element of an array, counted from 0 backwards.
        case cellFromEnd(Int)
    }

    private(set) var legs: [Leg] = []

    init(_ text: UnsafeRawBufferPointer) throws(DecodeError) {
        var reader = ByteReader(text, context: "JSON path")
        guard try reader.readUInt8() == UInt8(ascii: "$") else { throw reader.error(.invalid) }
        while !reader.isAtEnd {
            switch try reader.readUInt8() {
            case UInt8(ascii: "."): legs.append(.member(try JSONPath.member(&reader)))
            case UInt8(ascii: "["): legs.append(try JSONPath.cell(&reader))
            default: throw reader.error(.invalid)
            }
        }
    }

    private static func peek(_ reader: ByteReader) -> UInt8? { reader.isAtEnd ? nil : reader.bytes[reader.offset] }

    private static func member(_ reader: inout ByteReader) throws(DecodeError) -> [UInt8] {
        if peek(reader) == UInt8(ascii: "\"") {
            try reader.skip(1)
            return try quoted(&reader)
        }
        var name: [UInt8] = []
        while let byte = peek(reader), byte != UInt8(ascii: "."), byte != UInt8(ascii: "[") {
            name.append(byte)
            try reader.skip(1)
        }
        guard !name.isEmpty else { throw reader.error(.invalid, "name") }
        return name
    }

    /// A JSON string behind its first quote.
    private static func quoted(_ reader: inout ByteReader) throws(DecodeError) -> [UInt8] {
        var name: [UInt8] = []
        while true {
            let byte = try reader.readUInt8()
            if byte == UInt8(ascii: "\"") { return name }
            guard byte == UInt8(ascii: "\\") else {
                name.append(byte)
                continue
            }
            switch try reader.readUInt8() {
            case UInt8(ascii: "b"): name.append(8)
            case UInt8(ascii: "t"): name.append(9)
            case UInt8(ascii: "n"): name.append(10)
            case UInt8(ascii: "f"): name.append(12)
            case UInt8(ascii: "r"): name.append(13)
            case UInt8(ascii: "u"):
                // The server escapes control characters only.
                guard let code = UInt8(try reader.readString(4), radix: 16), code < 128 else {
                    throw reader.error(.invalid, "escape")
                }
                name.append(code)
            case let other: name.append(other)
            }
        }
    }

    /// A number in brackets, behind the opening one.
    private static func cell(_ reader: inout ByteReader) throws(DecodeError) -> Leg {
        var text: [UInt8] = []
        while true {
            let byte = try reader.readUInt8()
            if byte == UInt8(ascii: "]") { break }
            text.append(byte)
        }
        let word = String(decoding: text, as: UTF8.self)
        if word == "last" { return .cellFromEnd(0) }
        let isFromEnd = word.hasPrefix("last-")
        guard let number = UInt32(isFromEnd ? word.dropFirst(5) : word[...]) else {
            throw reader.error(.invalid, "index")
        }
        return isFromEnd ? .cellFromEnd(Int(number)) : .cell(Int(number))
    }
}
