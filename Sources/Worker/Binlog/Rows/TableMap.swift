/// The definition of a table as a TABLE_MAP gives it: what the row events after it with the same table id mean.
///
/// It is immutable and shared: the decoder hands out the same object again for an event with the same bytes, so that a
/// reader can tell by identity that nothing changed.
/// Source: MySQL internals manual, "TABLE_MAP_EVENT"; `Table_map_event` in `rows_event.h`.
package final class TableMap: Sendable {
    package let tableID: UInt64
    package let flags: UInt16
    package let database: String
    package let table: String
    package let columns: [Column]
    /// Columns of the primary key and how many characters of each; nil when the event does not say.
    package let primaryKey: [KeyPart]?
    /// Whether the event tells which columns are unsigned. When not, the schema has to.
    package let hasSignedness: Bool
    /// Whether the event tells the character sets. When not, the schema has to.
    package let hasCharacterSets: Bool
    /// Whether the event names the columns (`binlog_row_metadata=FULL`).
    package let hasColumnNames: Bool
    /// The event after its header, without checksum.
    private let body: [UInt8]

    package struct Column: Sendable, Hashable {
        /// The real type: ENUM and SET instead of the CHAR that carries them.
        package var type: ColumnType
        /// What the type needs to be read, see ``ColumnLayout/meta``.
        package var meta: UInt16
        package var nullable: Bool
        /// Meaningful when the map has signedness.
        package var unsigned = false
        /// Collation id; nil when the event does not say or the type has none.
        package var collation: UInt16?
        package var name: String?
        package var visible = true
        /// The members of an ENUM or SET, in the column's character set.
        package var members: [[UInt8]]?
        package var geometryType: UInt8?
        package var vectorDimension: Int?
    }

    package struct KeyPart: Sendable, Hashable {
        package let column: Int
        /// Bytes or characters of the prefix; 0: the whole column.
        package let prefix: Int
    }

    package var name: String { "\(database).\(table)" }

    /// - Parameters:
    ///   - event: the event with header, without checksum.
    ///   - isMariaDB: of the server that wrote it.
    package init(event: UnsafeRawBufferPointer, postHeaderLength: Int = 8, isMariaDB: Bool = false) throws(DecodeError) {
        var reader = ByteReader(event, context: "table map")
        try reader.skip(EventHeader.size)
        body = [UInt8](UnsafeRawBufferPointer(rebasing: event[EventHeader.size...]))
        tableID = try reader.readUInt(bytes: postHeaderLength == 6 ? 4 : 6)
        flags = try reader.readUInt16()
        if postHeaderLength > 8 { try reader.skip(postHeaderLength - 8) }
        database = try reader.readString(try reader.readPackedCount())
        try reader.skip(1)
        table = try reader.readString(try reader.readPackedCount())
        try reader.skip(1)
        let count = try reader.readPackedCount()
        guard count <= 4096 else { throw reader.error(.invalid, "\(count) columns") }
        let types = try reader.take(count)
        let metaLength = try reader.readPackedCount()
        let metaOrigin = reader.origin + reader.offset
        var meta = ByteReader(try reader.take(metaLength), context: "column metadata", origin: metaOrigin)
        let nullBits = try reader.take((count + 7) / 8)
        var columns: [Column] = []
        columns.reserveCapacity(count)
        for index in 0..<count {
            let nullable = nullBits[index / 8] & 1 << UInt8(index % 8) != 0
            columns.append(
                try Column(type: ColumnType(rawValue: types[index]), nullable: nullable, reading: &meta, index)
            )
        }
        guard meta.isAtEnd else { throw meta.error(.invalid, "length") }
        var optional = OptionalMetadata(columns: columns, isMariaDB: isMariaDB)
        try optional.read(&reader)
        self.columns = optional.columns
        primaryKey = optional.primaryKey
        hasSignedness = optional.hasSignedness
        hasCharacterSets = optional.hasCharacterSets
        hasColumnNames = optional.hasColumnNames
    }

    /// Whether the event's body (after the header, without checksum) is the very one this was made from.
    package func hasBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        body.withUnsafeBytes { $0.equals(bytes) }
    }

    /// Whether both define the same columns for the same table, whatever their ids.
    package func hasSameDefinition(as other: TableMap) -> Bool {
        if self === other { return true }
        guard body.count == other.body.count, body.count >= 8 else { return false }
        return body.withUnsafeBytes { left in
            other.body.withUnsafeBytes { right in
                UnsafeRawBufferPointer(rebasing: left[8...]).equals(UnsafeRawBufferPointer(rebasing: right[8...]))
            }
        }
    }
}

extension TableMap.Column {
    /// Reads the metadata of one column; how many bytes depends on the type.
    /// Source: `Field::save_field_metadata` of each type; `table_def` in `rpl_utility.cc`.
    init(type: ColumnType, nullable: Bool, reading meta: inout ByteReader, _ index: Int) throws(DecodeError) {
        self.nullable = nullable
        self.type = type
        switch type {
        case .float, .double, .timestamp2, .dateTime2, .time2:
            self.meta = UInt16(try meta.readUInt8())
        case .tinyBlob, .mediumBlob, .longBlob, .blob, .blobCompressed, .json, .geometry, .vector:
            self.meta = UInt16(try meta.readUInt8())
        case .varchar, .varcharCompressed:
            self.meta = try meta.readUInt16()
        case .bit:
            let extra = UInt16(try meta.readUInt8())
            self.meta = UInt16(try meta.readUInt8()) * 8 + extra
        case .decimal:
            let precision = UInt16(try meta.readUInt8())
            self.meta = precision << 8 | UInt16(try meta.readUInt8())
        case .string, .varString, .enumeration, .set:
            let first = try meta.readUInt8()
            let second = try meta.readUInt8()
            let real = ColumnType(rawValue: first)
            if real.isEnumOrSet {
                self.type = real
                self.meta = UInt16(second)
            } else if first & 0x30 != 0x30 {
                // Lengths above 255: two bits of the length are hidden, inverted, in the type byte.
                self.type = ColumnType(rawValue: first | 0x30)
                self.meta = UInt16((first & 0x30) ^ 0x30) << 4 | UInt16(second)
            } else {
                self.type = real
                self.meta = UInt16(second)
            }
        case .oldDecimal, .tiny, .short, .long, .null, .timestamp, .longLong, .int24, .date, .time, .dateTime, .year,
            .newDate:
            self.meta = 0
        default:
            throw DecodeError(.unsupported, "column \(type)", at: meta.origin + meta.offset, column: index)
        }
    }
}
