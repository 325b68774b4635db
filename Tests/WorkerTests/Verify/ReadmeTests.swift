import TestSupport
import Testing
import WorkerVerify

/// The README's table of items.
@Suite struct ReadmeTests {
    @Test func everyItemIsInTheReadme() throws {
        let text = textOfFile(Repository.script("../README.md"))
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        var words: [String] = []
        for row in rows { words += row.split(separator: "|").first?.split(separator: "`").map(String.init).filter { $0 != " " } ?? [] }
        for item in Verifier.items { #expect(words.contains(item), "\(item) is not in the README") }
    }
}
