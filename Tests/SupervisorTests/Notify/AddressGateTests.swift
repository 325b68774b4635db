import Glibc
import Testing

@testable import SyncCurl

@Suite struct AddressGateTests {
    /// The bytes that libcurl hands over after a name was resolved.
    private func isOpened(_ address: String, allowsLinkLocal: Bool = false) -> Bool {
        var four = in_addr(), six = in6_addr()
        let gate = AddressGate(allowsLinkLocal: allowsLinkLocal)
        let socket: Int32
        if inet_pton(AF_INET, address, &four) == 1 {
            var whole = sockaddr_in(sin_family: sa_family_t(AF_INET), sin_port: 80, sin_addr: four, sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
            socket = withUnsafeBytes(of: &whole) { gate.open(AF_INET, Int32(SOCK_STREAM.rawValue), 0, $0) }
        } else {
            guard inet_pton(AF_INET6, address, &six) == 1 else {
                Issue.record("\(address) is no address")
                return false
            }
            var whole = sockaddr_in6(sin6_family: sa_family_t(AF_INET6), sin6_port: 80, sin6_flowinfo: 0, sin6_addr: six, sin6_scope_id: 0)
            socket = withUnsafeBytes(of: &whole) { gate.open(AF_INET6, Int32(SOCK_STREAM.rawValue), 0, $0) }
        }
        #expect((gate.error == nil) == (socket >= 0))
        guard socket >= 0 else { return false }
        #expect(fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
        close(socket)
        return true
    }

    @Test(arguments: [
        "169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::", "febf:ffff::1", "::ffff:169.254.169.254", "::169.254.169.254",
        "64:ff9b::169.254.169.254", "64:ff9b:1::169.254.169.254", "::ffff:0:169.254.169.254", "2002:a9fe:a9fe::1", "100.100.100.200", "192.0.0.192",
        "168.63.129.16", "::ffff:100.100.100.200", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
    ])
    func linkLocal(address: String) {
        #expect(!isOpened(address))
        #expect(isOpened(address, allowsLinkLocal: true))
    }

    @Test(arguments: ["127.0.0.1", "169.253.255.255", "169.255.0.0", "10.0.0.1", "::1", "100.100.100.201", "192.0.0.191", "168.63.129.17", "fd00:ec3::254", "fd20:ce::253", "2002:aff:a9fe::1", "fec0::1", "fe7f::1", "::ffff:10.0.0.1", "2001:db8::a9fe:a9fe"])
    func others(address: String) { #expect(isOpened(address)) }

    /// What a proxy would be asked for.
    @Test(arguments: [
        "169.254.169.254", "2852039166", "0251.0376.0251.0376", "0xa9fea9fe", "169.254.43518", "[fe80::1%25eth0]", "[fd00:ec2::254]",
        "metadata.google.internal", "METADATA.Google.Internal.", "metadata", "instance-data", "metadata.tencentyun.com",
    ])
    func hostsOfMetadata(host: String) {
        let gate = AddressGate(allowsLinkLocal: false)
        #expect(!gate.admits(host))
        #expect(gate.error != nil)
        #expect(AddressGate(allowsLinkLocal: true).admits(host))
    }

    @Test(arguments: ["hooks.slack.com", "10.0.0.1", "metadata.example.com", "[::1]", "167772161"])
    func otherHosts(host: String) { #expect(AddressGate(allowsLinkLocal: false).admits(host)) }
}
