import Testing

@testable import WorkerBinlog

@Suite struct ReadableTests {
    private func readable(_ column: ColumnLayout, _ bytes: [UInt8]) -> String {
        var buffer = SQLBuffer()
        bytes.withUnsafeBytes { buffer.appendReadable(column, $0) }
        return buffer.text
    }

    @Test func showsTextAsTextAndBytesAsBytes() throws {
        let text = try ColumnLayout(type: .varchar, meta: 80, collation: 255)
        #expect(readable(text, Array("h\u{e9} 'q'".utf8)) == "h\u{e9} 'q'")
        #expect(readable(text, [0x68, 0xE9]) == "0x68e9")
        #expect(readable(text, [0x68, 0x00]) == "0x6800")
        #expect(readable(try ColumnLayout(type: .varchar, meta: 80, collation: 63), Array("abc".utf8)) == "0x616263")
        #expect(readable(try ColumnLayout(type: .string, meta: 4, collation: 63), [0x61]) == "0x61000000")
        #expect(readable(try ColumnLayout(type: .geometry, meta: 4), [1, 2]) == "0x0102")
    }

    @Test func showsNumbersAndTimes() throws {
        #expect(readable(try ColumnLayout(type: .tiny, meta: 0), [0xFF]) == "-1")
        #expect(readable(try ColumnLayout(type: .tiny, meta: 0, unsigned: true), [0xFF]) == "255")
        #expect(readable(try ColumnLayout(type: .double, meta: 8), [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]) == "1.5")
        #expect(readable(try ColumnLayout(type: .time2, meta: 2), [0x7F, 0xFF, 0xFF, 0xF4]) == "-00:00:00.12")
        #expect(readable(try ColumnLayout(type: .json, meta: 4), [12, 1, 0x61]) == "\"a\"")
        // MariaDB 11.5 counts up to 2106.
        let timestamp = try ColumnLayout(type: .timestamp2, meta: 0)
        #expect(readable(timestamp, [0xFF, 0xFF, 0xFF, 0xFF]) == "2106-02-07 06:28:15")
        #expect(readable(timestamp, [0, 0, 0, 0]) == "0000-00-00 00:00:00")
    }

    @Test func damagedValuesAreShownAsBytes() throws {
        #expect(readable(try ColumnLayout(type: .long, meta: 0), [1, 2]) == "0x0102")
        #expect(readable(try ColumnLayout(type: .json, meta: 4), [99]) == "0x63")
        var buffer = SQLBuffer()
        buffer.appendReadable(try ColumnLayout(type: .long, meta: 0), ColumnValue.null)
        buffer.appendReadable(try ColumnLayout(type: .long, meta: 0), ColumnValue.absent)
        expectText(buffer, "NULL(not logged)")
    }

    @Test func errorsNameTheirPlace() {
        var error = DecodeError(.truncated, "value", at: 77, column: 2)
        error.eventType = .writeRows
        error.position = 1234
        error.table = "shop.orders"
        #expect(
            error.description
                == "binlog data ends inside value, byte 77 of WRITE_ROWS ending at 1234, table shop.orders, column 3"
        )
    }

    @Test func failedLiteralsLeaveNothingBehind() throws {
        let column = try ColumnLayout(type: .dateTime2, meta: 6)
        var buffer = SQLBuffer()
        buffer.append("(")
        #expect(throws: DecodeError.self) {
            var other = SQLBuffer()
            try [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { try other.appendLiteral(column, $0) }
        }
        _ = try? [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { try buffer.appendLiteral(column, $0) }
        expectText(buffer, "(")
    }
}
