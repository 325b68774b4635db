import SyncModel
import SyncMySQL
import WorkerSchema

/// Which servers these are.
enum ServerChecks {
    static let all: [Check] = [version(.source), version(.target), versionOrder, identity, clock]

    private static func version(_ side: Check.Side) -> Check {
        Check("\(side.rawValue)-version", needs: [side], "MySQL 5.7 or MariaDB 10.3 at least") { scope in
            let profile = try scope.profile(side)
            let isSupported = profile.isMariaDB ? profile.isAtLeast(10, 3) : profile.isAtLeast(5, 7)
            let kind = profile.isMariaDB ? "MariaDB" : "MySQL"
            return isSupported
                ? .pass("\(kind) \(profile.version)")
                : .fail(.unsupported, "\(kind) \(profile.version)", remedy: "upgrade the server")
        }
    }

    private static let versionOrder = Check(
        "version-order", needs: [.source, .target], "a target that is not older than the source"
    ) { scope in
        let (here, there) = (try scope.profile(.source), try scope.profile(.target))
        guard here.isMariaDB == there.isMariaDB else { return .skip("versions of MySQL and MariaDB cannot be compared") }
        return isNewer(here.number, than: there.number)
            ? .alarm(
                "the source is \(here.version), the target \(there.version): it may lack types and functions that the source has",
                remedy: "upgrade the target")
            : .pass("\(here.version) to \(there.version)")
    }

    /// Patches of a series do not count.
    static func isNewer(_ version: [Int], than other: [Int]) -> Bool { other.prefix(2).lexicographicallyPrecedes(version.prefix(2)) }

    private static let identity = Check("server-identity", needs: [.source, .target], "two different servers, or databases of one server that are kept apart") {
        scope in
        let (source, target) = (try scope.session(.source), try scope.session(.target))
        let (here, there) = (try scope.profile(.source), try scope.profile(.target))
        if try SameServer.reaches(source, target, here, there) {
            let facts = "\(scope.address(.source)) and \(scope.address(.target)) are the same server"
            if scope.pair == nil, scope.objects.keepsDatabasesApart { return .pass("\(facts), and no database is read and written as well") }
            return .fail(
                .verificationFailed, facts,
                remedy: scope.pair == nil
                    ? "give two different servers, or give all databases names on the target that are not selected" : "give two different servers"
            )
        }
        if !here.uuid.isEmpty, here.uuid == there.uuid {
            let remedy =
                here.isMariaDB || here.server != there.server
                ? "one is a copy or a replica of the other: drop \(metadataDatabase) on a copy; a replica cannot be the other side"
                : "one is a copy of the other: stop the copy, remove auto.cnf from its data folder, start it"
            return .fail(.verificationFailed, "both servers have the identity \(here.uuid)", remedy: remedy)
        }
        return .pass("\(name(here)) and \(name(there))")
    }

    private static func name(_ profile: ServerProfile) -> String {
        profile.uuid.isEmpty ? "server_id \(profile.serverID)" : profile.uuid
    }

    private static let clock = Check("clock", needs: [.source, .target], "clocks that differ by less than a second") {
        scope in
        var smallest = Double.infinity
        // The shorter the way, the more exact.
        for _ in 0..<3 {
            let first = try time(scope.session(.source))
            let second = try time(scope.session(.target))
            let third = try time(scope.session(.source))
            let difference = second - (first + third) / 2
            if difference.magnitude < smallest.magnitude { smallest = difference }
        }
        let milliseconds = Int((smallest * 1000).rounded())
        let facts =
            "the target's clock is \(milliseconds.magnitude) ms \(milliseconds < 0 ? "behind" : "ahead of") the source's"
        return smallest.magnitude < scope.limits.clockSeconds
            ? .pass(facts) : .alarm(facts, remedy: "synchronise both servers' clocks, with NTP for instance")
    }

    private static func time(_ session: Session) throws(MySQLError) -> Double {
        try session.value("SELECT UNIX_TIMESTAMP(NOW(6))").flatMap { Double($0) } ?? 0
    }
}
