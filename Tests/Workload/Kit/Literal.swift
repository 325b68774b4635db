/// SQL literals that arrive unchanged whatever the session's settings are.
enum Literal {
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func text(_ text: String) -> String { "_utf8mb4 " + bytes(Array(text.utf8)) }

    static func bytes(_ bytes: [UInt8]) -> String {
        var hex: [UInt8] = []
        hex.reserveCapacity(bytes.count * 2 + 3)
        hex.append(contentsOf: "x'".utf8)
        for byte in bytes {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        hex.append(UInt8(ascii: "'"))
        return String(decoding: hex, as: UTF8.self)
    }

    static func name(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
}
