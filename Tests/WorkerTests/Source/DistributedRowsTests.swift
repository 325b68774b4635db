import SyncModel
import SyncMySQL
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

@testable import WorkerSource

/// Rows of distributed transactions on their way through the assembler.
@Suite struct DistributedRowsTests {
    private static let xid = XID(formatID: 1, global: [1], branch: [])

    /// `CREATE TABLE shop.t (v INT NOT NULL)`, table 7.
    private static let map: [UInt8] = [7, 0, 0, 0, 0, 0, 1, 0, 4] + Array("shop".utf8) + [0, 1, 116, 0, 1, 3, 0, 0]

    /// Inserts rows of that table.
    private static func rows(_ values: [UInt8]) -> [UInt8] {
        [7, 0, 0, 0, 0, 0, 1, 0, 1, 1] + values.flatMap { [0xFE, $0, 0, 0, 0] }
    }

    private func prepare(_ fixture: inout AssemblerFixture, _ values: [UInt8]) throws {
        try fixture.begin()
        try fixture.take(statement: "XA START \(Self.xid)")
        try fixture.take(.tableMap, Self.map)
        for value in values { try fixture.take(.writeRowsV1, Self.rows([value])) }
        try fixture.take(statement: "XA END \(Self.xid)")
        try fixture.prepare(Self.xid)
    }

    /// What the reader does when rows have to be read again.
    private func readAgain(_ fixture: inout AssemblerFixture, _ values: [UInt8]) throws {
        let maps = fixture.assembler.beginAgain()
        var decoder = EventDecoder()
        for (type, body) in [(EventType.tableMap, Self.map)] + values.map({ (.writeRowsV1, Self.rows([$0])) }) {
            var event: [UInt8] = [
                0, 0, 0, 0, type.rawValue, 1, 0, 0, 0, UInt8(EventHeader.size + body.count), 0, 0, 0, 0, 0, 0, 0, 0, 0,
            ]
            event += body
            let isLast = try event.withUnsafeBytes {
                try fixture.assembler.take(again: try decoder.decode(unpacked: $0))
            }
            #expect(!isLast)
        }
        let isLast = try fixture.assembler.take(again: .xaPrepare(XAPrepareEvent(Self.xid)))
        #expect(isLast)
        try fixture.assembler.endAgain(maps)
    }

    /// Runs `body` with the table on a server.
    private func withTable(
        _ name: String,
        _ body: @escaping @Sendable (Session.Options, String, TableDefinition) throws -> Void
    ) async throws {
        let options = try TestServer.mariaDBB.options()
        let database = "assembler_\(name)_\(UInt32.random(in: 0 ... .max))"
        try await blocking {
            let session = try Session(options)
            try session.execute("CREATE DATABASE `\(database)`")
            defer { _ = try? session.execute("DROP DATABASE `\(database)`") }
            try session.execute("CREATE TABLE `\(database)`.t (v INT NOT NULL)")
            var definition = try #require(try SchemaReader(session).table(TableName(database: database, table: "t")))
            definition.name = TableName(database: "shop", table: "t")
            try body(options, database, definition)
        }
    }

    private func values(_ segments: [ChangeSegment]) -> [UInt8] {
        segments.flatMap { segment in
            segment.slices.map { segment.bytes[$0.start + $0.beforeBitmap + $0.afterBitmap + 1] }
        }
    }

    @Test func smallOnesAreKeptUntilTheyEnd() async throws {
        try await withTable("kept") { options, database, definition in
            var fixture = AssemblerFixture(target: options, mappedTo: database, tables: [definition])
            try prepare(&fixture, [1, 2])
            #expect(values(fixture.segments()) == [])
            try fixture.begin()
            try fixture.take(statement: "XA COMMIT \(Self.xid)")
            let segments = fixture.segments()
            #expect(values(segments) == [1, 2])
            #expect(segments.flatMap(\.marks).map(\.hasRows) == [true])
        }
    }

    @Test func largeOnesAreReadAgainInPieces() async throws {
        try await withTable("large") { options, database, definition in
            var fixture = AssemblerFixture(target: options, mappedTo: database, tables: [definition], pieceBytes: 15)
            try prepare(&fixture, [1, 2, 3, 4, 5])
            #expect(values(fixture.segments()) == [])
            try fixture.begin()
            try fixture.take(statement: "XA COMMIT \(Self.xid)")
            #expect(fixture.segments().isEmpty)
            try readAgain(&fixture, [1, 2, 3, 4, 5])
            let segments = fixture.segments()
            #expect(values(segments) == [1, 2, 3, 4, 5])
            #expect(segments.map(\.extent).first == .first && segments.map(\.extent).last == .last)
        }
    }

    /// A table without a key is copied as of one place. A transaction that was prepared before that place and committed
    /// behind it is not in the copy.
    @Test func theCommitDecidesWhetherTheCopyHasThem() async throws {
        try await withTable("copied") { options, database, definition in
            let start = BinlogPosition(file: "binlog.000001", offset: 2000)
            var fixture = AssemblerFixture(
                at: BinlogPosition(file: "binlog.000001", offset: 1000),
                target: options,
                mappedTo: database,
                tables: [definition],
                tableStarts: [definition.name: start]
            )
            try prepare(&fixture, [1, 2])
            #expect(fixture.offset < 2000)
            fixture.offset = 3000
            try fixture.begin()
            try fixture.take(statement: "XA COMMIT \(Self.xid)")
            let awaited = fixture.assembler.awaited
            if awaited != nil { try readAgain(&fixture, [1, 2]) }
            #expect(values(fixture.segments()) == [1, 2])
        }
    }
}
