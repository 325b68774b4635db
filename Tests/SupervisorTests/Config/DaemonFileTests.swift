import SupervisorConfig
import Testing

@Suite struct DaemonFileTests {
    @Test func settingsAreRead() throws {
        let file = try DaemonFile(
            ConfigTexts.source("listen: '127.0.0.1:8080'\ntls: {cert: api.pem, key: /etc/api.key}\nworker: bin/dts-worker\nlog_level: debug", folder: "/opt")
        )
        #expect(
            file
                == DaemonFile(
                    listen: Address("127.0.0.1:8080", defaultPort: nil),
                    tls: ListenerFiles(certificate: "/opt/api.pem", key: "/etc/api.key"),
                    worker: "/opt/bin/dts-worker",
                    logLevel: .debug
                )
        )
    }

    @Test func everyProblemIsToldWithItsPlace() {
        let error = #expect(throws: InvalidFile.self) {
            try DaemonFile(ConfigTexts.source("listen: localhost\nlog_level: loud\nworkers: x"))
        }
        #expect(
            error?.description == """
                t.yml:1:9: listen: found 'localhost'; allowed: HOST:PORT
                t.yml:2:12: log_level: found 'loud'; allowed: trace, debug, info, notice, warning, error, critical
                t.yml:3:1: workers: unknown field; did you mean 'worker'?; allowed: listen, tls, worker, log_level, notify, owners, billing
                """
        )
    }

    @Test(arguments: [
        ("a", "a", 9), ("a:1", "a", 1), ("[::1]", "::1", 9), ("[::1]:2", "::1", 2), ("::1", "::1", 9),
    ])
    func addresses(_ text: String, _ host: String, _ port: Int) throws {
        let address = try #require(Address(text, defaultPort: 9))
        #expect(address.host == host && address.port == port)
    }

    @Test(arguments: ["", ":1", "a:", "a:x", "a:0", "a:65536", "[::1", "[::1]x", "a b", "[]:1"])
    func notAddresses(_ text: String) {
        #expect(Address(text, defaultPort: 9) == nil)
    }
}
