import Glibc

/// Decides which addresses a transfer may connect to, after names were resolved: a name can stand for any address.
final class AddressGate {
    private let allowsLinkLocal: Bool
    private var refused: String?

    init(allowsLinkLocal: Bool) { self.allowsLinkLocal = allowsLinkLocal }

    /// What the transfer failed with, when it failed because an address was refused.
    var error: CurlError? {
        refused.map { CurlError(.abortedByCallback, "\($0) is a link-local address, where nothing is sent unless that is allowed") }
    }

    /// - Parameter sockaddr: bytes of a `sockaddr_in` or `sockaddr_in6`; others are admitted.
    /// - Returns: a socket for that address, or -1.
    func open(_ family: Int32, _ type: Int32, _ proto: Int32, _ sockaddr: UnsafeRawBufferPointer) -> Int32 {
        let address: [UInt8]
        switch family {
        case AF_INET where sockaddr.count >= 8: address = Array(sockaddr[4..<8])
        case AF_INET6 where sockaddr.count >= 24: address = Array(sockaddr[8..<24])
        default: address = []
        }
        guard admits(family, address) else { return -1 }
        // Not to be inherited by the workers.
        return socket(family, type | Int32(SOCK_CLOEXEC.rawValue), proto)
    }

    /// - Parameter host: as a URL has it; names are admitted.
    func admits(_ host: String) -> Bool {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, host, &four) == 1 { return admits(AF_INET, four) }
        var six = [UInt8](repeating: 0, count: 16)
        let bare = host.drop { $0 == "[" }.prefix { $0 != "]" && $0 != "%" }
        if inet_pton(AF_INET6, String(bare), &six) == 1 { return admits(AF_INET6, six) }
        return true
    }

    private func admits(_ family: Int32, _ address: [UInt8]) -> Bool {
        guard !allowsLinkLocal, Self.isLinkLocal(address) else { return true }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        refused = inet_ntop(family, address, &text, socklen_t(text.count)).map { String(cString: $0) } ?? "\(address)"
        return false
    }

    /// - Parameter address: 4 or 16 bytes in network order. Forms of IPv6 that carry an IPv4 address (`::ffff:a.b.c.d`, `::a.b.c.d`,
    ///   `64:ff9b::a.b.c.d`) are judged by that.
    static func isLinkLocal(_ address: [UInt8]) -> Bool {
        if address.count == 4 { return address[0] == 169 && address[1] == 254 }
        guard address.count == 16 else { return false }
        if address[0] == 0xFE, address[1] & 0xC0 == 0x80 { return true }
        let zeros = [UInt8](repeating: 0, count: 16)
        let carriers: [[UInt8]] = [zeros.dropLast(6) + [0xFF, 0xFF], Array(zeros.prefix(12)), [0, 0x64, 0xFF, 0x9B] + zeros.prefix(8)]
        return carriers.contains(Array(address.prefix(12))) && isLinkLocal(Array(address.suffix(4)))
    }
}
