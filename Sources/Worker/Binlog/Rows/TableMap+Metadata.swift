/// The tagged fields at the end of a TABLE_MAP: signedness always, names and more with `binlog_row_metadata=FULL`.
///
/// Source: `Table_map_event::Optional_metadata_field_type` in MySQL's `rows_event.h`, which documents each field;
/// MariaDB uses the same tags. Unknown tags are passed over: they have a length.
struct OptionalMetadata {
    private(set) var columns: [TableMap.Column]
    private(set) var primaryKey: [TableMap.KeyPart]?
    private(set) var hasSignedness = false
    private(set) var hasCharacterSets = false
    private(set) var hasColumnNames = false

    /// MariaDB counts geometries among the columns that have a character set.
    private let isMariaDB: Bool

    init(columns: [TableMap.Column], isMariaDB: Bool) {
        self.columns = columns
        self.isMariaDB = isMariaDB
    }

    private func hasCharacterSet(_ type: ColumnType) -> Bool { type.hasCharacterSet || isMariaDB && type == .geometry }

    mutating func read(_ outer: inout ByteReader) throws(DecodeError) {
        while !outer.isAtEnd {
            let tag = try outer.readUInt8()
            let length = try outer.readPackedCount()
            let origin = outer.origin + outer.offset
            var field = ByteReader(try outer.take(length), context: "table metadata \(tag)", origin: origin)
            switch tag {
            case 1: try readSignedness(&field)
            case 2: try readDefaultCollation(&field, isOfText: true)
            case 3: try readCollations(&field, isOfText: true)
            case 4: try readNames(&field)
            case 5: try readMembers(&field, of: .set)
            case 6: try readMembers(&field, of: .enumeration)
            case 7: try readGeometryTypes(&field)
            case 8: try readPrimaryKey(&field, withPrefix: false)
            case 9: try readPrimaryKey(&field, withPrefix: true)
            case 10: try readDefaultCollation(&field, isOfText: false)
            case 11: try readCollations(&field, isOfText: false)
            case 12: try readVisibility(&field)
            case 13: try readVectorDimensions(&field)
            default: break
            }
        }
    }

    private func indices(_ belongs: (ColumnType) -> Bool) -> [Int] {
        columns.indices.filter { belongs(columns[$0].type) }
    }

    private mutating func readSignedness(_ field: inout ByteReader) throws(DecodeError) {
        hasSignedness = true
        let bits = field.takeRest()
        for (bit, column) in indices(\.hasSignedness).enumerated() {
            guard bit / 8 < bits.count else { throw field.error(.truncated) }
            columns[column].unsigned = bits[bit / 8] & 0x80 >> UInt8(bit % 8) != 0
        }
    }

    /// A collation for all, then exceptions as pairs: index among the columns concerned, collation.
    private mutating func readDefaultCollation(
        _ field: inout ByteReader,
        isOfText: Bool
    ) throws(DecodeError) {
        if isOfText { hasCharacterSets = true }
        let concerned = isOfText ? indices(hasCharacterSet) : indices(\.isEnumOrSet)
        let collation = try readCollation(&field)
        for column in concerned { columns[column].collation = collation }
        while !field.isAtEnd {
            let index = try field.readPacked()
            guard index < UInt64(concerned.count) else { throw field.error(.invalid, "column \(index)") }
            columns[concerned[Int(index)]].collation = try readCollation(&field)
        }
    }

    private mutating func readCollations(
        _ field: inout ByteReader,
        isOfText: Bool
    ) throws(DecodeError) {
        if isOfText { hasCharacterSets = true }
        for column in isOfText ? indices(hasCharacterSet) : indices(\.isEnumOrSet) { columns[column].collation = try readCollation(&field) }
    }

    private func readCollation(_ field: inout ByteReader) throws(DecodeError) -> UInt16 {
        let collation = try field.readPacked()
        guard collation <= UInt64(UInt16.max) else { throw field.error(.invalid, "collation \(collation)") }
        return UInt16(collation)
    }

    private mutating func readNames(_ field: inout ByteReader) throws(DecodeError) {
        hasColumnNames = true
        for column in columns.indices { columns[column].name = try field.readString(try field.readPackedCount()) }
    }

    private mutating func readMembers(_ field: inout ByteReader, of type: ColumnType) throws(DecodeError) {
        for column in columns.indices where columns[column].type == type {
            let count = try field.readPackedCount()
            var members: [[UInt8]] = []
            members.reserveCapacity(count)
            for _ in 0..<count { members.append([UInt8](try field.take(try field.readPackedCount()))) }
            columns[column].members = members
        }
    }

    private mutating func readGeometryTypes(_ field: inout ByteReader) throws(DecodeError) {
        for column in columns.indices where columns[column].type == .geometry {
            columns[column].geometryType = UInt8(truncatingIfNeeded: try field.readPacked())
        }
    }

    private mutating func readVectorDimensions(_ field: inout ByteReader) throws(DecodeError) {
        for column in columns.indices where columns[column].type == .vector {
            columns[column].vectorDimension = Int(truncatingIfNeeded: try field.readPacked())
        }
    }

    private mutating func readPrimaryKey(_ field: inout ByteReader, withPrefix: Bool) throws(DecodeError) {
        var parts: [TableMap.KeyPart] = []
        while !field.isAtEnd {
            let column = try field.readPacked()
            guard column < UInt64(columns.count) else { throw field.error(.invalid, "key column \(column)") }
            let prefix = withPrefix ? try field.readPacked() : 0
            guard prefix <= 65_535 else { throw field.error(.invalid, "key prefix \(prefix)") }
            parts.append(TableMap.KeyPart(column: Int(column), prefix: Int(prefix)))
        }
        primaryKey = parts
    }

    private mutating func readVisibility(_ field: inout ByteReader) throws(DecodeError) {
        let bits = field.takeRest()
        for column in columns.indices {
            guard column / 8 < bits.count else { throw field.error(.truncated) }
            columns[column].visible = bits[column / 8] & 0x80 >> UInt8(column % 8) != 0
        }
    }
}
