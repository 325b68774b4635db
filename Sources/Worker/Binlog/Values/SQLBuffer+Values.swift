extension SQLBuffer {
    package mutating func appendLiteral(
        _ column: ColumnLayout, _ value: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        throw DecodeError(.unsupported, "literal", at: 0)
    }

    package mutating func appendLiteral(_ column: ColumnLayout, _ value: ColumnValue) throws(DecodeError) {
        switch value {
        case .null: append("NULL")
        case .bytes(let bytes): try appendLiteral(column, bytes)
        case .absent: throw DecodeError(.unsupported, "column that the row image does not have", at: 0)
        case .jsonDifferences: throw DecodeError(.unsupported, "partial JSON update", at: 0)
        }
    }

    package mutating func appendCanonical(
        _ column: ColumnLayout, _ value: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        throw DecodeError(.unsupported, "canonical text", at: 0)
    }

    package mutating func appendReadable(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) {}
}

extension ColumnLayout {
    package func matches(
        _ value: UnsafeRawBufferPointer, serverText: UnsafeRawBufferPointer
    ) throws(DecodeError) -> Bool { false }
}
