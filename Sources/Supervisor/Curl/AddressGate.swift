import Glibc

/// Decides which addresses a transfer may connect to, after names were resolved: a name can stand for any address.
final class AddressGate {
    private let allowsLinkLocal: Bool
    private var refused: String?

    init(allowsLinkLocal: Bool) { self.allowsLinkLocal = allowsLinkLocal }

    /// What the transfer failed with, when it failed because an address was refused.
    var error: CurlError? {
        refused.map { CurlError(.abortedByCallback, "\($0) is link-local or belongs to a cloud's metadata service: nothing is sent there unless that is allowed") }
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

    /// For a transfer whose names are resolved elsewhere, by a proxy.
    /// - Parameter host: as a URL has it; names are admitted, but for those of metadata services.
    func admits(_ host: String) -> Bool {
        // As a URL may have it, too: `2852039166`, `0251.254.0251.0376`, `0xa9.0xfe.43518`.
        var four = in_addr()
        if inet_aton(host, &four) == 1 { return admits(AF_INET, withUnsafeBytes(of: &four) { Array($0) }) }
        var six = [UInt8](repeating: 0, count: 16)
        let bare = host.drop { $0 == "[" }.prefix { $0 != "]" && $0 != "%" }
        if inet_pton(AF_INET6, String(bare), &six) == 1 { return admits(AF_INET6, six) }
        var name = host.lowercased()[...]
        while name.last == "." { name.removeLast() }
        guard !allowsLinkLocal, Self.metadataNames.contains(String(name)) else { return true }
        refused = String(name)
        return false
    }

    /// Names by which clouds have their metadata services.
    private static let metadataNames: Set<String> = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com",
        "metadata.azure.internal",
    ]

    private func admits(_ family: Int32, _ address: [UInt8]) -> Bool {
        guard !allowsLinkLocal, Self.isReserved(address) else { return true }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        refused = inet_ntop(family, address, &text, socklen_t(text.count)).map { String(cString: $0) } ?? "\(address)"
        return false
    }

    /// Whether it is link-local, or the metadata service of a cloud.
    ///
    /// - Parameter address: 4 or 16 bytes in network order. Forms of IPv6 that carry an IPv4 address (`::ffff:a.b.c.d`, `::ffff:0:a.b.c.d`,
    ///   `::a.b.c.d`, `64:ff9b::a.b.c.d`, `64:ff9b:1::a.b.c.d`, `2002:aabb:ccdd::`) are judged by that.
    static func isReserved(_ address: [UInt8]) -> Bool {
        if address.count == 4 {
            return address[0] == 169 && address[1] == 254 || metadata.contains(address)
        }
        guard address.count == 16 else { return false }
        if address[0] == 0xFE, address[1] & 0xC0 == 0x80 { return true }
        if metadataNetworks.contains(where: address.starts(with:)) { return true }
        if address.starts(with: [0x20, 0x02]) { return isReserved(Array(address[2..<6])) }
        let zeros = [UInt8](repeating: 0, count: 16)
        let carriers: [[UInt8]] = [
            zeros.prefix(10) + [0xFF, 0xFF], zeros.prefix(8) + [0xFF, 0xFF, 0, 0], Array(zeros.prefix(12)),
            [0, 0x64, 0xFF, 0x9B] + zeros.prefix(8), [0, 0x64, 0xFF, 0x9B, 0, 1] + zeros.prefix(6),
        ]
        return carriers.contains(Array(address.prefix(12))) && isReserved(Array(address.suffix(4)))
    }

    /// Alibaba Cloud, Oracle Cloud (classic), Azure (wire server).
    private static let metadata: Set<[UInt8]> = [[100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]]

    /// AWS (`fd00:ec2::/32`: `::254`, `::23`) and Google Cloud (`fd20:ce::254`).
    private static let metadataNetworks: [[UInt8]] = [
        [0xFD, 0x00, 0x0E, 0xC2], [0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
    ]
}
