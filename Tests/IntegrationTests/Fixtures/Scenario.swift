import Testing

/// What is there before a pair starts. Contract, section 3.
enum Scenario: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case bEmpty = "b-empty"
    case bStructureOnly = "b-structure-only"
    case bothHaveData = "both-have-data"

    var testDescription: String { rawValue }
}
