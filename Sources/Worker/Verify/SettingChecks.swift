import SyncModel
import SyncMySQL
import WorkerSchema

/// Settings of the two servers that have to go together.
enum SettingChecks {
    static let all: [Check] = [readOnly(.source), readOnly(.target), characterSet, sqlMode, timeZone]

    /// `__dts__` is written on both servers.
    private static func readOnly(_ side: Check.Side) -> Check {
        Check("\(side.rawValue)-read-only", needs: [side], "the \(side.rawValue) accepts writes of the task's user") { scope in
            let isSuperReadOnly = try scope.isOn("super_read_only", side)
            let value = try scope.variable("read_only", side) ?? "OFF"
            let isReadOnly = value != "OFF" && value != "0" && value != "NO_LOCK" || isSuperReadOnly
            guard isReadOnly else { return .pass("read_only is OFF") }
            if !isSuperReadOnly, value == "ON" || value == "1", try mayWriteAnyway(scope, side) {
                return .pass("read_only is ON, but the user may write")
            }
            return .fail(
                .verificationFailed,
                isSuperReadOnly ? "super_read_only is ON" : "read_only is \(value)",
                mend: isSuperReadOnly
                    ? .setting(side, scope, ["super_read_only": "OFF", "read_only": "OFF"]) : .setting(side, scope, ["read_only": "OFF"])
            )
        }
    }

    private static func mayWriteAnyway(_ scope: VerifyScope, _ side: Check.Side) throws(MySQLError) -> Bool {
        let powers = ["ALL PRIVILEGES ON *.*", "SUPER", "CONNECTION_ADMIN", "READ_ONLY ADMIN", "READ ONLY ADMIN"]
        return try scope.session(side).rows("SHOW GRANTS").contains { row in
            let grant = (row[0] ?? "").uppercased()
            return grant.contains(" ON *.* ") && powers.contains { grant.contains($0) }
        }
    }

    private static let characterSet = Check(
        "character-set-server", needs: [.source, .target], "the same default character set and collation on both sides"
    ) { scope in
        // Collations of the two kinds have different names.
        let isOneKind = try scope.profile(.source).isMariaDB == scope.profile(.target).isMariaDB
        var differing: [(name: String, source: String, target: String)] = []
        for name in ["character_set_server"] + (isOneKind ? ["collation_server"] : []) {
            let source = try scope.variable(name, .source)?.lowercased() ?? ""
            let target = try scope.variable(name, .target)?.lowercased() ?? ""
            if source != target { differing.append((name, source, target)) }
        }
        if differing.isEmpty { return .pass(try scope.variable("collation_server", .source)?.lowercased() ?? "the same") }
        let side = scope.second
        let wanted = differing.map { (name: $0.name, value: side == .target ? $0.source : $0.target) }
        return .alarm(
            differing.map { "\($0.name) is \($0.source) on the source, \($0.target) on the target" }.joined(separator: ", ")
                + ": databases and tables that are created without one differ",
            mend: try characterSetRemedy(wanted, side, scope))
    }

    /// Only what the server has can be given to it.
    private static func characterSetRemedy(
        _ wanted: [(name: String, value: String)], _ side: Check.Side, _ scope: VerifyScope
    ) throws(MySQLError) -> Remedy {
        var (known, unknown): ([(name: String, value: String)], [String]) = ([], [])
        for one in wanted {
            if try hasCharacterSetOrCollation(one.value, side, scope) { known.append(one) } else { unknown.append(one.value) }
        }
        let lacking =
            unknown.isEmpty
            ? "" : "the \(side.rawValue) does not know \(unknown.joined(separator: ", ")): give both servers one that both know, or name one in each CREATE TABLE"
        if known.isEmpty { return Remedy(lacking) }
        let words = known.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        return scope.endpoint(side).provider == .others
            ? Remedy(side, known.map { "SET GLOBAL \($0.name) = '\($0.value)'" }, "and in its my.cnf too", lacking)
            : Remedy("give the \(side.rawValue) in its parameters: \(words)", lacking)
    }

    private static func hasCharacterSetOrCollation(_ name: String, _ side: Check.Side, _ scope: VerifyScope) throws(MySQLError) -> Bool {
        let session = try scope.session(side)
        // The collation itself is the first that it may become.
        if try CollationMap(target: session).target(of: name) == name { return true }
        return try session.value("SELECT 1 FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME = \(quoteText(name))") != nil
    }

