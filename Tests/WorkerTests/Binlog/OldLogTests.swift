import FoundationEssentials
import Glibc
import SystemPackage
import TestSupport
import Testing
import WorkerBinlog

/// Logs of servers that cannot be run here, against what the servers' own programs print of them.
///
/// They lie beside the repository, because they are another project's: `../shared/binlogs`.
@Suite(.enabled(if: OldLog.areThere, "../shared/binlogs is not there: logs of older servers are not read"))
struct OldLogTests {
    @Test(arguments: [
        ("mysql-bin.sakila.gz", OldLog.Printer.mariaDB, 47273), ("mysql-bin.checksum-none", .mariaDB, 36), ("mysql-bin.checksum-crc32", .mariaDB, 63),
        ("mysql-bin.aurora-padding", .mariaDB, 0), ("mysql-bin.compressed", .mysql, 1),
    ])
    func rowsAreWhatTheServersProgramPrints(name: String, printer: OldLog.Printer, count: Int) async throws {
        try await Scope.with { scope in
            let log = try await OldLog(name, printer, in: scope)
            let decoded = try BinlogFixture(name: name, raw: log.bytes).rows()
            let printed = try log.printedRows()
            #expect(printed.count == count)
            #expect(PrintedRow.counts(decoded) == PrintedRow.counts(printed))
            var differences: [String] = []
            for (number, (ours, theirs)) in zip(decoded, printed).enumerated() {
                if let difference = try theirs.difference(from: ours) { differences.append("row \(number): \(difference)") }
            }
            if !differences.isEmpty { Issue.record("\(differences.count) of \(decoded.count) rows differ, first \(differences.prefix(5))") }
        }
    }

    /// One byte that is another, anywhere in the events: with checksums each is noticed.
    @Test func damageIsNoticed() async throws {
        try await Scope.with { scope in
            let log = try await OldLog("mysql-bin.checksum-crc32", nil, in: scope)
            let whole = try BinlogFixture(name: "whole", raw: log.bytes).events()
            var decoder = EventDecoder()
            for (number, event) in whole.enumerated() {
                var damaged = event
                // Behind the header, and never the same place.
                damaged[EventHeader.size + number % (event.count - EventHeader.size)] ^= 0x20
                if number > 0 {
                    do {
                        _ = try damaged.withUnsafeBytes { try decoder.decode($0) }
                        Issue.record("event \(number) is taken")
                    } catch let error as DecodeError {
                        #expect(error.reason == .checksum, "event \(number)")
                    }
                }
                _ = try event.withUnsafeBytes { try decoder.decode($0) }
            }
        }
    }

    /// An event that ends too early: without a checksum its fields say so, and nothing else happens.
    @Test(arguments: ["mysql-bin.checksum-none", "mysql-bin.sakila.gz", "mysql-bin.compressed"])
    func cutEventsEndWithAnError(name: String) async throws {
        try await Scope.with { scope in
            let log = try await OldLog(name, nil, in: scope)
            var decoder = EventDecoder()
            var refused = 0
            for (number, event) in try BinlogFixture(name: name, raw: log.bytes).events().prefix(2000).enumerated() {
                let cut = Array(event.prefix(EventHeader.size + (event.count - EventHeader.size) / 3))
                do {
                    // The first says how the others are laid out.
                    if number > 0 { _ = try cut.withUnsafeBytes { try decoder.decode($0) } }
                } catch let error as DecodeError {
                    refused += 1
                    #expect(!error.description.isEmpty)
                }
                _ = try event.withUnsafeBytes { try decoder.decode($0) }
            }
            #expect(refused > 0)
        }
    }
}

/// Logs that the servers' own tests bring along, damaged ones among them: `DTS_TEST_LOGS` names the folder into which packages
/// `mysql-testsuite` or `mariadb-test-data` were unpacked.
@Suite(.enabled(if: ServersOwnLog.folder != nil, "DTS_TEST_LOGS names no folder"))
struct ServersOwnLogTests {
    @Test func eachIsReadToItsEndOrEndsWithAnError() async throws {
        let logs = try await ServersOwnLog.all()
        #expect(!logs.isEmpty)
        for log in logs {
            do {
                print("\(log.path): \(try BinlogFixture(name: log.path, raw: log.bytes).rows().count) rows")
            } catch {
                // The second: the file ends within an event.
                #expect(error is DecodeError || error is BinlogFixture.Missing, "\(log.path): \(error)")
                print("\(log.path): \(error)")
            }
        }
    }
}

struct ServersOwnLog {
    static let folder = ProcessInfo.processInfo.environment["DTS_TEST_LOGS"]

