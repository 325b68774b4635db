import Glibc
import WorkerBinlog

/// Sound events of real servers, the material that damage is done to.
package struct Corpus: Sendable {
    /// The events of one binlog file.
    package struct File: Sendable {
        /// Without their checksums.
        var events: [[UInt8]] = []
        /// As the file has them.
        var whole: [[UInt8]] = []
        var format = FormatDescription.initial
        /// Each rows event with the table map before it.
        var rows: [(map: Int, rows: Int)] = []
    }

    package struct Unreadable: Error {
        package let path: String
    }

    package let files: [File]
    /// Each event of partial rows with the table map before it.
    let partial: [(map: [UInt8], rows: [UInt8], format: FormatDescription)]

    /// - Parameter paths: binlog files, which begin with four magic bytes.
    package init(_ paths: [String]) throws {
        files = try paths.map { try Corpus.read($0) }
        partial = files.flatMap { file in
            file.rows.map { (map: file.events[$0.map], rows: file.events[$0.rows], format: file.format) }
                .filter { $0.rows[4] == EventType.partialUpdateRows.rawValue }
        }
    }

    private static func read(_ path: String) throws -> File {
        let bytes = try contents(path)
        var file = File()
        var decoder = EventDecoder()
        var offset = 4
        var maps: [UInt64: Int] = [:]
        while offset < bytes.count {
            let end = try bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[offset...])
                let size = Int(try EventHeader(rest).eventSize)
                guard size <= rest.count else { throw Unreadable(path: path) }
                switch try decoder.decode(UnsafeRawBufferPointer(rebasing: rest[..<size])) {
                case .tableMap(let map): maps[map.tableID] = file.events.count
                case .rows(let rows): if let map = maps[rows.tableID] { file.rows.append((map, file.events.count)) }
                default: break
                }
                return offset + size
            }
            file.whole.append(Array(bytes[offset..<end]))
            file.events.append(Array(bytes[offset..<end - decoder.format.checksumLength]))
            offset = end
        }
        file.format = decoder.format
        return file
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        guard let stream = fopen(path, "rb") else { throw Unreadable(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