    /// Modes that both kinds of servers have; others are not compared between them.
    private static let commonModes: Set<String> = [
        "REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ONLY_FULL_GROUP_BY", "NO_UNSIGNED_SUBTRACTION", "NO_DIR_IN_CREATE",
        "ANSI", "NO_AUTO_VALUE_ON_ZERO", "NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "NO_ZERO_IN_DATE", "NO_ZERO_DATE",
        "ALLOW_INVALID_DATES", "ERROR_FOR_DIVISION_BY_ZERO", "TRADITIONAL", "HIGH_NOT_PRECEDENCE", "NO_ENGINE_SUBSTITUTION",
        "PAD_CHAR_TO_FULL_LENGTH",
    ]

    private static let sqlMode = Check("sql-mode", needs: [.source, .target], "the same sql_mode on both sides") { scope in
        let isOneKind = try scope.profile(.source).isMariaDB == scope.profile(.target).isMariaDB
        func modes(_ side: Check.Side) throws -> Set<String> {
            Set((try scope.variable("sql_mode", side) ?? "").split(separator: ",").map(String.init))
        }
        let (source, target) = (try modes(.source), try modes(.target))
        var compared = isOneKind ? source.union(target) : commonModes
        // What a server of another version cannot have is no difference that anybody can mend.
        compared.subtract(try unknown(source.subtracting(target).intersection(compared), .target, scope))
        compared.subtract(try unknown(target.subtracting(source).intersection(compared), .source, scope))
        let (here, there) = (source.intersection(compared), target.intersection(compared))
        guard here != there else { return .pass(here.isEmpty ? "empty" : here.sorted().joined(separator: ",")) }
        let (missing, extra) = (here.subtracting(there).sorted(), there.subtracting(here).sorted())
        let side = scope.second
        let (own, other) = side == .target ? (target, here) : (source, there)
        let wanted = own.subtracting(compared).union(other).sorted().joined(separator: ",")
        return .alarm(
            [("source", missing), ("target", extra)].filter { !$0.1.isEmpty }
                .map { "only the \($0.0) has \($0.1.joined(separator: ","))" }.joined(separator: ", ") + ": applications may be let write on one side what the other would refuse",
            mend: .setting(side, scope, ["sql_mode": "'\(wanted)'"]))
    }

    /// Those modes that a server does not know, such as NO_AUTO_CREATE_USER since MySQL 8.0.
    private static func unknown(_ modes: Set<String>, _ side: Check.Side, _ scope: VerifyScope) throws(MySQLError) -> Set<String> {
        var found: Set<String> = []
        for mode in modes where try !scope.maySet("sql_mode = \(quoteText(mode))", side) { found.insert(mode) }
        return found
    }

    private static let timeZone = Check("time-zone", needs: [.source, .target], "the same time zone on both sides") { scope in
        func zone(_ side: Check.Side) throws -> (set: String, meant: String, offsets: ZoneOffsets) {
            let row = try scope.session(side).rows("SELECT @@GLOBAL.time_zone, @@GLOBAL.system_time_zone").first ?? []
            let set = row.first.flatMap { $0 } ?? "SYSTEM"
            let offsets = try ZoneOffsets(try scope.another(side), of: set)
            return (set, set.uppercased() == "SYSTEM" ? row.last.flatMap { $0 } ?? "SYSTEM" : set, offsets)
        }
        let (source, target) = (try zone(.source), try zone(.target))
        // What a host calls its zone tells nothing: CST is in America and in China.
        if source.offsets == target.offsets {
            return .pass(source.meant == target.meant ? "\(source.meant) on both sides" : "\(source.meant) and \(target.meant), which are the same")
        }
        let facts =
            "\(source.meant) on the source, \(target.meant) on the target: rows travel unchanged, but applications see other defaults and functions of time"
        // What a host calls its zone is not a name for a server.
        let side = scope.second
        let wanted = side == .target ? source.set : target.set
        guard wanted.uppercased() != "SYSTEM" else {
            return .alarm(facts, remedy: "give both servers the same time_zone, such as '+00:00', in my.cnf or their parameters")
        }
        return .alarm(facts, mend: .setting(side, scope, ["time_zone": "'\(wanted)'"]))
    }
}
