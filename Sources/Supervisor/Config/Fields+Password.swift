import SyncModel

extension Fields {
    static let passwordFields = ["password", "password_env", "password_file"]

    /// The password, which has to be given in exactly one way.
    func password(_ source: SourceText) -> String {
        let given = Self.passwordFields.filter { self[$0] != nil }
        guard let name = given.first, let value = self[name] else {
            missing("password", "exactly one of \(Self.passwordFields.joined(separator: ", "))")
            return ""
        }
        for other in given.dropFirst() {
            self[other]?.problem(
                "found together with \(name); allowed: exactly one of \(Self.passwordFields.joined(separator: ", "))")
        }
        switch name {
        case "password_env": return passwordFromEnvironment(value, source) ?? ""
        case "password_file": return passwordFromFile(value, source) ?? ""
        default:
            if value.scalar == nil { value.problem("\(value.found); allowed: a text; write \"\" for an empty password") }
            return value.scalar ?? ""
        }
    }

    private func passwordFromEnvironment(_ value: Value, _ source: SourceText) -> String? {
        guard let name = value.text("the name of an environment variable") else { return nil }
        guard let password = source.environment[name] else {
            value.problem("found '\(name)', which is not set; allowed: the name of an environment variable that holds the password")
            return nil
        }
        if password.isEmpty {
            value.problem("found '\(name)', which is empty; allowed: the name of an environment variable that holds the password")
        }
        return password
    }

    /// Editors end a file with a newline; it is not part of the password.
    private func passwordFromFile(_ value: Value, _ source: SourceText) -> String? {
        let allowed = "the path of a file that holds the password"
        guard let path = value.text(allowed) else { return nil }
        do throws(FileText.Unreadable) {
            var password = try FileText.read(FileText.absolute(path, from: source.folder))
            if password.last?.isNewline == true { password.removeLast() }
            if password.isEmpty { value.problem("found '\(path)', which is empty; allowed: \(allowed)") }
            return password
        } catch {
            value.problem("found '\(path)', which cannot be read: \(error.reason); allowed: \(allowed)")
            return nil
        }
    }
}
