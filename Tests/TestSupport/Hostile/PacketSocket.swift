import Glibc

/// Packets of the MySQL protocol on a connected socket: three bytes of length, one of sequence, the payload.
struct PacketSocket: Sendable {
    struct Packet: Sendable {
        var sequence: UInt8
        var payload: [UInt8]
    }

    let descriptor: Int32

    /// Each packet is sent by itself, and none waits for the other end to acknowledge the one before.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// nil: the other end has closed the connection.
    func read() -> Packet? {
        guard let header = bytes(4) else { return nil }
        let length = Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16
        guard let payload = bytes(length) else { return nil }
        return Packet(sequence: header[3], payload: payload)
    }

    @discardableResult
    func write(_ packet: Packet) -> Bool {
        let length = packet.payload.count
        return write([UInt8(length & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length >> 16 & 0xFF), packet.sequence] + packet.payload)
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Wakes whoever waits on it; the descriptor stays open.
    func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func bytes(_ count: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = result.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled, 0) }
            if got <= 0 { return nil }
            filled += got
        }
        return result
    }

    // MARK: Sockets on loopback

    /// A listening socket on a port that the kernel chooses.
    static func listening() throws -> (socket: PacketSocket, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        guard status else {
            close(descriptor)
            throw Trouble("cannot listen on loopback: \(String(cString: strerror(errno)))")
        }
        return (PacketSocket(descriptor: descriptor), Int(UInt16(bigEndian: address.sin_port)))
    }

    static func connected(port: Int) -> PacketSocket? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        if status == 0 { return PacketSocket(descriptor: descriptor) }
        close(descriptor)
        return nil
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(clamping: port).bigEndian
        return address
    }
}
