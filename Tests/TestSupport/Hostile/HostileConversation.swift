import Synchronization

/// What goes on between a client and the real server behind a ``HostileRelay``: tells which packets are rows, and of which
/// statement's answer.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html, without CLIENT_DEPRECATE_EOF
final class HostileConversation: Sendable {
    private enum Phase {
        case login
        /// The server owes nothing whose content matters.
        case other
        case answer(String)
        case columns(String, left: Int)
        case rows(String)
        case binlog
    }

    private let script: HostileScript
    private let phase = Mutex(Phase.login)

    init(_ script: HostileScript) { self.script = script }

    /// The client sends a command.
    func hear(_ payload: [UInt8]) {
        phase.withLock { phase in
            if case .login = phase { return }
            switch payload.first {
            case 0x03: phase = .answer(String(decoding: payload.dropFirst(), as: UTF8.self))
            case 0x12, 0x1E: phase = .binlog
            default: phase = .other
            }
        }
    }

    /// What becomes of a packet of the server.
    func pass(_ payload: [UInt8]) -> [UInt8] {
        phase.withLock { phase in
            let isEnd = payload.first == 0xFE && payload.count < 9
            switch phase {
            case .login: if payload.first == 0 { phase = .other }
            case .other: break
            case .answer(let statement):
                let isResult = payload.first.map { ![0x00, 0xFF, 0xFB].contains($0) } ?? false
                phase = isResult ? .columns(statement, left: Self.length(payload, 0)?.value ?? 0) : .other
            case .columns(let statement, let left): phase = left == 0 ? .rows(statement) : .columns(statement, left: left - 1)
            case .rows where isEnd || payload.first == 0xFF: phase = .other
            case .rows(let statement): return Self.values(payload).map { Self.payload(script.row(statement, $0)) } ?? payload
            case .binlog:
                guard payload.first == 0, let event = HostileEvent(payload.dropFirst()) else { break }
                return [0] + script.event(event).bytes
            }
            return payload
        }
    }

    // MARK: Rows

    private static func values(_ payload: [UInt8]) -> [[UInt8]?]? {
        var values: [[UInt8]?] = []
        var place = 0
        while place < payload.count {
            if payload[place] == 0xFB {
                values.append(nil)
                place += 1
                continue
            }
            guard let length = length(payload, place), length.end + length.value <= payload.count else { return nil }
            values.append(Array(payload[length.end..<length.end + length.value]))
            place = length.end + length.value
        }
        return values
    }

    private static func payload(_ values: [[UInt8]?]) -> [UInt8] {
        values.flatMap { value in value.map { HostileAnswer.length($0.count) + $0 } ?? [0xFB] }
    }

    /// A length-encoded integer, and where it ends.
    private static func length(_ payload: [UInt8], _ place: Int) -> (value: Int, end: Int)? {
        guard place < payload.count else { return nil }
        let size =
            switch payload[place] {
            case 0xFC: 2
            case 0xFD: 3
            case 0xFE: 8
            default: 0
            }
        guard size > 0 else { return (Int(payload[place]), place + 1) }
        guard place + size < payload.count else { return nil }
        let bytes = payload[place + 1...place + size]
        return (bytes.reversed().reduce(0) { $0 << 8 | Int($1) }, place + 1 + size)
    }
}
