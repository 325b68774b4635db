import Testing
import WorkerBinlog

/// Every type against the text that a real server sent for the same row.
@Suite struct ValueFixtureTests {
    @Test(arguments: BinlogFixture.withValues)
    func valuesAreWhatTheServerSent(_ name: String) throws {
        let fixture = try BinlogFixture(name)
        var texts: [String: BinlogFixture.Expected] = [:]
        for line in try fixture.expected() { texts["\(line.table).\(line.id).\(line.column)"] = line }
        var compared = 0
        var buffer = SQLBuffer()
        for row in try fixture.rows() where row.kind == .insert {
            guard let values = row.after, case .bytes(let key) = values[0] else { continue }
            buffer.removeAll()
            try key.withUnsafeBytes { try buffer.appendCanonical(row.layout.columns[0], $0) }
            let id = buffer.text
            for (index, column) in row.map.columns.enumerated() {
                let place = "\(row.map.table).\(id).\(column.name ?? "")"
                guard let expected = texts[place] else { continue }
                compared += 1
                let layout = row.layout.columns[index]
                guard case .bytes(let value) = values[index] else {
                    #expect(values[index] == .null && expected.text == "NULL", "\(place)")
                    continue
                }
                buffer.removeAll()
                try value.withUnsafeBytes { try buffer.appendCanonical(layout, $0) }
                let canonical = buffer.withUnsafeBytes { [UInt8]($0) }
                #expect(expected.isEqual(to: canonical), "\(place): \(buffer.text), sent \(expected.text)")
                let text = expected.bytes ?? canonical
                let matches = try value.withUnsafeBytes { value in
                    try text.withUnsafeBytes { try buffer.matches(layout, value, serverText: $0) }
                }
                #expect(matches, "\(place)")
                let differs = try value.withUnsafeBytes { value in
                    try ([0x39] + text).withUnsafeBytes { try buffer.matches(layout, value, serverText: $0) }
                }
                #expect(!differs, "\(place)")
            }
        }
        #expect(compared == texts.count)
    }
}
