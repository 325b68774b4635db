import SyncModel

/// Fields that hold something nobody else may see: `NAME`, `NAME_env` (a variable of the environment) or `NAME_file`. What
/// they hold is in no message.
extension Fields {
    static let passwordFields = secretFields("password")

    static func secretFields(_ name: String) -> [String] { [name, "\(name)_env", "\(name)_file"] }

    /// The password, which has to be given in exactly one way.
    func password(_ source: SourceText) -> String {
        if let secret = secret("password", source) { return secret.text ?? "" }
        missing("password", "exactly one of \(Self.passwordFields.joined(separator: ", "))")
        return ""
    }

    /// - Returns: nil when it is not given in any way; a `text` of nil when it is given, but cannot be read.
    func secret(_ name: String, _ source: SourceText) -> (field: Value, text: String?)? {
        let words = Self.secretFields(name)
        let given = words.filter { self[$0] != nil }
        guard let first = given.first, let value = self[first] else { return nil }
        for other in given.dropFirst() {
            self[other]?.problem("found together with \(first); allowed: exactly one of \(words.joined(separator: ", "))")
        }
        switch first {
        case words[1]: return (value, fromEnvironment(value, name, source))
        case words[2]: return (value, fromFile(value, name, source))
        default:
            if value.scalar == nil {
                let hint = name == "password" ? "; write \"\" for an empty password" : ""
                value.problem("\(value.found); allowed: a text\(hint)")
            }
            return (value, value.scalar)
        }
    }

    private func fromEnvironment(_ value: Value, _ what: String, _ source: SourceText) -> String? {
        guard let name = value.text("the name of an environment variable") else { return nil }
        guard let text = source.environment[name] else {
            value.problem(
                "found '\(name)', which is not set; allowed: the name of an environment variable that holds the \(what)"
            )
            return nil
        }
        if text.isEmpty {
            value.problem(
                "found '\(name)', which is empty; allowed: the name of an environment variable that holds the \(what)"
            )
        }
        return text
    }

    /// Editors end a file with a newline; it is not part of what the file holds.
    private func fromFile(_ value: Value, _ what: String, _ source: SourceText) -> String? {
        let allowed = "the path of a file that holds the \(what)"
        guard let path = value.text(allowed) else { return nil }
        do throws(FileText.Unreadable) {
            var text = try FileText.read(FileText.absolute(path, from: source.folder))
            if text.last?.isNewline == true { text.removeLast() }
            if text.isEmpty { value.problem("found '\(path)', which is empty; allowed: \(allowed)") }
            return text
        } catch {
            value.problem("found '\(path)', which cannot be read: \(error.reason); allowed: \(allowed)")
            return nil
        }
    }
}