    let path: String
    let bytes: [UInt8]

    static func all() async throws -> [ServersOwnLog] {
        let list = try await Command.run("/usr/bin/env", ["find", folder ?? "", "-type", "f"]).succeeded()
        return try list.output.split(separator: "\n").map(String.init).sorted().compactMap { path in
            let bytes = try BinlogFixture.readPath(path)
            return bytes.starts(with: [0xFE, 0x62, 0x69, 0x6E]) ? ServersOwnLog(path: path, bytes: bytes) : nil
        }
    }
}

/// A log in that folder, and what a program prints of it.
struct OldLog {
    enum Printer: Sendable { case mariaDB, mysql }

    static let folder = Repository.root.removingLastComponent().appending("shared/binlogs").string
    static var areThere: Bool { access("\(folder)/mysql-bin.checksum-none", R_OK) == 0 }

    let bytes: [UInt8]
    private let text: [UInt8]

    /// - Parameter printer: nil: nothing is printed.
    init(_ name: String, _ printer: Printer?, in scope: Scope) async throws {
        let log = scope.folder.appending(name.replacing(".gz", with: "")).string
        let out = scope.folder.appending("\(name).txt").string
        let unpack = name.hasSuffix(".gz") ? "gzip --decompress --stdout" : "cat"
        _ = try await Command.run("/bin/sh", ["-c", "\(unpack) '\(Self.folder)/\(name)' > '\(log)'"]).succeeded()
        bytes = try BinlogFixture.readPath(log)
        guard let printer else {
            text = []
            return
        }
        let options = "--no-defaults --base64-output=decode-rows -vv '\(log)' > '\(out)'"
        let program: String
        switch printer {
        case .mariaDB: program = "exec mariadb-binlog \(options)"
        case .mysql:
            // With the loader and libraries of the tree that it comes from, as the servers run.
            let cache = ProcessInfo.processInfo.environment["DTS_CACHE"] ?? "/var/cache/dts"
            program = """
                tree='\(cache)/mysql-sid'; for loader in "$tree"/usr/lib/*/ld-linux-*.so.*; do break; done
                exec "$loader" --inhibit-cache --library-path "${loader%/*}" "$tree/usr/bin/mysqlbinlog" \(options)
                """
        }
        _ = try await Command.run("/bin/sh", ["-c", program], environment: ["TZ": "UTC"]).succeeded()
        text = try BinlogFixture.readPath(out)
    }

    func printedRows() throws -> [PrintedRow] {
        var rows: [PrintedRow] = []
        for line in text.split(separator: 10) where line.starts(with: Array("### ".utf8)) {
            let rest = line.dropFirst(4)
            if rest.starts(with: Array("  @".utf8)) {
                guard !rows.isEmpty else { throw Trouble("a value before its row") }
                rows[rows.count - 1].take(value: rest.dropFirst(3))
            } else {
                let words = String(decoding: rest, as: UTF8.self)
                if words == "SET" {
                    rows[rows.count - 1].isAfter = true
                } else if words != "WHERE" {
                    rows.append(try PrintedRow(words))
                }
            }
        }
        return rows
    }
}

/// A row as `mysqlbinlog -vv` prints it.
struct PrintedRow {
    private let kind: RowsEvent.Kind
    private let table: String
    var isAfter = false
    private var before: [Value] = []
    private var after: [Value] = []

    fileprivate struct Value {
        var text: [UInt8]
        var type: String
    }

    /// - Parameter line: ``INSERT INTO `d`.`t` ``, ``UPDATE `d`.`t` ``, ``DELETE FROM `d`.`t` ``.
    init(_ line: String) throws {
        guard let verb = line.split(separator: " ").first, let name = line.split(separator: " ").last else { throw Trouble("no row: \(line)") }
        switch verb {
        case "INSERT": kind = .insert
        case "UPDATE": kind = .update
        case "DELETE": kind = .delete
        default: throw Trouble("no row: \(line)")
        }
        table = String(name).replacing("`", with: "")
    }

