/// Strings as SQL literals.
extension SQLBuffer {
    /// Appends `'…'` for a session with `SET NAMES binary` and without NO_BACKSLASH_ESCAPES: any bytes survive.
    ///
    /// Source: MySQL manual, "String Literals"; `escape_string_for_mysql` with the binary character set.
    package mutating func append(quoted bytes: UnsafeRawBufferPointer) {
        append(byte: UInt8(ascii: "'"))
        append(escaped: bytes)
        append(byte: UInt8(ascii: "'"))
    }

    /// The inside of such a literal.
    package mutating func append(escaped bytes: UnsafeRawBufferPointer) {
        withTail(bytes.count &* 2) { tail in
            var length = 0
            var index = 0
            // Eight bytes at a time while none of them needs care.
            while index < bytes.count {
                if index &+ 8 <= bytes.count {
                    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    if !SQLBuffer.needsEscape(word) {
                        tail.storeBytes(of: word, toByteOffset: length, as: UInt64.self)
                        index &+= 8
                        length &+= 8
                        continue
                    }
                }
                let end = min(index &+ 8, bytes.count)
                while index < end {
                    let byte = bytes[index]
                    let escape = SQLBuffer.escape(byte)
                    if escape != 0 {
                        tail.storeBytes(of: UInt8(ascii: "\\"), toByteOffset: length, as: UInt8.self)
                        length &+= 1
                    }
                    tail.storeBytes(of: escape == 0 ? byte : escape, toByteOffset: length, as: UInt8.self)
                    length &+= 1
                    index &+= 1
                }
            }
            return length
        }
    }

    /// The letter behind the backslash; 0 for bytes that stand for themselves.
    @inline(__always)
    private static func escape(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0: UInt8(ascii: "0")
        case 10: UInt8(ascii: "n")
        case 13: UInt8(ascii: "r")
        case 26: UInt8(ascii: "Z")
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): byte
        default: 0
        }
    }

    /// Whether one of the eight bytes may be special: below 32, a quote or a backslash. May say yes for bytes that are
    /// not (a borrow from below), never no for bytes that are.
    @inline(__always)
    private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let controls = (word &- ones &* 32) & ~word
        let single = word ^ ones &* 39
        let double = word ^ ones &* 34
        let slash = word ^ ones &* 92
        let quotes = (single &- ones) & ~single | (double &- ones) & ~double | (slash &- ones) & ~slash
        return (controls | quotes) & tops != 0
    }

    /// Turns what was appended since `start` into the inside of a literal: for text without control characters, where
    /// only quotes and backslashes need care.
    mutating func escapeText(from start: Int) {
        var extra = 0
        for index in start..<count {
            let byte = byte(at: index)
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { extra += 1 }
        }
        guard extra > 0 else { return }
        var source = count - 1
        append(repeating: 0, count: extra)
        var target = count - 1
        while source >= start {
            let byte = byte(at: source)
            setByte(byte, at: target)
            target -= 1
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") {
                setByte(UInt8(ascii: "\\"), at: target)
                target -= 1
            }
            source -= 1
        }
    }
}
