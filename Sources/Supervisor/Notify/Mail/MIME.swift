import FoundationEssentials

/// The forms in which mails carry texts beyond ASCII, and long ones (RFC 2045, 2047, 5322).
enum MIME {
    static let newline = "\r\n"

    /// A header whose value is text for people: as it is when it is short and ASCII, otherwise as encoded words on lines of 76 at most.
    static func header(_ name: String, text: String) -> String {
        let text = text.onOneLine
        if isPlain(text), name.utf8.count + 2 + text.utf8.count <= 76 { return "\(name): \(text)\(newline)" }
        return "\(name): \(encodedWords(text, first: name.utf8.count + 2))\(newline)"
    }

    /// A header of items that are separated by commas, each on a line of its own.
    static func header(_ name: String, items: [String]) -> String {
        "\(name): \(items.joined(separator: ",\(newline) "))\(newline)"
    }

    /// `"Name" <address>`.
    static func mailbox(_ mailbox: MailAddress) -> String {
        if mailbox.name.isEmpty { return mailbox.address }
        if isPlain(mailbox.name), mailbox.name.utf8.count <= 60 {
            let quoted = mailbox.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"\(quoted)\"\(newline) <\(mailbox.address)>"
        }
        return "\(encodedWords(mailbox.name, first: 6))\(newline) <\(mailbox.address)>"
    }

    /// UTF-8 in base64, in words of 75 at most, none of which divides a character.
    /// - Parameter first: what stands before on the first line.
    static func encodedWords(_ text: String, first: Int) -> String {
        var words: [String] = []
        var piece = "", room = roomForBytes(before: first)
        for character in text {
            // A reader's character of more bytes than a line holds is divided between its scalars.
            for unit in String(character).utf8.count <= 42 ? [String(character)] : character.unicodeScalars.map(String.init) {
                if piece.utf8.count + unit.utf8.count > room {
                    words.append(word(piece))
                    piece = ""
                    room = roomForBytes(before: 1)
                }
                piece += unit
            }
        }
        words.append(word(piece))
        return words.joined(separator: "\(newline) ")
    }

    private static func word(_ text: String) -> String { "=?UTF-8?B?\(Data(text.utf8).base64EncodedString())?=" }

    private static func roomForBytes(before: Int) -> Int { (min(75, 76 - before) - 12) / 4 * 3 }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (32..<127).contains($0) } && !text.contains("=?") && text.first != " " && text.last != " "
    }

    /// Quoted-printable: readable where it is ASCII, no line longer than 76.
    static func quotedPrintable(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(quotedPrintable(line:)).joined(separator: newline)
    }

    private static func quotedPrintable(line: Substring) -> String {
        let bytes = Array(line.utf8)
        var result = "", length = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            let isPlain = (33..<127).contains(byte) && byte != UInt8(ascii: "=") || isBlank && !isLast
            let unit = isPlain ? String(UnicodeScalar(byte)) : "=\(hex(byte >> 4))\(hex(byte & 15))"
            // One place stays for the `=` that says that the line goes on.
            if length + unit.utf8.count > (isLast ? 76 : 75) {
                result += "=\(newline)"
                length = 0
            }
            result += unit
            length += unit.utf8.count
        }
        return result
    }

    private static func hex(_ digit: UInt8) -> Character { Character(String(digit, radix: 16, uppercase: true)) }
}
