import SyncModel
import SyncMySQL
import Testing
import WorkerBinlog
import WorkerSchema

@testable import WorkerSource

/// Row images that lack columns (MariaDB 11.8 logs generated ones with INSERT only).
@Suite struct IncompleteImagesTests {
    /// `shop.t` with four INT columns, table 7.
    private static let map: [UInt8] = [7, 0, 0, 0, 0, 0, 1, 0, 4] + Array("shop".utf8) + [0, 1, 116, 0, 4, 3, 3, 3, 3, 0, 15]

    /// An update or a deletion whose images have the columns of `present`.
    private static func body(present: [Int], isUpdate: Bool) -> [UInt8] {
        let bitmap = present.reduce(into: UInt8(0xF0)) { $0 |= 1 << UInt8($1) }
        let image: [UInt8] = [0] + present.flatMap { [UInt8($0), 0, 0, 0] }
        return [7, 0, 0, 0, 0, 0, 1, 0, 4] + (isUpdate ? [bitmap, bitmap] + image + image : [bitmap] + image)
    }

    private func withTable(
        _ server: TestServer, source: String, target: String, _ body: @escaping @Sendable (inout AssemblerFixture) throws -> Void
    ) async throws {
        let options = try server.options()
        let database = "images_\(UInt32.random(in: 0 ... .max))"
        try await blocking {
            let session = try Session(options)
            try session.execute("CREATE DATABASE `\(database)`")
            defer { _ = try? session.execute("DROP DATABASE `\(database)`") }
            try session.execute("CREATE TABLE `\(database)`.s (\(source))")
            try session.execute("CREATE TABLE `\(database)`.t (\(target))")
            var definition = try #require(try SchemaReader(session).table(TableName(database: database, table: "s")))
            definition.name = TableName(database: "shop", table: "t")
            var fixture = AssemblerFixture(target: options, mappedTo: database, tables: [definition])
            try body(&fixture)
        }
    }

    private static let computed = "id INT PRIMARY KEY, g INT AS (id * 2) STORED UNIQUE, v INT AS (id + 1) VIRTUAL, a INT"
    private static let plain = "id INT PRIMARY KEY, g INT, v INT, a INT"

    private func take(_ fixture: inout AssemblerFixture, _ present: [Int], isUpdate: Bool) throws {
        try fixture.begin()
        try fixture.take(.tableMap, Self.map)
        try fixture.take(isUpdate ? .updateRowsV1 : .deleteRowsV1, Self.body(present: present, isUpdate: isUpdate))
        try fixture.take(statement: "COMMIT")
    }

    @Test(arguments: [TestServer.mysqlB, .mariaDBB], [true, false])
    func whatTheTargetComputesMayBeMissing(_ server: TestServer, isUpdate: Bool) async throws {
        try await withTable(server, source: Self.computed, target: Self.computed) { fixture in
            for present in [[0, 1, 2, 3], [0, 3], [0, 1, 3]] { try take(&fixture, present, isUpdate: isUpdate) }
            let segments = fixture.segments()
            #expect(segments.flatMap(\.slices).count == 3)
            for segment in segments {
                try segment.bytes.withUnsafeBytes { bytes in
                    for slice in segment.slices {
                        var cursor = try RowCursor(slice.event(in: bytes), layout: slice.route.layout)
                        #expect(try cursor.next())
                        #expect(cursor.before?.value(3).map(Array.init) == [3, 0, 0, 0])
                    }
                }
            }
        }
    }

    /// The message names what is missing, and who logged it.
    @Test(arguments: [TestServer.mysqlB, .mariaDBB], [true, false])
    func everythingElseStops(_ server: TestServer, isUpdate: Bool) async throws {
        for (source, target, present, missing) in [
            (Self.computed, Self.computed, [0], "a"), (Self.computed, Self.computed, [3], "id"), (Self.plain, Self.plain, [0, 3], "g, v"),
            // The target does not compute what the source does.
            (Self.computed, "id INT PRIMARY KEY, g INT, v INT AS (id + 1) VIRTUAL, a INT", [0, 3], "g"),
        ] {
            try await withTable(server, source: source, target: target) { fixture in
                let failure = #expect(throws: Failure.self) { try take(&fixture, present, isUpdate: isUpdate) }
                #expect(failure?.code == .binlogFormat)
                #expect(failure?.message.contains("shop.t") == true && failure?.message.hasSuffix(": \(missing) missing") == true, "\(failure?.message ?? "")")
                #expect(failure?.message.contains("9.7.0") == true)
            }
        }
    }
}
