/// MariaDB's UUID, INET4 and INET6, which a row image shows as strings of 16 or 4 bytes.
extension SQLBuffer {
    /// Appends `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    ///
    /// UUIDs of versions 1 to 5 are stored with their fields in reverse order, so that those made on one machine lie
    /// together. Source: `Type_handler_uuid_new`, `UUID::record_to_memory` in `plugin/type_uuid/sql_type_uuid.h`.
    mutating func append(mariaDBUUID value: UnsafeRawBufferPointer, in column: ColumnLayout) throws(DecodeError) {
        guard value.count <= 16, column.addressPadding(value) + value.count == 16 else { throw column.invalid() }
        func byte(_ index: Int) -> UInt8 { index < value.count ? value[index] : 0 }
        let isSwapped = byte(6) & 0x80 != 0 && byte(8) > 0 && byte(8) < 0x60
        let order: StaticString =
            isSwapped
            ? "\u{0C}\u{0D}\u{0E}\u{0F}\u{0A}\u{0B}\u{08}\u{09}\u{06}\u{07}\u{00}\u{01}\u{02}\u{03}\u{04}\u{05}"
            : "\u{00}\u{01}\u{02}\u{03}\u{04}\u{05}\u{06}\u{07}\u{08}\u{09}\u{0A}\u{0B}\u{0C}\u{0D}\u{0E}\u{0F}"
        order.withUTF8Buffer { order in
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 { append(byte: UInt8(ascii: "-")) }
                let byte = byte(Int(order[index]))
                append(byte: hexDigit(byte >> 4))
                append(byte: hexDigit(byte & 15))
            }
        }
    }

    /// Appends an address as MariaDB prints it: `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`.
    /// Source: `Inet4::to_string`, `Inet6::to_string` in `plugin/type_inet/sql_type_inet.cc`.
    mutating func append(mariaDBAddress value: UnsafeRawBufferPointer, in column: ColumnLayout) throws(DecodeError) {
        let size = value.count + column.addressPadding(value)
        guard size == 4 || size == 16 else { throw column.invalid() }
        func byte(_ index: Int) -> UInt8 { index < value.count ? value[index] : 0 }
        func word(_ index: Int) -> UInt16 { UInt16(byte(index * 2)) << 8 | UInt16(byte(index * 2 + 1)) }
        guard size == 16 else { return appendDotted { byte($0) } }
        // The longest run of zero words becomes `::`; the first one when there are several.
        var gap = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, word(end) == 0 { end += 1 }
            if end - index > gap.count { gap = index..<end }
            index = max(end, index + 1)
        }
        index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                if index == 0 { append(byte: UInt8(ascii: ":")) }
                append(byte: UInt8(ascii: ":"))
                index = gap.upperBound
                continue
            }
            if index == 6, gap.lowerBound == 0, gap.upperBound == 6 || (gap.upperBound == 5 && word(5) == 0xFFFF) {
                return appendDotted { byte(12 + $0) }
            }
            append(hexWord: word(index))
            index += 1
            if index < 8 { append(byte: UInt8(ascii: ":")) }
        }
    }

    private mutating func appendDotted(_ byte: (Int) -> UInt8) {
        for index in 0..<4 {
            if index > 0 { append(byte: UInt8(ascii: ".")) }
            append(decimal: UInt64(byte(index)))
        }
    }

    /// Up to four digits without leading zeros.
    private mutating func append(hexWord value: UInt16) {
        var shift = 12
        while shift > 0, value >> UInt16(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            append(byte: hexDigit(UInt8(truncatingIfNeeded: value >> UInt16(shift) & 15)))
            shift -= 4
        }
    }
}
