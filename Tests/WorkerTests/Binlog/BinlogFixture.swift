import Glibc
import WorkerBinlog

/// A binlog file of a real server, and what that server said about the rows in it. See `Fixtures/capture.py`.
struct BinlogFixture {
    let name: String
    let bytes: [UInt8]

    static let folder: String = {
        let file: StaticString = #filePath
        let path = String(describing: file).split(separator: "/", omittingEmptySubsequences: false)
        return path.dropLast(2).joined(separator: "/") + "/Fixtures"
    }()

    static let all = [
        "mysql-numbers", "mysql-temporals", "mysql-strings", "mysql-json", "mysql-events", "mysql-tagged",
        "mysql-minimal",
        "mariadb-numbers", "mariadb-temporals", "mariadb-strings", "mariadb-special", "mariadb-oldtimes",
        "mariadb-events",
        "mariadb11-special", "mariadb11-events",
    ]

    /// Those whose rows the server printed.
    static let withValues = all.filter {
        !$0.hasSuffix("events") && !$0.hasSuffix("tagged") && !$0.hasSuffix("minimal")
    }

    init(_ name: String) throws {
        self.name = name
        bytes = try BinlogFixture.read("\(name).binlog")
    }

    init(name: String, raw: [UInt8]) {
        self.name = name
        bytes = raw
    }

    static func read(_ file: String) throws -> [UInt8] { try readPath("\(folder)/\(file)") }

    static func readPath(_ path: String) throws -> [UInt8] {
        guard let stream = fopen(path, "rb") else { throw Missing(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    struct Missing: Error { let path: String }

    /// The events of the file, header and checksum included. A file begins with four magic bytes.
    func events() throws -> [[UInt8]] {
        var events: [[UInt8]] = []
        var offset = 4
        while offset < bytes.count {
            let header = try bytes.withUnsafeBytes { try EventHeader(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            let end = offset + Int(header.eventSize)
            guard end <= bytes.count else { throw Missing(path: "\(name): event at \(offset)") }
            events.append(Array(bytes[offset..<end]))
            offset = end
        }
        return events
    }

    /// What the server sent: `table`, id, column, then the text.
    struct Expected {
        let table: String
        let id: String
        let column: String
        let text: String

        /// Whether these are the bytes that the server sent; nil stands for NULL.
        func isEqual(to bytes: [UInt8]?) -> Bool {
            guard let bytes else { return text == "NULL" }
            if text.hasPrefix("#") {
                let checksum = bytes.withUnsafeBytes { CRC32.checksum($0) }
                let digits = String(checksum, radix: 16)
                return text == "#\(bytes.count):" + String(repeating: "0", count: 8 - digits.count) + digits
            }
            return text == hex(bytes)
        }

        /// The bytes, unless they were too many to be written down.
        var bytes: [UInt8]? {
            guard text != "NULL", !text.hasPrefix("#") else { return nil }
            return unhex(text)
        }
    }

    func expected() throws -> [Expected] {
        String(decoding: try BinlogFixture.read("\(name).expected"), as: UTF8.self)
            .split(separator: "\n").map { line in
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                return Expected(table: fields[0], id: fields[1], column: fields[2], text: fields[3])
            }
    }
}

extension DecodedRow {
    /// The literals of the row's after image, parted by commas.
    func literals() throws -> [UInt8] {
        var buffer = SQLBuffer()
        for (index, value) in (after ?? []).enumerated() {
            if index > 0 { buffer.append(", ") }
            switch value {
            case .absent: buffer.append("-")
            case .null: buffer.append("NULL")
            case .bytes(let bytes): try bytes.withUnsafeBytes { try buffer.appendLiteral(layout.columns[index], $0) }
            case .differences: buffer.append("?")
            }
        }
        return buffer.withUnsafeBytes { [UInt8]($0) }
    }
}

/// Bytes as a line of ASCII: others as `%xx`, and no more than a thousand, with their number and checksum instead.
func printable(_ bytes: [UInt8]) -> String {
    guard bytes.count <= 1000 else {
        return "#\(bytes.count):" + String(bytes.withUnsafeBytes { CRC32.checksum($0) }, radix: 16)
    }
    return bytes.map { byte in
        byte >= 32 && byte < 127 && byte != UInt8(ascii: "%")
            ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

func unhex(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { $0 <= 57 ? $0 - 48 : $0 | 32 - 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A row as it came out of a fixture, copied so that it can be looked at after the walk.
struct DecodedRow {
    let map: TableMap
    let layout: RowLayout
    let kind: RowsEvent.Kind
    let before: [ColumnCopy]?
    let after: [ColumnCopy]?

    enum ColumnCopy: Equatable {
        case absent
        case null
        case bytes([UInt8])
        case differences([UInt8])
    }

    static func copy(_ image: RowImage?) -> [ColumnCopy]? {
        image.map { image in
            (0..<image.columnCount).map { column in
                switch image[column] {
                case .absent: .absent
                case .null: .null
                case .bytes(let bytes): .bytes([UInt8](bytes))
                case .jsonDifferences(let bytes): .differences([UInt8](bytes))
                }
            }
        }
    }
}

extension BinlogFixture {
    /// UUID and INET columns look like strings in the log; the schema knows better.
    static let forms: [String: [String: ColumnLayout.LiteralForm]] = [
        "special": ["u": .mariaDBUUID, "i6": .mariaDBAddress, "i4": .mariaDBAddress]
    ]

    /// Every row of the file, in order; those of compressed transactions too.
    func rows() throws -> [DecodedRow] {
        var decoder = EventDecoder()
        var walk = RowWalk()
        for event in try events() {
            try event.withUnsafeBytes { bytes in
                let decoded = try decoder.decode(bytes)
                guard case .transactionPayload(let payload) = decoded else { return try walk.take(decoded) }
                var reader = try PayloadReader(payload)
                while let inner = try reader.next() { try walk.take(try decoder.decode(unpacked: inner)) }
            }
        }
        return walk.rows
    }
}

/// Collects rows from events.
private struct RowWalk {
    var rows: [DecodedRow] = []
    private var maps: [UInt64: (TableMap, RowLayout)] = [:]

    mutating func take(_ event: Event) throws {
        switch event {
        case .tableMap(let map):
            if maps[map.tableID]?.0 === map { return }
            let forms = map.columns.map { column in BinlogFixture.forms[map.table]?[column.name ?? ""] ?? .native }
            maps[map.tableID] = (map, try RowLayout(map, forms: forms))
        case .rows(let event):
            if event.isDummy { return }
            guard let (map, layout) = maps[event.tableID] else { throw BinlogFixture.Missing(path: "table \(event.tableID)") }
            try event.forEachRow(layout: layout) { before, after in
                rows.append(
                    DecodedRow(
                        map: map, layout: layout, kind: event.kind, before: DecodedRow.copy(before), after: DecodedRow.copy(after)))
            }
        default: break
        }
    }
}
