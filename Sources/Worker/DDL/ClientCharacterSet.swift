/// The character set in which a client wrote.
struct ClientCharacterSet: CustomStringConvertible {
    /// Number of utf8mb4's default collation.
    static let utf8mb4: UInt16 = 45

    /// Number of the collation, by which the log names it.
    let collation: UInt16

    /// Without MariaDB's NO PAD bit.
    private var base: UInt16 { (1024..<2048).contains(collation) ? collation - 1024 : collation }

    /// UTF-8, or no character set at all (`binary`, `ascii`): names are UTF-8 then.
    var isUTF8: Bool {
        switch base {
        // utf8mb3, utf8mb4, binary, ascii; from 2048 on MariaDB's collations of Unicode.
        case 33, 76, 83, 192...215, 223, 45, 46, 224...247, 255...323, 576...578, 608...610, 63, 11, 65, 2048...: true
        default: false
        }
    }

    var description: String { "it is written in a character set other than UTF-8 (collation \(collation))" }

    /// Of the bytes from 0x80 on, where each is a letter by itself and those below are ASCII.
    var letters: [Unicode.Scalar?]? { SingleByteLetters.letters(ofCollation: base) }

    /// swe7 has letters of its own below 0x80.
    func replacesPunctuation(in bytes: [UInt8]) -> Bool {
        [10, 82].contains(base) && bytes.contains { "@[\\]^`{|}~".utf8.contains($0) }
    }

    /// big5, sjis, gbk, cp932, gb18030: the second byte of a letter may be a backslash or a back quote.
    var hidesPunctuation: Bool { [1, 84, 13, 88, 28, 87, 95, 96, 248, 249, 250].contains(base) }

    private var isShiftJIS: Bool { [13, 88, 95, 96].contains(base) }
    /// Its letters of four bytes are two pairs of a letter and a digit.
    private var isGB18030: Bool { (248...250).contains(base) }

    private func beginsLetter(_ byte: UInt8) -> Bool {
        isShiftJIS ? (0x81...0x9F).contains(byte) || (0xE0...0xFC).contains(byte) : (0x81...0xFE).contains(byte)
    }

    /// Makes letters of two bytes into bytes that are nothing else.
    func mask(_ bytes: inout [UInt8]) {
        var place = 0
        while place + 1 < bytes.count {
            let isLetter = beginsLetter(bytes[place]) && (bytes[place + 1] >= 0x40 || isGB18030 && (0x30...0x39).contains(bytes[place + 1]))
            guard isLetter, bytes[place + 1] != 0x7F else {
                place += 1
                continue
            }
            bytes[place] = 0xFF
            bytes[place + 1] = 0xFF
            place += 2
        }
    }
}
