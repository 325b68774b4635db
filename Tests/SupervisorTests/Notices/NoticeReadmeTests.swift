import SupervisorNotices
import TestSupport
import Testing

/// The README's table of events.
@Suite struct NoticeReadmeTests {
    @Test func everyEventIsInTheReadmeWithItsSeverity() throws {
        let text = textOfFile(Repository.script("../README.md"))
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|").map(String.init) }
        for event in NoticeEvent.allCases {
            let row = try #require(rows.first { $0[0].contains("`\(event.rawValue)`") }, "\(event.rawValue) is not in the README")
            let told = row[1].contains(" to ") || event.isOnlyRecovery || row[1].contains(event.severity.rawValue)
            #expect(told, "\(event.rawValue): \(row[1])")
            if event.isAlarm, !event.isBilling { #expect(row[1].contains("alarm"), "\(event.rawValue)") }
        }
    }
}
