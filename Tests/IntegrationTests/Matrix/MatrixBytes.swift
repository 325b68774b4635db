import TestSupport

extension MatrixFamily {
    /// Every byte there is, in hexadecimal.
    private static let allBytes = (0...255).map { String($0 + 256, radix: 16).dropFirst() }.joined()

    static let binaries = MatrixFamily(
        name: "binaries",
        columns: [
            MatrixColumn("binary0", "BINARY(0)", ["''"], key: .none),
            MatrixColumn("binary1", "BINARY(1)", ["x'00'", "x'20'", "x'FF'", "x'5C'"]),
            MatrixColumn("binary16", "BINARY(16)", ["x'00112233445566778899AABBCCDD0000'", "x'FF'", "x''", "x'20202020202020202020202020202020'"]),
            MatrixColumn("binary255", "BINARY(255)", ["x'\(allBytes.prefix(510))'", "x'\(allBytes.suffix(510))'", "x'01'"]),
            MatrixColumn("varbinary255", "VARBINARY(255)", ["x'\(allBytes.suffix(510))'", "x''", "x'00'", "x'0000'", "x'20'", "x'2000'"]),
            MatrixColumn("varbinary256", "VARBINARY(256)", ["x'\(allBytes)'", "x'00'", "x'275C22'"]),
            MatrixColumn("char_binary", "CHAR(8) CHARACTER SET binary", ["x'0100'", "x'20'", "x'0102030405060700'"], key: .none),
            MatrixColumn("tinyblob", "TINYBLOB", ["x'\(allBytes.prefix(510))'", "x''", "x'00'", "x'0A0D1A2722'"], key: .prefix),
            MatrixColumn("blob", "BLOB", ["x'\(allBytes)'", "REPEAT(x'5C', 60000)", "x'610000'"], key: .prefix),
            MatrixColumn("mediumblob", "MEDIUMBLOB", ["REPEAT(x'\(allBytes)', 300)", "x'00'"], key: .prefix),
            MatrixColumn("longblob", "LONGBLOB", ["REPEAT(x'\(allBytes)', 300)", "x'00FF00'"], key: .prefix),
        ])

    static let members = MatrixFamily(
        name: "members",
        columns: [
            enumeration(1), enumeration(2), enumeration(255), enumeration(256), enumeration(300),
            set(1), set(8), set(9), set(16), set(17), set(24), set(25), set(32), set(33), set(63), set(64),
            MatrixColumn("e_empty", "ENUM('a', '', 'it''s')", ["2", "0", "1", "3"]),
            MatrixColumn("e_latin1", "ENUM('ä', 'ß') CHARACTER SET latin1", ["1", "2", "0"]),
            MatrixColumn("e_gbk", "ENUM('誠', '数据') CHARACTER SET gbk", ["1", "2", "0"]),
            MatrixColumn("e_sjis", "ENUM('ソ', '表') CHARACTER SET sjis", ["1", "2", "0"]),
            MatrixColumn("e_utf16", "ENUM('字', '表') CHARACTER SET utf16", ["1", "2", "0"]),
            MatrixColumn("e_utf8mb4", "ENUM('字', '表') CHARACTER SET utf8mb4", ["1", "2", "0"]),
            MatrixColumn("s_gbk", "SET('誠', '数据') CHARACTER SET gbk", ["1", "2", "3", "0"]),
            MatrixColumn("s_utf16", "SET('字', '表') CHARACTER SET utf16", ["1", "2", "3", "0"]),
        ],
        // A member of number 0 is what a server stores for a text that is none.
        sqlMode: "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO")

    private static func enumeration(_ count: Int) -> MatrixColumn {
        let list = (1...count).map { "'m\($0)'" }.joined(separator: ",")
        let more = [2, 255, 256, count].filter { $0 > 1 && $0 <= count }.map(String.init)
        return MatrixColumn("e\(count)", "ENUM(\(list))", ["1", "0"] + Array(Set(more)).sorted())
    }

    private static func set(_ count: Int) -> MatrixColumn {
        let list = (1...count).map { "'m\($0)'" }.joined(separator: ",")
        let top = UInt64(1) << UInt64(count - 1)
        return MatrixColumn("s\(count)", "SET(\(list))", count == 1 ? ["1", "0"] : ["1", "\(top &+ (top - 1))", "\(top)", "0"])
    }
}
