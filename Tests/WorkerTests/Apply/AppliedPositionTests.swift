import SyncModel
import Testing
import WorkerApply
import WorkerBinlog
import WorkerSource

/// A transaction that has been passed is recognised when a log that was begun anew brings its number again.
@Suite struct AppliedPositionTests {
    private static func mark(_ id: TransactionID) -> ChangeSegment.Mark {
        ChangeSegment.Mark(gtid: id, file: "b.000001", offset: 4, slices: 0, looped: 0, hasRows: true, isForeign: true, committedAt: 0)
    }

    private static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    @Test(arguments: [("1", true), ("7", true), ("8", false), ("12", false)])
    func numbersOfMySQL(number: String, hasPassed: Bool) throws {
        let position = try AppliedPosition(BinlogPosition(gtid: "\(Self.uuid):1-7", file: "b.000001", offset: 4), isMariaDB: false)
        let uuid = try #require(ServerUUID(Self.uuid))
        let gtid = GTID(source: uuid, number: try #require(Int64(number)))
        #expect(position.hasPassed(Self.mark(.mysql(gtid))) == hasPassed)
        var further = position
        further.pass(Self.mark(.mysql(gtid)))
        #expect(further.hasPassed(Self.mark(.mysql(gtid))))
    }

    @Test(arguments: [("0-1-5", true), ("0-1-7", true), ("0-1-8", false), ("0-2-5", false), ("1-1-5", false)])
    func numbersOfMariaDB(text: String, hasPassed: Bool) throws {
        let position = try AppliedPosition(BinlogPosition(gtid: "0-1-7", file: "b.000001", offset: 4), isMariaDB: true)
        #expect(position.hasPassed(Self.mark(.mariaDB(try #require(MariaDBGTID(text))))) == hasPassed)
    }

    /// Without numbers nothing is known of it.
    @Test func placesAreNoNumbers() throws {
        let position = try AppliedPosition(BinlogPosition(file: "b.000001", offset: 400), isMariaDB: true)
        #expect(!position.hasPassed(Self.mark(.none)))
    }
}
