import TestSupport

/// Forms of statements that a run may have to leave out, because the product refuses them or does not carry them right.
enum GeneratedForm: String, Sendable, CaseIterable {
    /// A client in latin1 with letters beyond ASCII in names: README, "Definition statements", refuses it.
    case latin1Names

    func isLeftOut(_ kind: ServerKind, _ metadata: String) -> Bool {
        switch self {
        case .latin1Names: true
        }
    }
}
