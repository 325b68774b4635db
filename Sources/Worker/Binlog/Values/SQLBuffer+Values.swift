/// Values as SQL literals that store exactly the same value again.
///
/// The session they are made for: `SET NAMES binary`, `time_zone='+00:00'`, a `sql_mode` with NO_AUTO_VALUE_ON_ZERO and
/// without NO_BACKSLASH_ESCAPES, NO_ZERO_DATE and NO_ZERO_IN_DATE.
extension SQLBuffer {
    /// Appends the literal of a value, `NULL` for NULL.
    ///
    /// - Throws: `DecodeError` when the bytes are no value of the column, when there is no value, or when no literal
    ///   stores the value exactly. What was appended before the error is taken back.
    package mutating func appendLiteral(_ column: ColumnLayout, _ value: ColumnValue) throws(DecodeError) {
        switch value {
        case .null: append("NULL")
        case .bytes(let bytes): try appendLiteral(column, bytes)
        case .absent: throw DecodeError(.unsupported, "column that the row image does not have", at: 0)
        case .jsonDifferences: throw DecodeError(.unsupported, "partial JSON update", at: 0)
        }
    }

    /// Appends the literal of a value that is not NULL.
    package mutating func appendLiteral(
        _ column: ColumnLayout,
        _ value: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        let start = count
        do throws(DecodeError) {
            try literal(column, value)
        } catch {
            truncate(to: start)
            throw error
        }
    }

    private mutating func literal(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) throws(DecodeError) {
        switch column.kind {
        case .signed, .unsigned, .decimal, .year, .bit, .member, .null:
            try appendPlain(column, value)
        case .float, .double:
            guard append(approximate: try column.double(value)) else { throw column.invalid() }
        case .date, .oldTime, .oldDateTime, .timestamp, .time, .dateTime:
            append(byte: UInt8(ascii: "'"))
            try appendPlain(column, value)
            append(byte: UInt8(ascii: "'"))
        case .string, .fixedString:
            try literalString(column, value)
        case .compressed:
            var plain = SQLBuffer(capacity: value.count * 4)
            try plain.append(mariaDBColumn: value)
            try plain.withUnsafeBytes { bytes throws(DecodeError) in try literalString(column, bytes) }
        case .geometry, .vector:
            append("x'")
            append(hex: value)
            append(byte: UInt8(ascii: "'"))
        case .json:
            let document = try JSONBinary(document: value)
            let isText = column.form == .utf8Text ? true : try document.isExactAsText()
            guard isText else { return try append(expression: document) }
            append(column.form == .utf8Text ? "_utf8mb4'" : "CAST(_utf8mb4'")
            let start = count
            try append(json: document)
            escapeText(from: start)
            append(column.form == .utf8Text ? "'" : "' AS JSON)")
        }
    }

    private mutating func literalString(
        _ column: ColumnLayout,
        _ value: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        switch column.form {
        case .native:
            append(byte: UInt8(ascii: "'"))
            append(escaped: value)
            // The log leaves out trailing zeros of BINARY(n); a comparison needs them.
            let padding = column.padding(value)
            for _ in 0..<padding { append("\\0") }
            append(byte: UInt8(ascii: "'"))
        case .utf8Text:
            append("_utf8mb4")
            append(quoted: value)
        case .mariaDBUUID:
            // A binary string would be taken as bytes, hence the character set.
            append("_latin1'")
            try append(mariaDBUUID: value, in: column)
            append(byte: UInt8(ascii: "'"))
        case .mariaDBAddress:
            append("x'")
            append(hex: value)
            append(repeating: UInt8(ascii: "0"), count: column.addressPadding(value) * 2)
            append(byte: UInt8(ascii: "'"))
        }
    }
}

extension ColumnLayout {
    func invalid() -> DecodeError { DecodeError(.invalid, "value of a column \(type)", at: 0) }

    /// The bytes that the log leaves out at the end of a BINARY(n).
    func padding(_ value: UnsafeRawBufferPointer) -> Int {
        guard kind == .fixedString, isBinaryString else { return 0 }
        return max(Int(meta) - value.count, 0)
    }

    /// The same for UUID and INET types of MariaDB, which the log shows as strings of fixed length.
    func addressPadding(_ value: UnsafeRawBufferPointer) -> Int {
        kind == .fixedString ? max(Int(meta) - value.count, 0) : 0
    }

    /// FLOAT as the double of the same value.
    package func double(_ value: UnsafeRawBufferPointer) throws(DecodeError) -> Double {
        guard value.count == Int(width) else { throw invalid() }
        if width == 4 {
            let bits = UInt32(truncatingIfNeeded: value.littleEndian(at: 0, count: 4))
            return Double(Float(bitPattern: bits))
        }
        return Double(bitPattern: value.littleEndian(at: 0, count: 8))
    }
}

extension SQLBuffer {
    /// Appends a compressed column of MariaDB: a zero byte and the bytes as they are, or compressed bytes.
    /// Source: `Field_longstr::uncompress` in `sql/field.cc`.
    mutating func append(mariaDBColumn value: UnsafeRawBufferPointer) throws(DecodeError) {
        guard let first = value.first else { return }
        if first == 0 {
            append(UnsafeRawBufferPointer(rebasing: value[1...]))
        } else {
            try append(mariaDBCompressed: value)
        }
    }
}
