import Testing
import WorkerBinlog

@Suite struct TableMapTests {
    private func maps(_ name: String) throws -> [TableMap] {
        var decoder = EventDecoder()
        var maps: [TableMap] = []
        for event in try BinlogFixture(name).events() {
            try event.withUnsafeBytes { bytes in
                if case .tableMap(let map) = try decoder.decode(bytes) { maps.append(map) }
            }
        }
        return maps
    }

    @Test func sameBytesGiveTheSameObject() throws {
        let maps = try maps("mysql-events").filter { $0.table == "gen" }
        let before = maps.filter { $0.columns.count == 6 }
        let after = maps.filter { $0.columns.count == 7 }
        #expect(before.count == 3 && after.count == 4)
        #expect(before.allSatisfy { $0 === before[0] })
        #expect(after.allSatisfy { $0 === after[0] })
        #expect(!before[0].hasSameDefinition(as: after[0]))
        let again = try self.maps("mysql-events").filter { $0.table == "gen" }
        #expect(again[0] !== before[0])
        #expect(again[0].hasSameDefinition(as: before[0]))
    }

    @Test func metadataOfMySQL() throws {
        let generated = try #require(try maps("mysql-events").last { $0.table == "gen" })
        #expect(generated.hasColumnNames && generated.hasSignedness && generated.hasCharacterSets)
        #expect(generated.columns.map(\.name) == ["id", "a", "v", "s", "h", "tags", "late"])
        #expect(generated.columns.map(\.visible) == [true, true, true, true, false, true, true])
        #expect(generated.columns.map(\.type) == [.long, .long, .long, .long, .varchar, .json, .long])
        #expect(generated.primaryKey?.map(\.column) == [0])
        #expect(generated.columns[0].nullable == false && generated.columns[1].nullable)
        #expect(generated.columns[4].collation == 255)

        let numbers = try maps("mysql-numbers")
        let ints = try #require(numbers.first { $0.table == "ints" })
        #expect(ints.columns.filter(\.unsigned).map(\.name) == ["tu", "su", "mu", "iu", "bu", "y"])
        let decimals = try #require(numbers.first { $0.table == "decimals" })
        #expect(decimals.columns.filter(\.unsigned).map(\.name) == ["e"])
        let floats = try #require(numbers.first { $0.table == "floats" })
        #expect(floats.columns.filter(\.unsigned).map(\.name) == ["fu", "du"])

        let strings = try maps("mysql-strings")
        let charsets = try #require(strings.first { $0.table == "charsets" })
        // latin1, gbk, utf16, sjis, ucs2, ascii
        #expect(charsets.columns.dropFirst().map(\.collation) == [8, 28, 54, 13, 35, 11])
        let lists = try #require(strings.first { $0.table == "lists" })
        #expect(lists.columns[1].members?.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "", "d"])
        #expect(lists.columns[2].members?.count == 300)
        #expect(lists.columns[4].members?.last == Array("f63".utf8))
        #expect(lists.columns[6].members?.first == [0xD6, 0xD0])
        #expect(lists.columns[6].collation == 28)
        let shapes = try #require(try maps("mysql-json").first { $0.table == "shapes" })
        #expect(shapes.columns.map(\.geometryType) == [nil, 0, 1, nil, nil])
        #expect(shapes.columns.map(\.vectorDimension) == [nil, nil, nil, 3, 2048])
    }

