package import SupervisorNotices
import SyncModel

/// A mail address with the name of whose it is, `DTS <dts@example.com>` or `dts@example.com`.
package struct MailAddress: Sendable, Hashable {
    /// Empty: none.
    package var name: String
    package var address: String

    /// Takes what every mail server can deliver to: ASCII on both sides of the `@`, no quoted local part. Characters beyond that need
    /// SMTPUTF8 (RFC 6531), which many servers do not offer; a domain has an ASCII form (`xn--…`) instead.
    ///
    /// - Throws: ``Refusal``.
    package init(_ text: String) throws(Refusal) {
        func refusal(_ reason: String, _ remedy: String) -> Refusal {
            Refusal(
                .invalidFile, "'\(text.onOneLine.cut(to: 100))' is not a mail address that can be written to: \(reason)", remedy: remedy,
                isPermanent: true)
        }
        let form = "write it as name@example.com or Name <name@example.com>"
        guard text.onOneLine == text else { throw refusal("it holds a line break or a control character", form) }
        var name = "", address = text.trimmed
        if let open = address.lastIndex(of: "<"), address.hasSuffix(">") {
            name = String(address[..<open]).trimmed
            address = String(address[address.index(after: open)...].dropLast()).trimmed
            if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = String(name.dropFirst().dropLast()) }
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw refusal("it needs exactly one @ with something on both sides", form)
        }
        guard parts[1].utf8.allSatisfy({ $0 < 128 }) else {
            throw refusal("the domain has characters beyond ASCII", "write the domain in its ASCII form, which begins with xn--")
        }
        guard parts[0].utf8.allSatisfy({ $0 < 128 }) else {
            throw refusal(
                "there are characters beyond ASCII before the @, and not every mail server on the way takes those", "use an address in ASCII")
        }
        let domain = parts[1].utf8.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        let local = parts[0].utf8.allSatisfy { Self.isLetterOrDigit($0) || Self.atoms.contains($0) }
        guard domain, local, !parts[0].hasPrefix("."), !parts[1].hasPrefix("."), parts[0].utf8.count <= 64, address.utf8.count <= 254 else {
            throw refusal("it has a character that an address cannot have, or is too long", form)
        }
        self.name = name
        self.address = address
    }

    var domain: Substring { address.split(separator: "@")[1] }

    private static let atoms = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
