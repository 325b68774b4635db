/// Values as the bytes that a server sends for them in its text protocol.
extension SQLBuffer {
    /// Appends what the server sends for the column, selected in a session with `SET NAMES binary` and
    /// `time_zone='+00:00'`: YEAR as `column+0`, ENUM, SET and BIT as `column|0` (64 members make `+0` a rounded
    /// number), FLOAT and DOUBLE as `column*1e0` (which keeps the sign of -0), all others as they are. For
    /// FLOAT and DOUBLE the text may differ where servers differ; compare with ``matches(_:_:serverText:)``.
    package mutating func appendCanonical(
        _ column: ColumnLayout,
        _ value: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        let start = count
        do throws(DecodeError) {
            try canonical(column, value)
        } catch {
            truncate(to: start)
            throw error
        }
    }

    private mutating func canonical(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) throws(DecodeError) {
        switch column.kind {
        case .float, .double:
            guard append(serverDouble: try column.double(value)) else { throw column.invalid() }
        case .string, .fixedString:
            switch column.form {
            case .native, .utf8Text:
                append(value)
                append(repeating: 0, count: column.padding(value))
            case .mariaDBUUID: try append(mariaDBUUID: value, in: column)
            case .mariaDBAddress: try append(mariaDBAddress: value, in: column)
            }
        case .compressed: try append(mariaDBColumn: value)
        case .geometry, .vector: append(value)
        case .json: try append(json: try JSONBinary(document: value))
        default: try appendPlain(column, value)
        }
    }

    /// Numbers and temporals: the same in a literal (within quotes) and from the server.
    mutating func appendPlain(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) throws(DecodeError) {
        guard value.count == Int(column.width) else { throw column.invalid() }
        switch column.kind {
        case .signed:
            // The sign is in the top bit of the value's own width.
            let unused = UInt64(64 &- 8 &* value.count)
            let number = Int64(bitPattern: value.littleEndian(at: 0, count: value.count) &<< unused) &>> Int64(unused)
            append(decimal: number)
        case .unsigned, .member: append(decimal: value.littleEndian(at: 0, count: value.count))
        case .bit: append(decimal: value.bigEndian(at: 0, count: value.count))
        case .decimal:
            let format = DecimalFormat(precision: column.precision, scale: column.scale)
            guard append(decimal: value, format) else { throw column.invalid() }
        case .year: append(decimal: value[0] == 0 ? 0 : 1900 + UInt64(value[0]))
        case .date: append(date: Temporal(date: value))
        case .oldTime: append(time: Temporal(oldTime: value), fraction: 0)
        case .oldDateTime: append(dateTime: Temporal(oldDateTime: value), fraction: 0)
        case .time: append(time: Temporal(time: value, fraction: column.fraction), fraction: column.fraction)
        case .dateTime:
            append(dateTime: Temporal(dateTime: value, fraction: column.fraction), fraction: column.fraction)
        case .timestamp:
            let isNew = column.type == .timestamp2
            let temporal = Temporal(timestamp: value, fraction: column.fraction, isBigEndian: isNew)
            append(dateTime: temporal, fraction: column.fraction)
        case .null: append("NULL")
        default: throw column.invalid()
        }
    }
}
