import SyncModel
import Testing
import WorkerBinlog
import WorkerCheckpoint

@testable import WorkerSource

/// Distributed transactions on their way through the assembler, without rows.
@Suite struct DistributedTests {
    private let first = XID(formatID: 7, global: Array("g".utf8), branch: Array("b".utf8))
    private let second = XID(formatID: 1, global: [0, 255, 10], branch: [])

    private func prepare(_ fixture: inout AssemblerFixture, _ xid: XID, onePhase: Bool = false) throws {
        try fixture.begin()
        try fixture.take(statement: "XA START \(xid)")
        try fixture.take(statement: "XA END \(xid)")
        try fixture.prepare(xid, onePhase: onePhase)
    }

    /// Applies what the marks say, as the applier does.
    private func list(_ marks: [ChangeSegment.Mark], _ start: PreparedTransactions = PreparedTransactions())
        -> PreparedTransactions
    {
        var list = start
        for mark in marks { if let step = mark.distributed { list.take(step) } }
        return list
    }

    @Test func areListedFromPrepareToEnd() throws {
        var fixture = AssemblerFixture()
        let start = fixture.offset
        try prepare(&fixture, first)
        let middle = fixture.offset
        try prepare(&fixture, second)
        let open = list(fixture.marks())
        #expect(open[first.description] == BinlogPosition(file: "binlog.000001", offset: start))
        #expect(open[second.description] == BinlogPosition(file: "binlog.000001", offset: middle))
        #expect(PreparedTransactions(open.description) == open)
        try fixture.begin()
        try fixture.take(statement: "XA ROLLBACK \(first)")
        try fixture.begin()
        try fixture.take(statement: "XA COMMIT \(second)")
        let marks = fixture.marks()
        #expect(marks.count == 2 && marks.allSatisfy(\.isForeign))
        #expect(list(marks, open).count == 0)
    }

    /// Nothing is known of its rows after a restart, so they are asked for before the stream goes on.
    @Test func rowsAreReadAgainAfterARestart() throws {
        let place = BinlogPosition(file: "binlog.000001", offset: 1234)
        var known = PreparedTransactions()
        known.take(.prepared(xid: first.description, place: place))
        var fixture = AssemblerFixture(at: BinlogPosition(file: "binlog.000002", offset: 4), prepared: known)
        try fixture.begin()
        try fixture.take(statement: "XA COMMIT \(first)")
        #expect(fixture.marks().isEmpty)
        let awaited = fixture.assembler.awaited
        #expect(awaited?.place == place && awaited?.xid == first.description)
        let maps = fixture.assembler.beginAgain()
        let isLast = try fixture.assembler.take(again: .xaPrepare(XAPrepareEvent(first)))
        #expect(isLast)
        try fixture.assembler.endAgain(maps)
        let marks = fixture.marks()
        #expect(marks.map(\.offset) == [fixture.offset] && marks[0].file == "binlog.000002")
        #expect(list(marks, known).count == 0)
        let left = fixture.assembler.awaited
        #expect(left == nil)
    }

    /// Another log under the same name, say: rows of another transaction are never taken for these.
    @Test func anotherTransactionInItsPlaceStops() throws {
        var known = PreparedTransactions()
        known.take(.prepared(xid: first.description, place: BinlogPosition(file: "binlog.000001", offset: 1234)))
        for event in [Event.xaPrepare(XAPrepareEvent(second)), .xid(1)] {
            var fixture = AssemblerFixture(prepared: known)
            try fixture.begin()
            try fixture.take(statement: "XA COMMIT \(first)")
            _ = fixture.assembler.beginAgain()
            var code: FailureCode?
            do { _ = try fixture.assembler.take(again: event) } catch { code = (error as? Failure)?.code }
            #expect(code == .binlogCorrupt)
        }
    }

    @Test func onePhaseIsATransactionLikeAnyOther() throws {
        var fixture = AssemblerFixture()
        try prepare(&fixture, first, onePhase: true)
        let marks = fixture.marks()
        #expect(marks.count == 1 && marks[0].distributed == nil)
    }

    @Test func onesPreparedBeforeTheTaskStopItWhenTheyAreCommitted() throws {
        var fixture = AssemblerFixture()
        try fixture.begin()
        try fixture.take(statement: "XA ROLLBACK \(first)")
        #expect(fixture.marks().count == 1)
        try fixture.begin()
        var code: FailureCode?
        do { try fixture.take(statement: "XA COMMIT \(first)") } catch { code = (error as? Failure)?.code }
        #expect(code == .unsupported)
    }

    @Test func identifiersAreReadFromStatements() {
        for xid in [
            first, second,
            XID(formatID: .max, global: [UInt8](repeating: 9, count: 64), branch: [UInt8](repeating: 1, count: 64)),
        ] {
            #expect(XID(statement: "XA COMMIT \(xid)") == xid)
        }
        for text in [
            "XA COMMIT", "XA COMMIT 'g'", "XA COMMIT X'6',X'',1", "XA COMMIT X'67',X''", "XA COMMIT X'zz',X'',1",
        ] {
            #expect(XID(statement: text) == nil, "\(text)")
        }
    }
}
