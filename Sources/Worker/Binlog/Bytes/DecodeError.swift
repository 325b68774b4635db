/// Bytes that are not what their format says, with the place where they stop making sense.
///
/// It never holds a value of a row: `what` names the field of the format, `offset` counts from the start of the event
/// (of the value, when a single value was decoded). The decoder that knows more fills in `eventType`, `position`,
/// `table` and `column`.
package struct DecodeError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// The bytes end before the field does.
        case truncated
        /// A length, a tag or a number has no meaning here.
        case invalid
        /// The CRC32 at the end of the event does not belong to it.
        case checksum
        /// Well formed, but cannot be carried over exactly.
        case unsupported
    }

    package var reason: Reason
    /// The field of the format.
    package var what: String
    package var offset: Int
    package var eventType: EventType?
    /// End position of the event in its binlog file, as its header says (32 bits).
    package var position: UInt32?
    /// `database.table`, once known.
    package var table: String?
    /// Index of the column, counted from 0.
    package var column: Int?

    package init(_ reason: Reason, _ what: String, at offset: Int, column: Int? = nil) {
        self.reason = reason
        self.what = what
        self.offset = offset
        self.column = column
    }

    package var description: String {
        var text =
            switch reason {
            case .truncated: "binlog data ends inside \(what)"
            case .invalid: "binlog data is invalid: \(what)"
            case .checksum: "binlog checksum does not match: \(what)"
            case .unsupported: "not supported: \(what)"
            }
        text += ", byte \(offset)"
        if let eventType { text += " of \(eventType)" }
        if let position { text += " ending at \(position)" }
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column + 1)" }
        return text
    }
}
