/// All that is needed to find, write and compare the values of one column of row images.
package struct ColumnLayout: Sendable, Hashable {
    /// The real type, as in ``TableMap/Column``.
    package let type: ColumnType
    /// VARCHAR, CHAR, BINARY: largest length in bytes. ENUM, SET: bytes of the number. DECIMAL: precision << 8 | scale.
    /// BIT: number of bits. BLOB, JSON, GEOMETRY, VECTOR: bytes of the length before the value. TIME, DATETIME,
    /// TIMESTAMP: digits of the fraction. FLOAT, DOUBLE: size. Others: 0.
    package let meta: UInt16
    package let unsigned: Bool
    /// Collation id; 63 is `binary`, and 0 means not known.
    package let collation: UInt16
    package let nullable: Bool
    /// What the target column wants its literal to look like.
    package var form: LiteralForm

    /// What a column takes apart from its own type.
    package enum LiteralForm: UInt8, Sendable, Hashable {
        /// The same type on both sides.
        case native
        /// Text in UTF-8 with an introducer: JSON written to a text column, text written to a JSON column.
        case utf8Text
        /// MariaDB UUID, whose image holds the bytes in the order of its index.
        case mariaDBUUID
        /// MariaDB INET4 or INET6: the bytes as they are.
        case mariaDBAddress
    }

    let kind: ValueKind
    /// Size of the value, or of the length before it when `hasPrefix`.
    let width: UInt8
    let hasPrefix: Bool

    package static let binaryCollation: UInt16 = 63

    /// - Throws: `DecodeError` (unsupported) for a type whose values cannot even be skipped.
    package init(
        type: ColumnType,
        meta: UInt16,
        unsigned: Bool = false,
        collation: UInt16 = 0,
        nullable: Bool = true,
        form: LiteralForm = .native
    ) throws(DecodeError) {
        self.type = type
        self.meta = meta
        self.unsigned = unsigned
        self.collation = collation
        self.nullable = nullable
        self.form = form
        guard let (kind, width, hasPrefix) = ColumnLayout.describe(type, meta, unsigned) else {
            throw DecodeError(.unsupported, "column \(type) with metadata \(meta)", at: 0)
        }
        self.kind = kind
        self.width = UInt8(width)
        self.hasPrefix = hasPrefix
    }

    /// The layout that a table map gives; what it does not say comes from the caller.
    package init(
        _ column: TableMap.Column,
        unsigned: Bool? = nil,
        collation: UInt16? = nil,
        form: LiteralForm = .native
    ) throws(DecodeError) {
        try self.init(
            type: column.type,
            meta: column.meta,
            unsigned: unsigned ?? column.unsigned,
            collation: collation ?? column.collation ?? 0,
            nullable: column.nullable,
            form: form
        )
    }

    /// BINARY(n), VARBINARY, BLOB.
    package var isBinaryString: Bool { collation == ColumnLayout.binaryCollation }

    /// Digits of the fraction of a temporal type.
    var fraction: Int { Int(meta) }
    var precision: Int { Int(meta >> 8) }
    var scale: Int { Int(meta & 255) }

    /// Kind, width and whether the width is that of a length; nil when unknown.
    /// Source: `calc_field_size` in MySQL's `binary_log_funcs.cpp`.
    private static func describe(
        _ type: ColumnType,
        _ meta: UInt16,
        _ unsigned: Bool
    ) -> (ValueKind, Int, Bool)? {
        let meta = Int(meta)
        switch type {
        case .tiny: return (unsigned ? .unsigned : .signed, 1, false)
        case .short: return (unsigned ? .unsigned : .signed, 2, false)
        case .int24: return (unsigned ? .unsigned : .signed, 3, false)
        case .long: return (unsigned ? .unsigned : .signed, 4, false)
        case .longLong: return (unsigned ? .unsigned : .signed, 8, false)
        case .float: return meta == 4 || meta == 0 ? (.float, 4, false) : nil
        case .double: return meta == 8 || meta == 0 ? (.double, 8, false) : nil
        case .decimal:
            guard meta >> 8 >= 1, meta >> 8 <= 65, meta & 255 <= min(meta >> 8, 38) else { return nil }
            return (.decimal, DecimalFormat(precision: meta >> 8, scale: meta & 255).size, false)
        case .year: return (.year, 1, false)
        case .date, .newDate: return (.date, 3, false)
        case .time: return (.oldTime, 3, false)
        case .dateTime: return (.oldDateTime, 8, false)
        case .timestamp: return (.timestamp, 4, false)
        case .time2: return meta <= 6 ? (.time, 3 + (meta + 1) / 2, false) : nil
        case .dateTime2: return meta <= 6 ? (.dateTime, 5 + (meta + 1) / 2, false) : nil
        case .timestamp2: return meta <= 6 ? (.timestamp, 4 + (meta + 1) / 2, false) : nil
        case .bit: return meta >= 1 && meta <= 64 ? (.bit, (meta + 7) / 8, false) : nil
        case .enumeration: return meta == 1 || meta == 2 ? (.member, meta, false) : nil
        case .set: return meta >= 1 && meta <= 8 ? (.member, meta, false) : nil
        case .varchar, .varString: return (.string, meta > 255 ? 2 : 1, true)
        case .string: return (.fixedString, meta > 255 ? 2 : 1, true)
        case .varcharCompressed: return (.compressed, meta > 255 ? 2 : 1, true)
        case .null: return (.null, 0, false)
        default: break
        }
        guard meta >= 1, meta <= 4 else { return nil }
        switch type {
        case .tinyBlob, .mediumBlob, .longBlob, .blob: return (.string, meta, true)
        case .blobCompressed: return (.compressed, meta, true)
        case .json: return (.json, meta, true)
        case .geometry: return (.geometry, meta, true)
        case .vector: return (.vector, meta, true)
        default: return nil
        }
    }
}

/// The ways a value can lie in a row image.
enum ValueKind: UInt8, Sendable, Hashable {
    case signed, unsigned, decimal, float, double
    case year, date, oldTime, oldDateTime, timestamp, time, dateTime
    case bit, member, string, fixedString, compressed, json, geometry, vector, null
}
