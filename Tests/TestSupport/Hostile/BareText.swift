/// What of a statement is neither text nor name nor comment: what a server executes.
///
/// For sessions in which a backslash escapes, as all of the product's own are.
package enum BareText {
    package static func of(_ statement: String) -> String {
        let bytes = Array(statement.utf8)
        var result: [UInt8] = []
        var place = 0
        func begins(_ text: StaticString) -> Bool {
            let end = place + text.utf8CodeUnitCount
            return end <= bytes.count && text.withUTF8Buffer { bytes[place..<end].elementsEqual($0) }
        }
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                place = end(ofQuoteAt: place, bytes)
                result.append(UInt8(ascii: " "))
            case UInt8(ascii: "#"): place = bytes[place...].firstIndex(of: 10) ?? bytes.count
            case UInt8(ascii: "-") where begins("-- ") || begins("--\n"): place = bytes[place...].firstIndex(of: 10) ?? bytes.count
            // What stands in one with a mark is executed.
            case UInt8(ascii: "/") where begins("/*") && !begins("/*!") && !begins("/*M!"):
                place += 2
                while place < bytes.count, !begins("*/") { place += 1 }
                place = min(place + 2, bytes.count)
            case let byte:
                result.append(byte)
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func end(ofQuoteAt start: Int, _ bytes: [UInt8]) -> Int {
        let quote = bytes[start]
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                place += 2
            } else if bytes[place] != quote {
                place += 1
            } else if place + 1 < bytes.count, bytes[place + 1] == quote {
                place += 2
            } else {
                return place + 1
            }
        }
        return bytes.count
    }
}
