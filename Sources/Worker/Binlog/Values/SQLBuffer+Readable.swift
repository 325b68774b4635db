/// Values for people to read, in conflict records.
extension SQLBuffer {
    /// Appends a value as text: numbers and temporals plain, text as it is, JSON as the server prints it, and bytes that
    /// are no text as `0x…`. Never throws: what cannot be read as its type is shown as bytes.
    package mutating func appendReadable(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) {
        let start = count
        do throws(DecodeError) {
            switch column.kind {
            case .geometry, .vector: return appendBytes(value)
            case .string, .fixedString:
                let isText = !column.isBinaryString && column.form != .mariaDBUUID && column.form != .mariaDBAddress
                if isText {
                    return SQLBuffer.isText(value) ? append(value) : appendBytes(value)
                }
                if column.form == .native { return appendBytes(value, padding: column.padding(value)) }
            default: break
            }
            try appendCanonical(column, value)
        } catch {
            truncate(to: start)
            appendBytes(value)
        }
    }

    /// The same for a value that may be missing.
    package mutating func appendReadable(_ column: ColumnLayout, _ value: ColumnValue) {
        switch value {
        case .absent: append("(not logged)")
        case .null: append("NULL")
        case .bytes(let bytes): appendReadable(column, bytes)
        case .jsonDifferences(let bytes): appendBytes(bytes)
        }
    }

    private mutating func appendBytes(_ value: UnsafeRawBufferPointer, padding: Int = 0) {
        append("0x")
        append(hex: value)
        append(repeating: UInt8(ascii: "0"), count: padding * 2)
    }

    /// Whether the bytes are UTF-8 without control characters other than tab and line ends.
    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return true
            case .error: return false
            case .scalarValue(let scalar):
                if scalar.value < 32, scalar != "\t", scalar != "\n", scalar != "\r" { return false }
            }
        }
    }
}
