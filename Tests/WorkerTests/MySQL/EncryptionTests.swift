import SyncModel
import SyncMySQL
import TestSupport
import Testing

/// What a server, or somebody who sits between, can get out of a login.
@Suite struct EncryptionTests {
    /// Means this machine, and is not in the list of the addresses that need no wire.
    private static let remote = "0.0.0.0"
    private static let password = "open sesame"

    /// Logs in to a hostile server.
    /// - Returns: the error, and what the server heard.
    private static func logIn(
        _ script: HostileScript, host: String = remote, _ tls: TLSSettings
    ) async throws -> (error: MySQLError?, heard: [HostileServer.Heard]) {
        var result: (MySQLError?, [HostileServer.Heard]) = (nil, [])
        try await Scope.with { scope in
            let server = try HostileServer(script, in: scope)
            let options = Session.Options(endpoint: server.endpoint(host: host, tls: tls), password: password)
            let error: MySQLError? = try await WorkerThread.run("test-session") {
                do {
                    _ = try Session(options)
                    return nil
                } catch let error as MySQLError { return error }
            }
            result = (error, server.heard)
        }
        return result
    }

    private static func hasPassword(_ heard: [HostileServer.Heard]) -> Bool {
        heard.contains { item in
            switch item {
            case .login(let bytes), .loginAnswer(let bytes): !bytes.ranges(of: Array(password.utf8)).isEmpty
            default: false
            }
        }
    }

    @Test func brokenEncryptionIsNotGoneWithout() async throws {
        var script = HostileScript()
        script.tls = .broken
        let (error, heard) = try await Self.logIn(script, TLSSettings(mode: .preferred))
        #expect(error?.code == .tls)
        #expect(heard == [.tlsRequest])
    }

    /// A server that ends just then: nothing is said in clear, and the task tries again.
    @Test func handshakeThatIsCutIsALostConnection() async throws {
        var script = HostileScript()
        script.tls = .cut
        let (error, heard) = try await Self.logIn(script, TLSSettings(mode: .preferred))
        #expect(error?.failure(role: "source", address: "a", doing: "connecting").kind == .transient, "\(String(describing: error))")
        #expect(heard == [.tlsRequest])
    }

    @Test(arguments: [TLSSettings.Mode.required, .verifyCA, .verifyIdentity])
    func requiredEncryptionIsRequiredBeforeTheLogin(_ mode: TLSSettings.Mode) async throws {
        let (error, heard) = try await Self.logIn(HostileScript(), TLSSettings(mode: mode))
        #expect(error?.code == .tls)
        #expect(error?.failure(role: "source", address: "a", doing: "connecting").code == .tlsFailed)
        #expect(heard.isEmpty)
    }

    @Test func preferredWithAnAuthorityRequiresIt() async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let (error, heard) = try await Self.logIn(HostileScript(), TLSSettings(ca: authority.ca))
            #expect(error?.code == .tls)
            #expect(heard.isEmpty)
        }
    }

    @Test(arguments: ["mysql_clear_password", "dialog"], [true, false])
    func aPasswordIsNotGivenInClear(plugin: String, atOnce: Bool) async throws {
        var script = HostileScript()
        if atOnce { script.plugin = plugin } else { script.login = [HostileScript.switchTo(plugin)] }
        for host in [Self.remote, "127.0.0.1"] {
            let (error, heard) = try await Self.logIn(script, host: host, TLSSettings())
            #expect(error?.code == .pluginNotAllowed)
            #expect(error?.failure(role: "source", address: "a", doing: "connecting").code == .accessDenied)
            #expect(!Self.hasPassword(heard))
        }
    }

    /// Whoever sits between gives his own key and reads the password.
    @Test(arguments: ["caching_sha2_password", "sha256_password"])
    func aKeyThatComesUnprotectedIsNotBelieved(_ plugin: String) async throws {
        var script = HostileScript()
        script.plugin = plugin
        script.login = plugin == "sha256_password" ? [] : [HostileScript.passwordWanted]
        let (error, heard) = try await Self.logIn(script, TLSSettings(mode: .disabled))
        let found = try #require(error)
        #expect(found.failure(role: "source", address: "a", doing: "connecting").code == .tlsFailed)
        #expect(!heard.contains(.loginAnswer([2])))

        // Asked for: it is fetched.
        let fetched = try await Self.logIn(script, TLSSettings(mode: .disabled, getServerPublicKey: true))
        #expect(fetched.heard.count > heard.count)
        // Nobody sits between here.
        let local = try await Self.logIn(script, host: "127.0.0.1", TLSSettings(mode: .disabled))
        #expect(local.heard.count == fetched.heard.count)
    }
}

/// What is said of a login that went wrong.
@Suite struct FailedLoginTests {
    /// A login over TLS gives no password away: what is wrong with it is something else.
    @Test(arguments: [TLSSettings.Mode.preferred, .required])
    func aLoginOverTLSIsNotSaidToBeWithout(_ mode: TLSSettings.Mode) async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let server = try await TLSLoginServer(try await authority.certificate(), in: scope)
            let options = Session.Options(endpoint: server.endpoint(tls: TLSSettings(mode: mode)), password: "open sesame")
            let error: MySQLError? = try await WorkerThread.run("test-session") {
                do {
                    _ = try Session(options)
                    return nil
                } catch let error as MySQLError { return error }
            }
            let found = try #require(error)
            #expect(found.code != .keyUnverified && !found.message.contains("without TLS"), "\(found)")
        }
    }
}

/// The same with real servers and certificates.
@Suite(.serialized) struct CertificateTests {
    @Test(arguments: [ServerKind.mysql, .mariadb])
    func authorityAndNameAreChecked(_ kind: ServerKind) async throws {
        try await Scope.with { scope in
            let authority = try await TestAuthority(in: scope)
            let stranger = try await TestAuthority(in: scope)
            let other = try await authority.serverOptions(for: "DNS:elsewhere.example", in: scope)
            let server = try await TestSupport.TestServer.start(kind, other, in: scope)
            func logIn(_ tls: TLSSettings) async throws -> Result<Bool, MySQLError> {
                try await WorkerThread.run("test-session") { Result { () throws(MySQLError) in try server.session(tls: tls).usesTLS } }
            }
            func refuses(_ tls: TLSSettings) async throws -> Bool {
                if case .failure(let error) = try await logIn(tls) { error.code == .tls } else { false }
            }
            #expect(try await logIn(TLSSettings(mode: .required)).get())
            for mode in [TLSSettings.Mode.preferred, .required, .verifyCA] {
                #expect(try await logIn(TLSSettings(mode: mode, ca: authority.ca)).get())
                #expect(try await refuses(TLSSettings(mode: mode, ca: stranger.ca)))
            }
            // From an authority of the system anybody has a certificate: the name counts.
            #expect(try await refuses(TLSSettings(mode: .verifyCA)))
            #expect(try await refuses(TLSSettings(mode: .verifyIdentity, ca: authority.ca)))
            try await server.restart(try await authority.serverOptions(in: scope))
            #expect(try await logIn(TLSSettings(mode: .verifyIdentity, ca: authority.ca)).get())
            #expect(try await refuses(TLSSettings(mode: .verifyIdentity, ca: stranger.ca)))
        }
    }
}