    /// - Parameter line: `2='text' /* TYPE … */`
    mutating func take(value line: ArraySlice<UInt8>) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")), let mark = Self.lastMark(line) else { return }
        let value = Value(
            text: Self.unquoted(line[(equals + 1)..<mark]), type: String(decoding: line[(mark + 4)...].prefix { $0 > 32 && $0 != UInt8(ascii: "(") }, as: UTF8.self))
        if isAfter { after.append(value) } else { before.append(value) }
    }

    private static func lastMark(_ line: ArraySlice<UInt8>) -> Int? {
        let mark = Array(" /* ".utf8)
        var place = line.endIndex - mark.count
        while place >= line.startIndex {
            if line[place...].starts(with: mark) { return place }
            place -= 1
        }
        return nil
    }

    /// Without quotes.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let isQuoted = text.count >= 2 && text.first == UInt8(ascii: "'") && text.last == UInt8(ascii: "'")
        return Array(isQuoted ? text.dropFirst().dropLast() : text)
    }

    // MARK: Comparing

    static func counts(_ rows: [PrintedRow]) -> [String: Int] {
        Dictionary(rows.map { ("\($0.kind) \($0.table)", 1) }, uniquingKeysWith: +)
    }

    static func counts(_ rows: [DecodedRow]) -> [String: Int] {
        Dictionary(rows.map { ("\($0.kind) \($0.map.database).\($0.map.table)", 1) }, uniquingKeysWith: +)
    }

    /// What differs; nil: nothing.
    func difference(from row: DecodedRow) throws -> String? {
        guard "\(row.map.database).\(row.map.table)" == table, row.kind == kind else {
            return "\(row.kind) \(row.map.database).\(row.map.table) instead of \(kind) \(table)"
        }
        return try difference(before, row.before, row.layout) ?? difference(after, row.after, row.layout)
    }

    private func difference(_ values: [Value], _ image: [DecodedRow.ColumnCopy]?, _ layout: RowLayout) throws -> String? {
        guard values.count == image?.count ?? 0 else { return "\(table): \(values.count) values instead of \(image?.count ?? 0)" }
        var buffer = SQLBuffer()
        for (index, value) in values.enumerated() {
            guard case .bytes(let bytes)? = image?[index] else {
                if value.text != Array("NULL".utf8) || image?[index] != .null { return "\(table) @\(index + 1): \(String(decoding: value.text, as: UTF8.self))" }
                continue
            }
            buffer.removeAll()
            try bytes.withUnsafeBytes { try buffer.appendCanonical(layout.columns[index], $0) }
            let ours = buffer.withUnsafeBytes { [UInt8]($0) }
            if !value.isEqual(to: ours) { return "\(table) @\(index + 1) \(value.type): \(printable(value.text)), ours \(printable(ours))" }
        }
        return nil
    }
}

extension PrintedRow.Value {
    /// Whether this is the value, of which the program prints numbers that may have no sign both ways, sets as bits, and timestamps as
    /// seconds.
    fileprivate func isEqual(to ours: [UInt8]) -> Bool {
        if text == ours || text == Self.escaped(ours, []) || text == Self.escaped(ours, Array("'\\".utf8)) { return true }
        let printed = String(decoding: text, as: UTF8.self)
        if type == "SET" || type == "BIT" {
            let digits = printed.filter { $0 == "0" || $0 == "1" }
            return UInt64(digits, radix: 2).map(String.init) == String(decoding: ours, as: UTF8.self)
        }
        if type == "TIMESTAMP" { return Self.time(printed) == String(decoding: ours, as: UTF8.self) }
        if let open = printed.firstIndex(of: "("), printed.hasSuffix(")") {
            let own = String(decoding: ours, as: UTF8.self)
            return own == printed[..<open].trimmingSuffix() || own == printed[printed.index(after: open)...].dropLast()
        }
        return false
    }
}

extension PrintedRow.Value {
    /// As the programs print texts: MariaDB's escapes only what does not print.
    private static func escaped(_ text: [UInt8], _ others: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            if byte < 0x20 {
                result += Array("\\x".utf8) + Array(hex([byte]).utf8)
            } else {
                if others.contains(byte) { result.append(UInt8(ascii: "\\")) }
                result.append(byte)
            }
        }
        return result
    }

    /// Seconds since 1970, perhaps with decimals, as a date and time in UTC.
    private static func time(_ seconds: String) -> String? {
        let parts = seconds.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first.flatMap({ Int($0) }) else { return nil }
        let decimals = parts.count > 1 ? ".\(parts[1])" : ""
        if whole == 0 { return "0000-00-00 00:00:00\(decimals)" }
        var (time, fields) = (time_t(whole), tm())
        gmtime_r(&time, &fields)
        let numbers = [Int(fields.tm_mon) + 1, Int(fields.tm_mday), Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec)]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(fields.tm_year + 1900)-\(numbers[0])-\(numbers[1]) \(numbers[2]):\(numbers[3]):\(numbers[4])\(decimals)"
    }
}

extension Substring {
    fileprivate func trimmingSuffix() -> Substring {
        var result = self
        while result.last == " " { result = result.dropLast() }
        return result
    }
}
