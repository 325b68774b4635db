import Testing

@testable import WorkerSource

/// Databases as grants name them.
@Suite struct LikePatternTests {
    @Test(arguments: [
        ("d", "d", true), ("d", "D", false), ("d", "dd", false), ("d%", "d", true), ("d%", "data", true), ("%", "", true), ("d_", "dx", true),
        ("d_", "d", false), ("d\\_", "d_", true), ("d\\_", "dx", false), ("a%b%c", "aXbYc", true), ("a%b%c", "aXcYb", false),
    ])
    func matches(pattern: String, name: String, isMatch: Bool) {
        #expect(LikePattern(pattern).matches(name) == isMatch)
    }
}
