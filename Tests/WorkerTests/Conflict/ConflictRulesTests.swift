import SyncModel
import Testing
import WorkerConflict

@Suite("The value test")
struct ConflictRulesTests {
    @Test(
        "Each change against each state of the target's row",
        arguments: [
            (RowChange.insert, TargetRow.missing, ConflictRules.Verdict.apply),
            (.insert, .asAfter, .nothing),
            (.insert, .asBefore, .conflict(.insertExists)),
            (.insert, .differs, .conflict(.insertExists)),
            (.update, .asBefore, .apply),
            (.update, .asAfter, .nothing),
            (.update, .missing, .conflict(.updateMissing)),
            (.update, .differs, .conflict(.updateDiffers)),
            (.delete, .asBefore, .apply),
            (.delete, .missing, .conflict(.deleteMissing)),
            (.delete, .differs, .conflict(.deleteDiffers)),
        ])
    func verdict(change: RowChange, row: TargetRow, expected: ConflictRules.Verdict) {
        #expect(ConflictRules.verdict(change, row) == expected)
    }

    @Test("Policies that need a person leave the decision open")
    func decisions() {
        #expect(ConflictRules.decision(.report) == .reported)
        #expect(ConflictRules.decision(.ignore) == .keptTarget)
        #expect(ConflictRules.decision(.overwrite) == .tookSource)
    }
}

@Suite("The window of changed keys")
struct KeyWindowTests {
    private func place(_ offset: UInt64) -> LogPlace { LogPlace(file: 1, offset: offset) }

    @Test("A key counts as changed only behind the place asked for")
    func contains() throws {
        let window = KeyWindow()
        window.advance(to: place(10), keys: [1])
        window.advance(to: place(20), keys: [2])
        #expect(window.contains(1, after: place(9)))
        #expect(!window.contains(1, after: place(10)))
        #expect(window.contains(2, after: place(10)))
        #expect(!window.contains(3, after: place(0)))
        #expect(try window.reached() == place(20))
    }

    @Test("A key that is only just being changed counts at once, and gets its place later")
    func announced() {
        let window = KeyWindow()
        window.announce([7])
        #expect(window.contains(7, after: place(1000)))
        window.advance(to: place(1001), keys: [7])
        #expect(window.contains(7, after: place(1000)))
        #expect(!window.contains(7, after: place(1001)))
    }

    @Test("What is held stays however much comes, what nobody holds goes")
    func holds() {
        let window = KeyWindow()
        let hold = window.hold(from: place(5))
        window.advance(to: place(6), keys: [1])
        for offset in 7..<5000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)]) }
        #expect(window.contains(1, after: place(5)))
        window.move(hold, to: place(4990))
        for offset in 5000..<20000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)]) }
        #expect(!window.contains(1, after: place(5)))
        #expect(window.contains(4995, after: place(4990)))
    }

    @Test("A hold without a place keeps what comes from then on")
    func holdFromNow() {
        let window = KeyWindow()
        window.advance(to: place(10), keys: [1])
        _ = window.hold()
        for offset in 11..<5000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)]) }
        #expect(window.contains(11, after: place(10)))
    }

    @Test("The follower's failure reaches who waits")
    func failure() {
        let window = KeyWindow()
        window.fail(Failure(.connectionLost, "gone", remedy: "wait"))
        #expect(throws: Failure.self) { try window.reached() }
    }

    @Test("Files are ordered by number, not by text")
    func order() {
        let early = LogPlace(BinlogPosition(file: "binlog.999999", offset: 50))
        let late = LogPlace(BinlogPosition(file: "binlog.1000000", offset: 4))
        #expect(early < late)
    }
}
