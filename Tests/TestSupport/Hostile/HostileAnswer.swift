/// What a ``HostileServer`` says to a statement, true or not.
///
/// Formats: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
package enum HostileAnswer: Sendable {
    case ok
    /// With an SQLSTATE of `HY000`.
    case error(UInt16, String)
    /// A result set of the text protocol; nil is NULL. Bytes are sent as they are.
    case rows([String], [[[UInt8]?]])
    /// Asks the client for a file of its machine, as in answer to `LOAD DATA LOCAL`.
    case file(String)
    /// These payloads one after the other, whatever they are.
    case payloads([[UInt8]])
    /// Closes the connection.
    case close

    /// A result set of texts.
    package static func texts(_ columns: [String], _ rows: [[String?]]) -> HostileAnswer {
        .rows(columns, rows.map { $0.map { $0.map { Array($0.utf8) } } })
    }

    /// Payloads of the packets that say it; nil: nothing more is said.
    var payloads: [[UInt8]]? {
        switch self {
        case .ok: [Self.okPayload]
        case .error(let number, let text): [[0xFF, UInt8(number & 0xFF), UInt8(number >> 8)] + Array("#HY000\(text)".utf8)]
        case .rows(let columns, let rows):
            [Self.length(columns.count)] + columns.map(Self.column) + [Self.end]
                + rows.map { row in row.flatMap { value in value.map { Self.length($0.count) + $0 } ?? [0xFB] } } + [Self.end]
        case .file(let name): [[0xFB] + Array(name.utf8)]
        case .payloads(let all): all
        case .close: nil
        }
    }

    static let okPayload: [UInt8] = [0, 0, 0, 2, 0, 0, 0]
    private static let end: [UInt8] = [0xFE, 0, 0, 2, 0]

    /// A column of type VARCHAR in utf8mb4.
    private static func column(_ name: String) -> [UInt8] {
        let text = Array(name.utf8)
        let named: [UInt8] = length(3) + Array("def".utf8) + [0, 0, 0] + length(text.count) + text + [0]
        return named + [0x0C, 45, 0, 0xFF, 0xFF, 0xFF, 0, 0xFD, 0, 0, 0, 0, 0]
    }

    /// A length-encoded integer.
    static func length(_ value: Int) -> [UInt8] {
        if value < 0xFB { return [UInt8(value)] }
        if value < 1 << 16 { return [0xFC, UInt8(value & 0xFF), UInt8(value >> 8)] }
        return [0xFD, UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value >> 16 & 0xFF)]
    }
}
