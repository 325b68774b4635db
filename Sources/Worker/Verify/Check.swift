import SyncModel

/// One thing that verification looks at.
struct Check: Sendable {
    enum Side: String, Sendable { case source, target }

    /// What was found.
    enum Verdict: Sendable {
        case pass(String)
        case alarm(String, remedy: String)
        case fail(FailureCode, String, remedy: String, skippable: Bool = false)
    }

    /// Stable word.
    let item: String
    /// Servers that it asks; without one of them it is skipped.
    let needs: [Side]
    /// What is required.
    let threshold: String
    let run: @Sendable (VerifyScope) throws -> Verdict

    init(_ item: String, needs: [Side], _ threshold: String, _ run: @escaping @Sendable (VerifyScope) throws -> Verdict)
    {
        self.item = item
        self.needs = needs
        self.threshold = threshold
        self.run = run
    }
}

/// The first names of a list, for facts: all of a long one would be read by nobody.
func listed(_ names: [String], most: Int = 20) -> String {
    names.count <= most
        ? names.joined(separator: ", ") : names.prefix(most).joined(separator: ", ") + ", … (\(names.count) in all)"
}
