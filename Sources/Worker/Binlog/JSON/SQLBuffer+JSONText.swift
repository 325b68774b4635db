/// Binary JSON as the text that MySQL prints, byte for byte.
///
/// Source: `wrapper_to_string` and `double_quote` in MySQL's `sql-common/json_dom.cc`.
extension SQLBuffer {
    mutating func append(json document: JSONBinary) throws(DecodeError) {
        var budget = document.budget
        try append(json: document, &budget)
    }

    private mutating func append(json value: JSONBinary, _ budget: inout JSONBudget) throws(DecodeError) {
        try budget.enter(value)
        defer { budget.leave() }
        switch value.kind {
        case .null: append("null")
        case .boolean: append(value.bits == 0 ? "false" : "true")
        case .signed: append(decimal: Int64(bitPattern: value.bits))
        case .unsigned: append(decimal: value.bits)
        case .double: try append(jsonDouble: Double(bitPattern: value.bits))
        case .string: append(jsonString: value.bytes)
        case .opaque: try append(jsonOpaque: value)
        case .array:
            append(byte: UInt8(ascii: "["))
            for index in 0..<value.count {
                if index > 0 { append(", ") }
                try append(json: try value.element(index), &budget)
            }
            append(byte: UInt8(ascii: "]"))
        case .object:
            append(byte: UInt8(ascii: "{"))
            for index in 0..<value.count {
                if index > 0 { append(", ") }
                let key = try value.key(index)
                try budget.take(key.count)
                append(jsonString: key)
                append(": ")
                try append(json: try value.element(index), &budget)
            }
            append(byte: UInt8(ascii: "}"))
        }
    }

    /// A whole number gets `.0`, so that it stays a double.
    private mutating func append(jsonDouble value: Double) throws(DecodeError) {
        let start = count
        guard append(serverDouble: value) else { throw DecodeError(.invalid, "JSON number", at: 0) }
        for index in start..<count {
            let byte = byte(at: index)
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") { return }
        }
        append(".0")
    }

    private mutating func append(jsonString bytes: UnsafeRawBufferPointer) {
        append(byte: UInt8(ascii: "\""))
        reserve(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 8: append("\\b")
            case 9: append("\\t")
            case 10: append("\\n")
            case 12: append("\\f")
            case 13: append("\\r")
            case 0..<32:
                append("\\u00")
                append(byte: hexDigit(byte >> 4))
                append(byte: hexDigit(byte & 15))
            default: append(byte: byte)
            }
        }
        append(byte: UInt8(ascii: "\""))
    }

    private mutating func append(jsonOpaque value: JSONBinary) throws(DecodeError) {
        switch try JSONOpaque(value) {
        case .decimal(let format, let digits):
            guard append(decimal: digits, format) else { throw DecodeError(.invalid, "JSON decimal", at: 2) }
        case .date(let temporal):
            append(byte: UInt8(ascii: "\""))
            append(date: temporal)
            append(byte: UInt8(ascii: "\""))
        case .time(let temporal):
            append(byte: UInt8(ascii: "\""))
            append(time: temporal, fraction: 6)
            append(byte: UInt8(ascii: "\""))
        case .dateTime(let temporal), .timestamp(let temporal):
            append(byte: UInt8(ascii: "\""))
            append(dateTime: temporal, fraction: 6)
            append(byte: UInt8(ascii: "\""))
        case .bytes(.varString, let data): append(jsonString: data)
        case .bytes(let type, let data):
            append("\"base64:type")
            append(decimal: UInt64(type.rawValue))
            append(byte: UInt8(ascii: ":"))
            append(base64: data)
            append(byte: UInt8(ascii: "\""))
        }
    }

    /// Lines of 76 characters, parted by a line end, which JSON writes as `\n`.
    private mutating func append(base64 data: UnsafeRawBufferPointer) {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        alphabet.withUTF8Buffer { alphabet in
            var index = 0
            while index < data.count {
                if index > 0, index % 57 == 0 { append("\\n") }
                let group = min(data.count - index, 3)
                var bits = 0
                for offset in 0..<3 { bits = bits << 8 | (offset < group ? Int(data[index + offset]) : 0) }
                for position in 0..<4 {
                    append(byte: position <= group ? alphabet[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
                }
                index += 3
            }
        }
    }
}