    @Test func metadataOfMariaDB() throws {
        let ints = try #require(try maps("mariadb-numbers").first { $0.table == "ints" })
        #expect(ints.columns.filter(\.unsigned).map(\.name) == ["tu", "su", "mu", "iu", "bu", "y"])
        let lists = try #require(try maps("mariadb-strings").first { $0.table == "lists" })
        #expect(lists.columns[4].members?.count == 64)
        let special = try #require(try maps("mariadb-special").first { $0.table == "special" })
        #expect(
            special.columns.map(\.type) == [
                .long, .string, .string, .string, .blob, .varcharCompressed, .blobCompressed, .blobCompressed,
            ]
        )
    }

    @Test func minimalMetadata() throws {
        let strings = try #require(try maps("mysql-minimal").first)
        #expect(!strings.hasColumnNames && strings.hasSignedness && strings.hasCharacterSets)
        #expect(
            strings.columns.map(\.collation) == [
                nil, 255, 255, 63, 63, 63, 255, 255, 63, 255, 255, 255, 255, 63, 63, 63, 63,
            ]
        )
        #expect(strings.primaryKey == nil)
    }

    @Test func schemaOfTheCallerMustFit() throws {
        let map = try #require(try maps("mysql-minimal").first)
        #expect(throws: DecodeError.self) { try RowLayout(map, unsigned: [true]) }
        let layout = try RowLayout(map, collations: [UInt16](repeating: 63, count: map.columns.count))
        #expect(layout.columns.map(\.isBinaryString).contains(false) == false)
    }
}

@Suite struct RowImageTests {
    @Test func imagesOfEachKind() throws {
        let rows = try BinlogFixture("mysql-events").rows()
        let generated = rows.filter { $0.map.table == "gen" }
        #expect(
            generated.map(\.kind) == [
                .insert, .insert, .insert, .update, .update, .delete, .insert, .update, .delete, .insert,
            ]
        )
        let update = generated[3]
        #expect(update.before?[1] == .bytes([1, 0, 0, 0]) && update.after?[1] == .bytes([11, 0, 0, 0]))
        #expect(generated[2].after?[5] == .null)
        // MINIMAL: the key before, what changed after.
        #expect(generated[7].before?.map { $0 == .absent } == [false, true, true, true, true, true, true])
        #expect(generated[7].after?[1] == .bytes([99, 0, 0, 0]))
        #expect(generated[7].after?[0] == .absent && generated[7].after?[6] == .absent)
        #expect(generated[8].after == nil && generated[8].before?[1] == .absent)
    }

    @Test func partialJSONIsSeenAndRefused() throws {
        let rows = try BinlogFixture("mysql-events").rows().filter { $0.map.table == "doc" && $0.kind == .update }
        let partial = try #require(
            rows.first { row in
                row.after?.contains { if case .differences = $0 { true } else { false } } ?? false
            }
        )
        guard case .differences(let bytes)? = partial.after?[3] else {
            Issue.record("no difference")
            return
        }
        #expect(!bytes.isEmpty)
        // The whole value stays where the difference would not be smaller, or is not possible.
        let whole = try #require(rows.last)
        guard case .bytes? = whole.after?[4] else {
            Issue.record("no value")
            return
        }
        let error = bytes.withUnsafeBytes { bytes in
            #expect(throws: DecodeError.self) {
                var buffer = SQLBuffer()
                try buffer.appendLiteral(partial.layout.columns[3], .jsonDifferences(bytes))
            }
        }
        #expect(error?.reason == .unsupported)
    }

    @Test func comparesImages() throws {
        var decoder = EventDecoder()
        var layout: RowLayout?
        var compared = 0
        for event in try BinlogFixture("mysql-events").events() {
            try event.withUnsafeBytes { bytes in
                switch try decoder.decode(bytes) {
                case .tableMap(let map): layout = try RowLayout(map)
                case .rows(let rows) where rows.kind == .update && rows.isFull && !rows.isPartial:
                    try rows.forEachRow(layout: try #require(layout)) { before, after in
                        let (before, after) = (try #require(before), try #require(after))
                        #expect(before.isEqual(to: before) && !before.isEqual(to: after))
                        #expect(before.isEqual(to: after, column: 0))
                        #expect((0..<before.columnCount).contains { !before.isEqual(to: after, column: $0) })
                        compared += 1
                    }
                default: break
                }
            }
        }
        #expect(compared >= 4)
    }
}
