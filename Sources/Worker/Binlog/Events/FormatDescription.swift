/// What the first event of a binlog file says about the events after it.
///
/// Source: MySQL internals manual, "FORMAT_DESCRIPTION_EVENT"; `Format_description_event` in `control_events.cpp`.
package struct FormatDescription: Sendable, Hashable {
    /// Whether events end in a CRC32.
    package enum Checksum: Sendable, Hashable {
        case none
        case crc32
        /// Before the first format description: the artificial rotate event decides by its own bytes.
        case unknown
    }

    /// For example `9.7.4` or `10.11.19-MariaDB-log`; empty before the first format description.
    package let serverVersion: String
    package let checksum: Checksum
    package let isMariaDB: Bool
    /// Whether the server was started with this file (`created`): connections are numbered from 1 again.
    package let beginsServer: Bool
    /// Post-header length of each type, from type 1; empty: the lengths of current servers.
    private let postHeaderLengths: [UInt8]

    package init(serverVersion: String = "", checksum: Checksum = .unknown, postHeaderLengths: [UInt8] = []) {
        self.serverVersion = serverVersion
        self.checksum = checksum
        isMariaDB = serverVersion.lowercased().contains("mariadb")
        beginsServer = false
        self.postHeaderLengths = postHeaderLengths
    }

    /// The format to begin a stream with.
    package static let initial = FormatDescription()

    /// 4 when events end in a checksum, else 0.
    package var checksumLength: Int { checksum == .crc32 ? 4 : 0 }

    /// Length of the fixed part after the header of an event of this type.
    package func postHeaderLength(of type: EventType) -> Int {
        let index = Int(type.rawValue) - 1
        if index >= 0, index < postHeaderLengths.count { return Int(postHeaderLengths[index]) }
        switch type {
        case .query: return 13
        case .rotate: return 8
        case .tableMap, .writeRowsV1, .updateRowsV1, .deleteRowsV1: return 8
        case .writeRowsCompressedV1, .updateRowsCompressedV1, .deleteRowsCompressedV1: return 8
        case .writeRows, .updateRows, .deleteRows, .partialUpdateRows: return 10
        case .writeRowsCompressed, .updateRowsCompressed, .deleteRowsCompressed: return 10
        case .writeRowsV0, .updateRowsV0, .deleteRowsV0: return 8
        default: return 0
        }
    }

    /// Reads the whole event, which always ends in the checksum algorithm (1 byte) and a checksum (4 bytes) when its
    /// server knows checksums (MySQL 5.6.1, MariaDB 5.3).
    package init(event: UnsafeRawBufferPointer) throws(DecodeError) {
        var reader = ByteReader(event, context: "format description")
        try reader.skip(EventHeader.size)
        let version = try reader.readUInt16()
        guard version == 4 else { throw reader.error(.unsupported, "binlog version \(version)") }
        let name = try reader.take(50)
        serverVersion = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        isMariaDB = serverVersion.lowercased().contains("mariadb")
        beginsServer = try reader.readUInt32() != 0
        let headerLength = try reader.readUInt8()
        guard headerLength == EventHeader.size else {
            throw reader.error(.unsupported, "event header of \(headerLength) bytes")
        }
        var lengths = [UInt8](reader.takeRest())
        guard FormatDescription.knowsChecksums(serverVersion) else {
            checksum = .none
            postHeaderLengths = lengths
            return
        }
        guard lengths.count >= 5 else { throw reader.error(.truncated) }
        switch lengths[lengths.count - 5] {
        case 0: checksum = .none
        case 1: checksum = .crc32
        case 255: checksum = .none
        case let algorithm: throw reader.error(.unsupported, "checksum algorithm \(algorithm)")
        }
        lengths.removeLast(5)
        postHeaderLengths = lengths
    }

    /// Servers older than this never write a checksum.
    private static func knowsChecksums(_ version: String) -> Bool {
        var numbers = [0, 0, 0]
        for (index, part) in version.split(separator: ".").prefix(3).enumerated() {
            for byte in part.utf8 {
                guard byte >= 48, byte <= 57, numbers[index] < 1000 else { break }
                numbers[index] = numbers[index] * 10 + Int(byte) - 48
            }
        }
        if version.lowercased().contains("mariadb") { return (numbers[0], numbers[1]) >= (5, 3) }
        return (numbers[0], numbers[1], numbers[2]) >= (5, 6, 1)
    }
}
