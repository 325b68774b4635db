import Glibc
import SyncModel

extension APIServer {
    /// A TCP address to listen on.
    package struct Listener: Sendable, Hashable {
        /// PEM files.
        package struct TLSFiles: Sendable, Hashable {
            package var certificate: String
            package var key: String

            package init(certificate: String, key: String) {
                self.certificate = certificate
                self.key = key
            }
        }

        package var host: String
        package var port: Int
        package var tls: TLSFiles?

        package init(host: String, port: Int, tls: TLSFiles? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }

        var name: String { "\(host):\(port)" }

        /// Whether nobody but this host can reach it. A name may stand for any address, but for `localhost`.
        var isLoopback: Bool {
            var four = in_addr()
            if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
            var six = in6_addr()
            if inet_pton(AF_INET6, host, &six) == 1 {
                return withUnsafeBytes(of: &six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
            }
            return host == "localhost"
        }

        /// - Throws: ``Failure`` `listen-failed` when other hosts could read what goes over the address.
        func requirePrivacy() throws(Failure) {
            guard tls == nil, !isLoopback else { return }
            throw Failure(
                .listenFailed,
                "other hosts can reach \(name), and without TLS the token and the databases' passwords would go to it in clear",
                remedy: "name 'tls: {cert: FILE, key: FILE}' in the file of --config, or listen on 127.0.0.1 behind a proxy that has TLS"
            )
        }
    }
}
