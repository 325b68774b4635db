/// The rule for names of tasks and pairs. They become file names, parts of paths and words on a command line.
package enum Naming {
    package static let maximumLength = 64
    /// A pair's tasks are called `NAME-a-to-b` and `NAME-b-to-a`.
    package static let maximumPairLength = maximumLength - "-a-to-b".utf8.count

    /// What names look like, for messages.
    package static func rule(maximumLength: Int = maximumLength) -> String {
        "1 to \(maximumLength) of the letters A-Z and a-z, digits, '.', '_' and '-', starting with a letter or a digit"
    }

    package static func isValid(_ name: String, maximumLength: Int = maximumLength) -> Bool {
        guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= maximumLength else { return false }
        return name.utf8.allSatisfy(isAllowed)
    }

    package static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
