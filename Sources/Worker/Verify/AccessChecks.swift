import SyncModel
import SyncMySQL
import WorkerSchema

/// What kind of servers the task's file says these are, and by which way they are reached.
enum AccessChecks {
    static let all: [Check] = [types, access(.source), access(.target)]

    private static let types = Check("server-types", needs: [.source, .target], "MySQL or TDSQL-C for MySQL on either side") { scope in
        for side in [Check.Side.source, .target] where scope.endpoint(side).type == .tdsqlCMySQL {
            if try scope.profile(side).isMariaDB {
                return .fail(
                    .unsupported, "the \(side.rawValue) is said to be tdsql-c-mysql, and \(try scope.profile(side).version) answers",
                    remedy: "set 'type: mysql' for the \(side.rawValue), or correct its address")
            }
        }
        return .pass("\(scope.spec.source.type.rawValue) to \(scope.spec.target.type.rawValue)")
    }

    private static func access(_ side: Check.Side) -> Check {
        Check(
            "\(side.rawValue)-access", needs: [], "servers of other providers by the public network, and that with TLS"
        ) { scope in
            let endpoint = scope.endpoint(side)
            if endpoint.provider != .others, endpoint.access != .public {
                return .fail(
                    .unsupported, "provider is \(endpoint.provider.rawValue), and access \(endpoint.access.rawValue)",
                    remedy: "set 'access: public' for the \(side.rawValue): servers of other providers are reached by the public network only")
            }
            if endpoint.socket != nil { return .pass("by a socket of this host") }
            guard endpoint.access == .public else { return .pass("access is \(endpoint.access.rawValue)") }
            guard scope.isReached(side) else { return .skip("the \(side.rawValue) cannot be reached") }
            guard try scope.session(side).usesTLS else {
                return .alarm(
                    "public, without TLS: whoever is on the way can read rows and change them"
                        + (endpoint.tls.getServerPublicKey ? ", and by get_server_public_key the password" : ""),
                    remedy: "set 'tls: {mode: verify-identity, ca: PATH}' for the \(side.rawValue), and switch TLS on there if it is off")
            }
            guard endpoint.tls.verifies || endpoint.isLocal else {
                return .alarm(
                    "public, with TLS, and the server has not proven who it is: whoever is on the way can pose as it and read password and rows",
                    remedy: "set 'tls: {mode: verify-identity, ca: PATH}' for the \(side.rawValue)")
            }
            return .pass("public, with TLS")
        }
    }
}
