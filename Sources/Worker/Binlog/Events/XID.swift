/// The identifier of a distributed transaction.
package struct XID: Sendable, Hashable {
    package let formatID: UInt32
    package let global: [UInt8]
    package let branch: [UInt8]

    package init(formatID: UInt32, global: [UInt8], branch: [UInt8]) {
        self.formatID = formatID
        self.global = global
        self.branch = branch
    }
}

extension XID: CustomStringConvertible {
    /// As servers write it in their statements: `X'67',X'62',7`.
    package var description: String { "X'\(XID.hex(global))',X'\(XID.hex(branch))',\(formatID)" }

    /// Reads what ``description`` says, wherever it stands in an XA statement that a server logged.
    ///
    /// - Returns: nil when the statement names no identifier in that form, the only one that is logged
    ///   (`XID::serialize` of both servers).
    package init?(statement: String) {
        guard let first = statement.firstRange(of: "X'")?.lowerBound else { return nil }
        let parts = statement[first...].split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, let global = XID.bytes(parts[0]), let branch = XID.bytes(parts[1]),
            let format = UInt32(parts[2])
        else { return nil }
        self.init(formatID: format, global: global, branch: branch)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ literal: Substring) -> [UInt8]? {
        guard literal.hasPrefix("X'"), literal.hasSuffix("'"), literal.utf8.count >= 3 else { return nil }
        let digits = Array(literal.utf8.dropFirst(2).dropLast())
        guard digits.count % 2 == 0, digits.count <= 128 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
