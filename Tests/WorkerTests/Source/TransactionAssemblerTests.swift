import SyncModel
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

@testable import WorkerSource

/// What the events of a stream come to, and which of them stop the task.
@Suite struct TransactionAssemblerTests {
    private func failure(_ body: () throws -> Void) -> FailureCode? {
        do { try body() } catch { return (error as? Failure)?.code }
        return nil
    }

    @Test func incidentStops() {
        var fixture = AssemblerFixture()
        #expect(failure { try fixture.take(.incident, [1, 0, 4] + Array("lost".utf8)) } == .unknownEvent)
    }

    /// Nobody knows what an event of a later server changes, unless it says that it may be passed over.
    @Test func unknownEventsStopUnlessTheyAreIgnorable() throws {
        var fixture = AssemblerFixture()
        let later = EventType(rawValue: 120)
        try fixture.begin()
        try fixture.take(later, [1, 2, 3], flags: 0x80)
        try fixture.take(statement: "COMMIT")
        #expect(fixture.marks().map(\.offset) == [fixture.offset])
        #expect(failure { try fixture.take(later, [1, 2, 3]) } == .unknownEvent)
        #expect(failure { try fixture.take(.partialRowData, [1, 2, 3]) } == .unknownEvent)
    }

    /// What comes before a statement matters only to the statement.
    @Test(arguments: [EventType.intVar, .rand, .userVar, .beginLoadQuery, .appendBlock, .deleteFile])
    func companionsOfStatementsPass(_ type: EventType) throws {
        var fixture = AssemblerFixture(tables: [Self.table])
        try fixture.begin()
        try fixture.take(statement: "BEGIN", in: "other")
        try fixture.take(type, [UInt8](repeating: 1, count: 16))
        try fixture.take(statement: "INSERT INTO t VALUES (1)", in: "other")
        try fixture.take(.xid, [UInt8](repeating: 0, count: 8))
        #expect(fixture.marks().count == 1)
        try fixture.take(type, [UInt8](repeating: 1, count: 16))
        #expect(failure { try fixture.take(statement: "INSERT INTO t VALUES (1)") } == .statementFormat)
    }

    @Test func loadDataAsAStatementStops() throws {
        for (database, stops) in [("shop", true), ("other", false)] {
            var fixture = AssemblerFixture(tables: [Self.table])
            // Thread, time, length of the name, error, status variables; then file, two places in the text, duplicates.
            var body = [UInt8](repeating: 0, count: 8)
            body += [UInt8(database.utf8.count), 0, 0, 0, 0] + [UInt8](repeating: 0, count: 13)
            body += Array(database.utf8) + [0] + Array("LOAD DATA INFILE 'x' INTO TABLE t".utf8)
            let code = failure { try fixture.take(.executeLoadQuery, body) }
            #expect(code == (stops ? .statementFormat : nil), "\(database)")
        }
    }

    private static let table = TableDefinition(name: TableName(database: "shop", table: "t"), engine: "InnoDB", columns: [], indexes: [])

    /// Where it runs, and what its text is about otherwise, does not matter.
    @Test(arguments: [
        ("REPLACE INTO other.sums SELECT COUNT(*) FROM shop.t", "shop", false), ("UPDATE other.u, t SET u.a = t.a", "shop", false),
        ("INSERT INTO u VALUES ('shop.t')", "other", false), ("INSERT INTO passing SELECT * FROM t", "shop", false),
        ("DELETE FROM shop.t", "other", true), ("DELETE FROM SHOP.T", "other", false), ("UPDATE other.u, t SET t.a = u.a", "shop", true),
        ("SET STATEMENT max_statement_time = 1 FOR DELETE FROM t", "shop", true), ("/*!40000 DELETE */ FROM t", "shop", true),
        ("UPDATE t", "shop", true), ("UPDATE t", "other", false),
    ])
    func changesInStatementFormatStopByTheTableThatTheyChange(statement: String, database: String, stops: Bool) throws {
        var fixture = AssemblerFixture(tables: [Self.table])
        #expect(failure { try fixture.take(statement: statement, in: database) } == (stops ? .statementFormat : nil))
    }

