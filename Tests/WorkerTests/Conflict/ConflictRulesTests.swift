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

    private func key(_ number: UInt64) -> RowKey { key(withUnsafeBytes(of: number) { Array($0) }) }

    private func key(_ text: [UInt8], table: String = "`d`.`t`") -> RowKey { hasher(text, key: { $0.key(in: table) }) }

    private func hasher<T>(_ text: [UInt8], key: (borrowing KeyHasher) -> T) -> T {
        var hasher = KeyHasher()
        text.withUnsafeBytes { hasher.append($0) }
        return key(hasher)
    }

    @Test("Keys with the same hash are different keys, and so are those of other tables")
    func exact() {
        // Four bytes of length and four of the text, then eight that make up for the difference.
        var texts: [[UInt8]] = []
        for first: [UInt8] in [[1, 2, 3, 4], [5, 6, 7, 8]] {
            let word = UInt64(12) | first.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(32 + 8 * $1.offset) }
            var state = (0xCBF2_9CE4_8422_2325 ^ 16 ^ word) &* 0x9E37_79B9_7F4A_7C15
            state ^= state &>> 29
            texts.append(first + withUnsafeBytes(of: state) { Array($0) })
        }
        #expect(texts[0] != texts[1])
        #expect(hasher(texts[0]) { $0.value } == hasher(texts[1]) { $0.value })
        let window = KeyWindow()
        window.advance(to: place(10), keys: [key(texts[0])])
        #expect(window.contains(key(texts[0]), after: place(9)))
        #expect(!window.contains(key(texts[1]), after: place(9)))
        #expect(!window.contains(key(texts[0], table: "`d`.`u`"), after: place(9)))
    }

    @Test("A key counts as changed only behind the place asked for")
    func contains() throws {
        let window = KeyWindow()
        window.advance(to: place(10), keys: [1].map(key))
        window.advance(to: place(20), keys: [2].map(key))
        #expect(window.contains(key(1), after: place(9)))
        #expect(!window.contains(key(1), after: place(10)))
        #expect(window.contains(key(2), after: place(10)))
        #expect(!window.contains(key(3), after: place(0)))
        #expect(try window.reached() == place(20))
    }

    @Test("A key that is only just being changed counts at once, and gets its place later")
    func announced() {
        let window = KeyWindow()
        window.announce([key(7)])
        #expect(window.contains(key(7), after: place(1000)))
        window.advance(to: place(1001), keys: [7].map(key))
        #expect(window.contains(key(7), after: place(1000)))
        #expect(!window.contains(key(7), after: place(1001)))
    }

    @Test("What is held stays however much comes, what nobody holds goes")
    func holds() {
        let window = KeyWindow()
        let hold = window.hold(from: place(5))
        window.advance(to: place(6), keys: [1].map(key))
        for offset in 7..<5000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)].map(key)) }
        #expect(window.contains(key(1), after: place(5)))
        window.move(hold, to: place(4990))
        for offset in 5000..<20000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)].map(key)) }
        #expect(!window.contains(key(1), after: place(5)))
        #expect(window.contains(key(4995), after: place(4990)))
    }

    @Test("A hold without a place keeps what comes from then on")
    func holdFromNow() {
        let window = KeyWindow()
        window.advance(to: place(10), keys: [1].map(key))
        _ = window.hold()
        for offset in 11..<5000 { window.advance(to: place(UInt64(offset)), keys: [UInt64(offset)].map(key)) }
        #expect(window.contains(key(11), after: place(10)))
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
