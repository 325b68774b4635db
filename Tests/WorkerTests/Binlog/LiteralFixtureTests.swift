import Testing
import WorkerBinlog

/// The literals of every fixture row.
///
/// The files `*.literals` were proved on servers: the rows were inserted with these literals into a copy of the table,
/// and the images in the server's log were the same, byte for byte. A change here has to be proved in the same way.
@Suite struct LiteralFixtureTests {
    @Test(arguments: BinlogFixture.withValues)
    func literalsAreTheProvedOnes(_ name: String) throws {
        let expected = String(decoding: try BinlogFixture.read("\(name).literals"), as: UTF8.self).split(
            separator: "\n"
        )
        let rows = try BinlogFixture(name).rows().filter { $0.kind == .insert }
        #expect(rows.count == expected.count)
        for (row, line) in zip(rows, expected) {
            #expect("\(row.map.table): \(printable(try row.literals()))" == line)
        }
    }
}
