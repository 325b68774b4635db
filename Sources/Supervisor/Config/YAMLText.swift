/// Writes YAML in block style, indented by two.
struct YAMLText {
    private(set) var text = ""
    private var indentation = ""
    /// The next line opens a list's item and gets its dash.
    private var opensItem = false

    mutating func line(_ line: String) {
        if opensItem {
            text += "\(indentation.dropLast(2))- \(line)\n"
            opensItem = false
        } else {
            text += "\(indentation)\(line)\n"
        }
    }

    /// Writes nothing when there is no value.
    mutating func field(_ name: String, flag: Bool) { line("\(name): \(flag)") }

    mutating func field(_ name: String, _ value: String?) {
        if let value { line("\(name): \(Self.scalar(value))") }
    }

    mutating func list(_ name: String, _ values: [String]) {
        line("\(name): [\(values.map(Self.scalar).joined(separator: ", "))]")
    }

    mutating func block(_ name: String, _ body: (inout YAMLText) -> Void) {
        line("\(name):")
        indented(body)
    }

    mutating func item(_ body: (inout YAMLText) -> Void) {
        opensItem = true
        indented(body)
        opensItem = false
    }

    private mutating func indented(_ body: (inout YAMLText) -> Void) {
        let outer = indentation
        indentation += "  "
        body(&self)
        indentation = outer
    }

    /// Plain where no reader can take it for anything but this text, otherwise double-quoted.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        let taken = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        guard !taken.contains(text.lowercased()) else { return false }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@")]
                    .contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                let width = scalar.value > 0xFFFF ? 8 : 4
                quoted += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
