import FoundationEssentials
import SyncModel

/// Why a line is no message of this protocol: the message, the field, what was found and what is allowed.
///
/// Texts are only quoted where a word of the protocol belongs, as they may hold rows or passwords.
package struct MessageProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Continues "the worker sent".
    package let description: String

    private init(_ description: String) { self.description = description }

    init(_ line: [UInt8], _ error: any Error) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line)) else {
            self.init("a line of \(line.count) bytes that is not JSON; allowed: one JSON object on each line, in UTF-8")
            return
        }
        guard case .object(let fields) = value else {
            self.init("a line that is JSON but \(value.kind); allowed: an object")
            return
        }
        guard case .text(let type)? = fields["type"] else {
            self.init("a message whose field 'type' is \(fields["type"]?.kind ?? "missing"); allowed: a text that names the message")
            return
        }
        self.init("the message '\(type.prefix(40))' with \(Self.fault(error, in: value, type))")
    }

    /// A number that is out of its range, found after the message was read.
    init(type: String, field: String, found: String, allowed: String) {
        self.init("the message '\(type)' with the field '\(field)': found \(found); allowed: \(allowed)")
    }

    private static func fault(_ error: any Error, in message: JSONValue, _ type: String) -> String {
        guard let error = error as? DecodingError else { return "what cannot be read" }
        switch error {
        case .keyNotFound(let key, let context):
            return "the field '\(path(context.codingPath + [key]))' missing; it is mandatory"
        case .valueNotFound(let expected, let context):
            return wrong(context.codingPath, in: message, type, expected)
        case .typeMismatch(let expected, let context):
            return wrong(context.codingPath, in: message, type, expected)
        case .dataCorrupted(let context):
            return wrong(context.codingPath, in: message, type, nil)
        @unknown default: return "what cannot be read"
        }
    }

    private static func wrong(_ keys: [any CodingKey], in message: JSONValue, _ type: String, _ expected: Any.Type?) -> String {
        // The codec does not always say which number it could not take.
        if keys.isEmpty, let (path, number) = message.wrongNumber("") {
            return "the field '\(path)': found \(number); allowed: \(wholeNumber)"
        }
        let path = path(keys)
        let found = keys.reduce(Optional(message)) { $0?[$1.intValue.map(String.init) ?? snake($1.stringValue)] } ?? .null
        let words = words(keys, type)
        let allowed = words.map { $0.joined(separator: ", ") } ?? expected.flatMap(name) ?? (found.isNumber ? wholeNumber : "a value of another form")
        return "the field '\(path)': found \(found.text(quoted: words != nil)); allowed: \(allowed)"
    }

    static let greatest: UInt64 = 1 << 53 - 1
    static let wholeNumber = "a whole number, 0 to \(greatest)"

    private static func name(_ type: Any.Type) -> String? {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true, false"
        case is any BinaryInteger.Type: wholeNumber
        case is [Any].Type: "a list"
        case is [String: Any].Type: "an object"
        default: nil
        }
    }

    /// The words that a field takes; nil for one that takes others.
    private static func words(_ keys: [any CodingKey], _ type: String) -> [String]? {
        switch (snake(keys.last?.stringValue ?? ""), keys.dropLast().last.map { snake($0.stringValue) }) {
        case ("phase", _): TaskPhase.allCases.map(\.rawValue)
        case ("kind", "failure"): Failure.Kind.allCases.map(\.rawValue)
        case ("kind", "record"): ConflictClass.allCases.map(\.rawValue)
        case ("decision", "record"): ConflictDecision.allCases.map(\.rawValue)
        case ("level", _): CheckItem.Level.allCases.map(\.rawValue)
        case ("server", let outer) where outer != "source" && outer != "target": CheckItem.Server.allCases.map(\.rawValue)
        case ("target_state", _): TargetState.allCases.map(\.rawValue)
        case ("reason", _) where type == "done": WorkerMessage.DoneReason.allCases.map(\.rawValue)
        default: nil
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        var text = ""
        for key in keys {
            if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + snake(key.stringValue) }
        }
        return text
    }

    /// The codec reads names in camel case; on the wire they are in snake case.
    private static func snake(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase { text += "_" }
            text += character.lowercased()
        }
    }
}

/// Any JSON, to say what was found.
private enum JSONValue: Decodable {
    case null
    case flag
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if (try? container.decode(Bool.self)) != nil {
            self = .flag
        } else if let whole = try? container.decode(Int64.self) {
            self = .number("\(whole)")
        } else if let whole = try? container.decode(UInt64.self) {
            self = .number("\(whole)")
        } else if let number = try? container.decode(Double.self) {
            self = .number("\(number)")
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// A member by its name or index.
    subscript(key: String) -> JSONValue? {
        switch self {
        case .object(let fields): fields[key]
        case .list(let list): Int(key).flatMap { list.indices.contains($0) ? list[$0] : nil }
        case .null, .flag, .number, .text: nil
        }
    }

    /// The first number that is none of this protocol, with its path.
    func wrongNumber(_ path: String) -> (path: String, number: String)? {
        switch self {
        case .number(let number): (UInt64(number) ?? .max) > MessageProblem.greatest ? (path, number) : nil
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.lazy.compactMap { $0.value.wrongNumber(path.isEmpty ? $0.key : "\(path).\($0.key)") }.first
        case .list(let list): list.enumerated().lazy.compactMap { $0.element.wrongNumber("\(path)[\($0.offset)]") }.first
        case .null, .flag, .text: nil
        }
    }

    var isNumber: Bool { if case .number = self { true } else { false } }

    var kind: String {
        switch self {
        case .null: "null"
        case .flag: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    func text(quoted: Bool) -> String {
        switch self {
        case .number(let number): number
        case .text(let text) where quoted: "'\(text.prefix(40))'"
        case .null, .flag, .text, .list, .object: kind
        }
    }
}
