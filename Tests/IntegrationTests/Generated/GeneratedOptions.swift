import FoundationEssentials
import TestSupport

/// What decides a run of generated statements.
struct GeneratedOptions: Sendable {
    var kind: ServerKind
    /// Of `binlog_row_metadata` on both servers.
    var metadata: String
    /// Where no long run looks for what is not known yet, the same in every run.
    var seed = Self.number("DTS_SEED").map(UInt64.init) ?? (Integration.isLong ? Integration.seed : 1)
    var statements = Self.number("DTS_DDL_STATEMENTS") ?? (Integration.isLong ? 2000 : 8)
    var hasKills = Self.number("DTS_DDL_KILLS") != 0
    /// The file that a run writes all of its statements to.
    var history = Self.variable("DTS_DDL_HISTORY")
    /// How many statements there are between two comparisons: one, unless several are meant to be under way.
    var stretch = max(1, Self.number("DTS_DDL_STRETCH") ?? 1)

    init(kind: ServerKind, metadata: String) {
        self.kind = kind
        self.metadata = metadata
    }

    func makes(_ form: GeneratedForm) -> Bool {
        Self.tried.contains("all") || Self.tried.contains(form.rawValue) || !form.isLeftOut(kind, metadata)
    }

    static let metadata: [String] = variable("DTS_DDL_METADATA").map { [$0] } ?? ["FULL", "MINIMAL"]

    private static let tried = Set((variable("DTS_DDL_TRY") ?? "").split(separator: ",").map(String.init))

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    private static func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) } }
}
