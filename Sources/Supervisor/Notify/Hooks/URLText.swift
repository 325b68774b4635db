/// The parts of a URL as it is written.
struct URLText {
    /// `user:password` of the server; nil: none.
    var account: Substring?
    /// Server and port.
    var host: Substring
    /// Everything after the host.
    var path: Substring

    /// - Returns: nil when the text does not begin with `scheme://`.
    init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        path = rest[authority.endIndex...]
        if let at = authority.lastIndex(of: "@") {
            account = authority[..<at]
            host = authority[authority.index(after: at)...]
        } else {
            host = authority
        }
    }

    /// With the characters that `%XX` stands for.
    static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
