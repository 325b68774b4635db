/// One client of a ``HostileServer`` that stands alone.
struct HostileDialogue {
    let client: PacketSocket
    let script: HostileScript
    let hear: @Sendable (HostileServer.Heard) -> Void

    private static let protocol41: UInt32 = 0x0200
    private static let tls: UInt32 = 0x0800
    private static let secureConnection: UInt32 = 0x8000
    private static let pluginAuth: UInt32 = 0x8_0000
    private static let localFiles: UInt32 = 0x80
    private static let longPassword: UInt32 = 0x1

    func serve() {
        guard client.write(.init(sequence: 0, payload: greeting)), let sequence = logIn() else { return }
        guard client.write(.init(sequence: sequence, payload: HostileAnswer.okPayload)) else { return }
        while let packet = client.read(), let command = packet.payload.first {
            guard command != 0x01 else { return }  // COM_QUIT
            var answer = HostileAnswer.ok
            if command == 0x03 {
                let statement = String(decoding: packet.payload.dropFirst(), as: UTF8.self)
                hear(.statement(statement))
                answer = script.answer(statement) ?? .ok
            } else {
                hear(.command(command))
            }
            guard say(answer, after: packet.sequence) else { return }
        }
    }

    /// - Returns: the sequence number of the answer that lets the client in; nil: the client has gone.
    private func logIn() -> UInt8? {
        guard var packet = client.read() else { return nil }
        // A request for TLS is the beginning of a login and nothing more.
        if script.tls != .none, packet.payload.count == 32 {
            hear(.tlsRequest)
            if script.tls == .broken { client.write(Array("this is not TLS\r\n".utf8)) }
            return nil
        }
        hear(.login(packet.payload))
        for payload in script.login {
            client.write(.init(sequence: packet.sequence &+ 1, payload: payload))
            guard let next = client.read() else { return nil }
            hear(.loginAnswer(next.payload))
            packet = next
        }
        return packet.sequence &+ 1
    }

    private func say(_ answer: HostileAnswer, after sequence: UInt8) -> Bool {
        guard let payloads = answer.payloads else { return false }
        var sequence = sequence
        for payload in payloads {
            sequence &+= 1
            guard client.write(.init(sequence: sequence, payload: payload)) else { return false }
        }
        guard case .file = answer else { return true }
        var content: [UInt8] = []
        while let packet = client.read() {
            sequence = packet.sequence
            if packet.payload.isEmpty { break }
            content += packet.payload
        }
        hear(.file(content))
        return client.write(.init(sequence: sequence &+ 1, payload: HostileAnswer.okPayload))
    }

    /// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
    private var greeting: [UInt8] {
        var flags = Self.longPassword | Self.localFiles | Self.protocol41 | Self.secureConnection | Self.pluginAuth
        if script.tls != .none { flags |= Self.tls }
        let challenge = [UInt8](repeating: 0x41, count: 20)
        var result: [UInt8] = [10] + Array(script.version.utf8) + [0, 1, 0, 0, 0]
        result += challenge[..<8] + [0, UInt8(flags & 0xFF), UInt8(flags >> 8 & 0xFF)]
        result += [45, 2, 0, UInt8(flags >> 16 & 0xFF), UInt8(flags >> 24), 21]
        result += [UInt8](repeating: 0, count: 10) + challenge[8...] + [0]
        return result + Array(script.plugin.utf8) + [0]
    }
}
