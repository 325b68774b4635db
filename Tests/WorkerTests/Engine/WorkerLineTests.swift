import Glibc
import Logging
import SyncModel
import SyncWire
import Testing

@testable import WorkerEngine

@Suite("What a worker says")
struct WorkerLineTests {
    private static let limit = 1 << 20

    private static func conflict(columns: Int, value: String) -> ConflictRecord {
        let row = (1...columns).map { NamedValue(column: "a_column_with_a_name_of_its_own_\($0)", value: value) }
        return ConflictRecord(
            sequence: 7, kind: .updateDiffers, database: "shop", table: "orders", key: [NamedValue(column: "id", value: "1")], before: row,
            after: row, current: nil, position: BinlogPosition(file: "b.1", offset: 4), decision: .reported, at: 3)
    }

    @Test("a conflict that is too long for a line is cut, with how much is missing, and stays that conflict", arguments: [
        (1, 3 << 20), (2, 600_000), (4096, 200), (12_000, 3),
    ])
    func conflicts(columns: Int, length: Int) throws {
        let message = WorkerMessage.conflict(Self.conflict(columns: columns, value: String(repeating: "é\u{1}", count: length / 3)))
        let line = try message.line()
        #expect(line.count <= Self.limit)
        guard case .conflict(let record) = try LineCodec.decode(WorkerMessage.self, from: line) else {
            Issue.record("no conflict")
            return
        }
        #expect(record.sequence == 7 && record.key == [NamedValue(column: "id", value: "1")] && record.current == nil)
        let first = try #require(record.before?.first?.value)
        let last = try #require(record.before?.last)
        #expect(first.hasSuffix("more bytes)") || last.column == "…")
    }

    @Test("what fits is said as it is")
    func short() throws {
        let message = WorkerMessage.conflict(Self.conflict(columns: 3, value: "x"))
        #expect(try message.line() == LineCodec.encode(message))
    }

    @Test("a failure with a text without end is cut")
    func failures() throws {
        let failure = Failure(.ddlFailed, String(repeating: "x", count: 2 << 20), remedy: "mend it")
        let line = try WorkerMessage.error(failure).line()
        #expect(line.count <= Self.limit)
        guard case .error(let told) = try LineCodec.decode(WorkerMessage.self, from: line) else {
            Issue.record("no failure")
            return
        }
        #expect(told.code == .ddlFailed && told.remedy == "mend it" && told.message.hasSuffix("more bytes)"))
    }
}
