import Dispatch
import SyncMySQL

/// One client of a ``HostileServer`` that stands in front of a real server.
struct HostileRelay {
    let client: PacketSocket
    let script: HostileScript
    let hear: @Sendable (HostileServer.Heard) -> Void

    /// Returns when either end has closed.
    func serve(with server: PacketSocket) {
        // What the real server says goes back by a thread of its own: it may be much, as a binlog is, and without an end.
        // A client does not speak before it has its answer, so what is answered here never falls in between.
        let (conversation, client, isOver) = (HostileConversation(script), client, DispatchSemaphore(value: 0))
        WorkerThread.start("hostile-relay") {
            var isGreeting = true
            while let packet = server.read() {
                let payload = isGreeting ? Self.plain(packet.payload) : conversation.pass(packet.payload)
                isGreeting = false
                guard client.write(.init(sequence: packet.sequence, payload: payload)) else { break }
            }
            client.shutDown()
            isOver.signal()
        }
        forward(to: server, conversation)
        server.shutDown()
        isOver.wait()
    }

    private func forward(to server: PacketSocket, _ conversation: HostileConversation) {
        while let packet = client.read() {
            if packet.sequence == 0 { conversation.hear(packet.payload) }
            if packet.sequence == 0, packet.payload.first == 0x03 {
                let statement = String(decoding: packet.payload.dropFirst(), as: UTF8.self)
                hear(.statement(statement))
                if let answer = script.answer(statement) {
                    guard let payloads = answer.payloads else { return }
                    for (index, payload) in payloads.enumerated() {
                        client.write(.init(sequence: UInt8(truncatingIfNeeded: index + 1), payload: payload))
                    }
                    continue
                }
            }
            guard server.write(packet) else { return }
        }
    }

    /// The greeting without what would keep the relay from reading along: TLS, compression, attributes before a statement,
    /// answers that end otherwise.
    private static func plain(_ greeting: [UInt8]) -> [UInt8] {
        guard greeting.first == 10, let version = greeting.dropFirst().firstIndex(of: 0), greeting.count > version + 20 else { return greeting }
        var result = greeting
        // After the version: connection number (4), challenge (8), a zero; the lower half of the flags (2), character set (1),
        // status (2), the upper half (2).
        result[version + 14] &= ~0x20
        result[version + 15] &= ~0x08
        result[version + 20] &= ~(0x01 | 0x04 | 0x08)
        return result
    }
}