    /// Which rows it would choose is not known: it is no reason to take all of them, or none.
    @Test(arguments: [("id > 1", nil), ("id >", .invalidFile), ("", .invalidFile), ("rand() < 1", .invalidFile)] as [(String, FailureCode?)])
    func aFilterThatCannotBeReadStops(filter: String, code: FailureCode?) throws {
        var fixture = AssemblerFixture(filter: filter)
        #expect(failure { try fixture.take(statement: "ALTER TABLE t ADD note INT") } == code)
        #expect(failure { try fixture.take(statement: "ALTER TABLE u ADD note INT") } == nil)
    }

    @Test func savepointsPass() throws {
        var fixture = AssemblerFixture()
        try fixture.begin()
        for statement in [
            "BEGIN", "SAVEPOINT `a`", "RELEASE SAVEPOINT `a`", "SAVEPOINT b", "ROLLBACK TO `b`", "COMMIT",
        ] {
            try fixture.take(statement: statement)
        }
        #expect(fixture.marks().count == 1)
    }

    // MARK: Positions

    /// The header of an event has 32 bits for the place behind it.
    @Test func offsetsGrowBeyondFourGigabytes() throws {
        var fixture = AssemblerFixture(at: BinlogPosition(file: "binlog.000001", offset: UInt64(UInt32.max) - 200))
        for _ in 0..<20 {
            try fixture.begin()
            try fixture.take(statement: "COMMIT")
        }
        let offsets = fixture.marks().map(\.offset)
        #expect(offsets == offsets.sorted() && offsets.last == fixture.offset)
        #expect(fixture.offset > UInt64(UInt32.max))
        // Also where whole gigabytes lie behind it.
        var far = AssemblerFixture(at: BinlogPosition(file: "binlog.000001", offset: 3 << 32 | 0xFFFF_FFF0))
        try far.begin()
        try far.take(statement: "COMMIT")
        #expect(far.marks().map(\.offset) == [far.offset])
        #expect(far.offset >> 32 == 4)
    }

    /// MariaDB 11.4 and later leave positions out within transactions.
    @Test func positionsThatAreLeftOutDoNotCount() throws {
        var fixture = AssemblerFixture(at: BinlogPosition(file: "binlog.000001", offset: 1000))
        try fixture.begin()
        try fixture.take(.annotateRows, Array("UPDATE t SET a = 1".utf8), hasPosition: false)
        try fixture.take(.xid, [UInt8](repeating: 0, count: 8))
        #expect(fixture.marks().map(\.offset) == [fixture.offset])
    }

    /// A transaction of MariaDB 11.4 that is larger than what 32 bits can say about its end.
    @Test func positionsThatAreLeftOutForGigabytes() throws {
        var place = BinlogPlace(BinlogPosition(file: "binlog.000001", offset: 1000))
        let size: UInt64 = 1 << 30
        for number in 1...9 as ClosedRange<UInt64> {
            let next = number == 9 ? UInt32(truncatingIfNeeded: 1000 + 9 * size) : 0
            var header: [UInt8] = [0, 0, 0, 0, 30, 1, 0, 0, 0]
            for value in [UInt32(size), next] { withUnsafeBytes(of: value.littleEndian) { header += Array($0) } }
            header += [0, 0]
            place.pass(try header.withUnsafeBytes { try EventHeader($0) })
        }
        #expect(place.offset == 1000 + 9 * size)
    }

    @Test func filesAreOrderedByTheirNumber() throws {
        let before = BinlogPosition(file: "binlog.999999", offset: 5_000_000_000)
        let after = BinlogPosition(file: "binlog.1000000", offset: 4)
        #expect(after.isAtOrBehind(before))
        #expect(!before.isAtOrBehind(after))
        #expect(
            BinlogPosition(file: "a.b-bin.1000001", offset: 4).isAtOrBehind(
                BinlogPosition(file: "a.b-bin.999999", offset: 9)
            )
        )
        var fixture = AssemblerFixture(at: BinlogPosition(file: "binlog.999999", offset: 4))
        try fixture.take(.rotate, [4, 0, 0, 0, 0, 0, 0, 0] + Array("binlog.1000000".utf8))
        fixture.offset = 4
        try fixture.begin()
        try fixture.take(statement: "COMMIT")
        let mark = try #require(fixture.marks().last)
        #expect(mark.file == "binlog.1000000" && mark.offset == fixture.offset)
    }
}
