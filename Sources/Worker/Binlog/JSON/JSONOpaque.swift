/// The values that JSON text cannot hold, as binary JSON keeps them: with the type of the column they came from.
///
/// Source: `Json_decimal`, `Json_datetime` and `Json_opaque` in MySQL's `sql-common/json_dom.cc`.
enum JSONOpaque {
    /// Precision, scale, then the digits as in a column.
    case decimal(DecimalFormat, UnsafeRawBufferPointer)
    case date(Temporal)
    case time(Temporal)
    case dateTime(Temporal)
    case timestamp(Temporal)
    /// Bytes of a BLOB, BINARY, VARBINARY, BIT, …
    case bytes(ColumnType, UnsafeRawBufferPointer)

    init(_ value: JSONBinary) throws(DecodeError) {
        let type = ColumnType(rawValue: UInt8(truncatingIfNeeded: value.bits))
        let data = value.bytes
        switch type {
        case .decimal:
            guard data.count >= 2, data[0] >= 1, data[0] <= 81, data[1] <= data[0] else {
                throw DecodeError(.invalid, "JSON decimal", at: 0)
            }
            let format = DecimalFormat(precision: Int(data[0]), scale: Int(data[1]))
            let digits = UnsafeRawBufferPointer(rebasing: data[2...])
            guard digits.count == format.size else { throw DecodeError(.invalid, "JSON decimal", at: 2) }
            self = .decimal(format, digits)
        case .date, .time, .dateTime, .timestamp:
            guard data.count == 8 else { throw DecodeError(.invalid, "JSON temporal value", at: 0) }
            let packed = Int64(bitPattern: data.littleEndian(at: 0, count: 8))
            let temporal = Temporal(packed: packed, isTime: type == .time)
            switch type {
            case .date: self = .date(temporal)
            case .time: self = .time(temporal)
            case .dateTime: self = .dateTime(temporal)
            default: self = .timestamp(temporal)
            }
        default: self = .bytes(type, data)
        }
    }
}
