import Testing

@testable import WorkerBinlog

/// Documents that are logged as differences from what they were.
@Suite struct JSONDifferencesTests {
    /// The rows of the fixture, completed, say what its server would have said without the option.
    @Test func rowsOfAServer() throws {
        var decoder = EventDecoder()
        var layout: RowLayout?
        var texts: [String] = []
        var buffer = SQLBuffer()
        for event in try BinlogFixture("mysql-events").events() {
            try event.withUnsafeBytes { bytes in
                switch try decoder.decode(bytes) {
                case .tableMap(let map): layout = try RowLayout(map)
                case .rows(let rows) where rows.isPartial:
                    let layout = try #require(layout)
                    var whole = SQLBuffer()
                    let completed = try rows.completed(layout: layout, in: &whole)
                    #expect(completed.isFull && !completed.isPartial)
                    try completed.forEachRow(layout: layout) { before, after in
                        for image in [before, after].compactMap({ $0 }) {
                            buffer.removeAll()
                            for column in 0..<image.columnCount {
                                buffer.appendReadable(layout.columns[column], image[column])
                                buffer.append("|")
                            }
                            texts.append(buffer.text)
                        }
                    }
                    whole.removeAll()
                default: break
                }
            }
        }
        let long = String(repeating: "v", count: 32)
        #expect(
            texts == [
                "1|{\"x\": 1, \"y\": [1, 2, 3]}|2|{\"k\": \"\(long)\"}|[1]|",
                "1|{\"x\": 5, \"y\": [1, 2, 3]}|2|{\"k\": \"wwww\"}|[1]|",
                "2|NULL|5|{}|[]|", "2|NULL|5|{}|[9, 9]|",
            ]
        )
    }

    @Test func paths() throws {
        func legs(_ text: String) throws -> String {
            try Array(text.utf8).withUnsafeBytes { bytes in
                try JSONPath(bytes).legs.map { leg in
                    switch leg {
                    case .member(let name): "<\(String(decoding: name, as: UTF8.self))>"
                    case .cell(let index): "\(index)"
                    case .cellFromEnd(let index): "-\(index)"
                    }
                }.joined()
            }
        }
        #expect(try legs("$") == "")
        #expect(try legs("$.a[10].b") == "<a>10<b>")
        #expect(try legs(#"$."a b"."c\"d\\e"[last]."\u0007"[last-2].数据"#) == "<a b><c\"d\\e>-0<\u{7}>-2<数据>")
        #expect(try legs(#"$."".$x"#) == "<><$x>")
        for text in [
            "", "a", "$a", "$.", "$[", "$[]", "$[x]", "$[*]", "$.a.", "$.\"a", "$[99999999999]", #"$."\u00zz""#,
            "$**.a",
        ] {
            #expect(throws: DecodeError.self, "\(text)") { try legs(text) }
        }
    }

    /// A difference that does not fit says that the log or the decoder is wrong; guessing would be worse.
    @Test func misfitsAreRefused() throws {
        // {"a": 1}, small: one member.
        let document: [UInt8] = [0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 1, 0, 97]
        func text(_ operation: UInt8, _ path: String, _ value: [UInt8] = [4, 1]) throws -> String {
            var difference = [operation, UInt8(path.utf8.count)] + Array(path.utf8)
            if operation != 2 { difference += [UInt8(value.count)] + value }
            let column = try ColumnLayout(type: .json, meta: 4)
            return try document.withUnsafeBytes { document in
                try difference.withUnsafeBytes { difference in
                    var buffer = SQLBuffer()
                    try buffer.append(document: document, changedBy: difference)
                    var readable = SQLBuffer()
                    buffer.withUnsafeBytes { readable.appendReadable(column, $0) }
                    return readable.text
                }
            }
        }
        #expect(try text(0, "$.a") == #"{"a": true}"#)
        #expect(try text(1, "$.b") == #"{"a": 1, "b": true}"#)
        #expect(try text(1, "$.A") == #"{"A": true, "a": 1}"#)
        #expect(try text(2, "$.a") == "{}")
        let misfits = [
            (0, "$"), (0, "$.b"), (1, "$.a"), (2, "$.b"), (0, "$[0]"), (1, "$[0]"), (0, "$.a.b"), (2, "$.a[0]"),
            (3, "$.a"),
        ]
        for (operation, path) in misfits {
            #expect(throws: DecodeError.self, "\(operation) \(path)") { try text(UInt8(operation), path) }
        }
    }
}
