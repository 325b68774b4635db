import FoundationEssentials
import TestSupport
import Testing

extension Integration {
    /// New settings for a daemon that runs.
    @Suite struct SettingsReloadTests {
        @Test func aValidFileIsTakenUpAndAnInvalidOneChangesNothing() async throws {
            try await Scope.with { scope in
                let path = try scope.file("dts.yml", "notify: {channels: {ops: {type: slack, url: 'https://h/OLD-SECRET'}}}")
                let supervisor = try await TestSupervisor(in: scope, config: path)

                try write("listen: localhost\nnotify: {retention_dais: 3, channels: {ops: {type: slack, url: 'ftp://NEW-SECRET'}}}", path)
                try supervisor.hangUp()
                try await waitForLog(supervisor, "retention_dais: unknown field; did you mean 'retention_days'?")
                // All problems of the file, each on a line of its own.
                #expect(supervisor.printed.contains("the file has 3 problems"))
                #expect(supervisor.printed.contains("listen: found 'localhost'; allowed: HOST:PORT"))
                #expect(supervisor.printed.contains("notify.channels.ops.url: found an address that begins otherwise"))

                try write("worker: /x\nnotify: {retention_days: 3, channels: {ops: {type: slack, url: 'https://h/NEW-SECRET'}}}", path)
                try supervisor.hangUp()
                try await waitForLog(supervisor, "worker: /x, was not set; counts from the next start of the daemon on")
                #expect(supervisor.printed.contains("notify.channels.ops.url: changed"))
                // Against the settings that hold, not against the file that was refused.
                #expect(supervisor.printed.contains("notify.retention_days: 3, was 90"))
                #expect(!supervisor.printed.contains("SECRET"))

                // It serves on, and ends as ever.
                try await supervisor.run("task", "list")
                #expect(try await supervisor.terminate() == 0)
            }
        }

        /// The certificate of the API is renewed under the same names; what cannot be used is refused with all that is wrong with it.
        @Test func anotherCertificateIsTakenUp() async throws {
            try await Scope.with { scope in
                let (first, second) = (try await TestAuthority(in: scope), try await TestAuthority(in: scope))
                let (old, new) = (try await first.certificate(), try await second.certificate())
                let port = try TestServer.freePort()
                let settings = { (certificate: String, key: String) in "listen: 127.0.0.1:\(port)\ntls: {cert: \(certificate), key: \(key)}" }
                let path = try scope.file("dts.yml", settings(old.certificate, old.key))
                let supervisor = try await TestSupervisor(in: scope, config: path)
                func isTrusted(by authority: TestAuthority) async throws -> Bool {
                    try await Command.run(
                        "/usr/bin/env", ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority.ca, "-verify_return_error", "-brief"]
                    ).status == 0
                }
                #expect(try await isTrusted(by: first))

                try write(settings("/nowhere.pem", "/nowhere.key"), path)
                try supervisor.hangUp()
                try await waitForLog(supervisor, "the file has 2 problems")
                try await waitForLog(supervisor, "the certificate of 'listen', '/nowhere.pem', cannot be read")
                try await waitForLog(supervisor, "the key of 'listen', '/nowhere.key', cannot be read")
                #expect(try await isTrusted(by: first))

                try write(settings(old.certificate, old.key), path)
                for (from, to) in [(new.certificate, old.certificate), (new.key, old.key)] {
                    _ = try await Command.run("/bin/cp", [from, to]).succeeded()
                }
                try supervisor.hangUp()
                try await waitForLog(supervisor, "Settings read again")
                #expect(try await isTrusted(by: second))
                #expect(try await !isTrusted(by: first))
                #expect(try await supervisor.terminate() == 0)
            }
        }

        @Test func withoutAFileTheSignalIsLoggedAndEndsNothing() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                try supervisor.hangUp()
                try await waitForLog(supervisor, "Nothing to read again: the daemon was started without --config")
                try await supervisor.run("task", "list")
                #expect(try await supervisor.terminate() == 0)
            }
        }

        private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

        private func waitForLog(_ supervisor: TestSupervisor, _ text: String) async throws {
            try await eventually("the log has: \(text)") { supervisor.printed.contains(text) }
        }
    }
}
