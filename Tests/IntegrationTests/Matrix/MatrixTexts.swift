import TestSupport

/// Text in every character set.
extension MatrixFamily {
    /// Character sets of one byte, all of whose bytes are characters to the server.
    private static let single = [
        "armscii8", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866", "dec8", "geostd8", "greek", "hebrew", "hp8",
        "keybcs2", "koi8r", "koi8u", "latin1", "latin2", "latin5", "latin7", "macce", "macroman", "swe7", "tis620",
    ]

    /// Hexadecimal text in the others: with 5C and 27 as second bytes, characters of all lengths, zero bytes.
    private static let several: [(name: String, texts: [String])] = [
        ("ascii", [bytes(0...127), "6127225C00", "20", ""]),
        ("big5", ["A55CA67E5C27", "A440A441", "B35C00", ""]),
        ("cp932", ["835C5C27", "87408740", "B1FC4B", ""]),
        ("euckr", ["B0A1C7D15C", "B0A2", "", "6100"]),
        ("eucjpms", ["A4A2B4C15C", "8EB18FB0A1", "", "00"]),
        ("gb2312", ["B0A1D6D05C", "B0A2", "", "00"]),
        ("gbk", ["815C825C5C", "C4E3BAC3", "FE5C27", ""]),
        ("sjis", ["835C5C27", "82A082A2", "B1B2", ""]),
        ("ujis", ["A4A2B4C15C", "8EB18FB0A1", "", "00"]),
        ("ucs2", ["0061005C0027", "6F225C27", "0000", ""]),
        ("utf16", ["0061005C0027D83DDE00", "6F225C27", "0000", ""]),
        ("utf16le", ["61005C002700", "3DD800DE", "0000", ""]),
        ("utf32", ["000000610000005C", "0001F600", "0010FFFF00000000", ""]),
        ("utf8mb3", ["61C3BC5C27", "E282ACEFBFBD", "00", ""]),
        ("utf8mb4", ["61C3BC5C27F09F9880", "F48FBFBF", "65CC81", "00", "0A0D1A09", "2561205C25", ""]),
    ]

    private static func bytes(_ range: ClosedRange<Int>) -> String {
        range.map { String($0 + 256, radix: 16).dropFirst() }.joined()
    }

    private static func columns(
        _ set: String, _ texts: [String], on kinds: Set<ServerKind> = .anyKind
    ) -> [MatrixColumn] {
        // More than 255 bytes, and few enough for a key over several.
        let length = single.contains(set) || set == "ascii" ? 256 : 80
        let literals = texts.map { "_\(set) x'\($0)'" }
        // A server takes away spaces at the end of a CHAR.
        let short = texts.filter { $0.count <= 64 }.map { "_\(set) x'\($0)'" }
        return [
            MatrixColumn("c_\(set)", "CHAR(20) CHARACTER SET \(set)", short, key: .numbered, on: kinds),
            MatrixColumn("v_\(set)", "VARCHAR(\(length)) CHARACTER SET \(set)", literals, key: .numbered, on: kinds),
            MatrixColumn("t_\(set)", "TEXT CHARACTER SET \(set)", literals + ["REPEAT(_\(set) x'\(texts[1])', 2000)"], key: .prefix, on: kinds),
        ]
    }

    static let textsOfOneByte = MatrixFamily(
        name: "texts1", columns: single.flatMap { columns($0, [bytes(0...255), "275C22005C", "FFFE80", ""]) })

    static let textsOfMoreBytes = MatrixFamily(
        name: "texts2",
        columns: several.flatMap { columns($0.name, $0.texts) }
            + columns("gb18030", ["815C825C5C27", "8130813090308130", "00", ""], on: [.mysql]))

    /// Lengths at which the log changes how it writes them, and what collations take for equal.
    static let lengths = MatrixFamily(
        name: "lengths",
        columns: [
            MatrixColumn("char0", "CHAR(0)", ["''"], key: .none),
            MatrixColumn("char255", "CHAR(255) CHARACTER SET utf8mb4", ["'a'", "REPEAT('😀', 255)", "''"]),
            MatrixColumn("char63", "CHAR(63) CHARACTER SET utf8mb4", ["REPEAT('😀', 63)", "'b'"]),
            MatrixColumn("char64", "CHAR(64) CHARACTER SET utf8mb4", ["REPEAT('😀', 64)", "'b'"]),
            MatrixColumn("varchar0", "VARCHAR(0)", ["''"], key: .none),
            MatrixColumn("varchar63", "VARCHAR(63) CHARACTER SET utf8mb4", ["REPEAT('😀', 63)", "''"]),
            MatrixColumn("varchar64", "VARCHAR(64) CHARACTER SET utf8mb4", ["REPEAT('😀', 64)", "''"]),
            MatrixColumn("varchar255", "VARCHAR(255) CHARACTER SET latin1", ["REPEAT('ü', 255)", "''"]),
            MatrixColumn("varchar256", "VARCHAR(256) CHARACTER SET latin1", ["REPEAT('ü', 256)", "''"]),
            MatrixColumn("folded", "VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", ["'a'", "'b'", "'A'", "'á'", "'a '"], key: .numbered),
            MatrixColumn("exact", "VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ["'a'", "'A'", "'á'", "''"]),
            MatrixColumn("tinytext", "TINYTEXT CHARACTER SET latin1", ["REPEAT('ü', 255)", "''"], key: .prefix),
            MatrixColumn("mediumtext", "MEDIUMTEXT CHARACTER SET utf8mb4", ["REPEAT('ü\\'', 30000)", "'x'"], key: .prefix),
            MatrixColumn("longtext", "LONGTEXT CHARACTER SET utf8mb4", ["REPEAT('\\\\😀', 30000)", "'x'"], key: .prefix),
        ])
}
