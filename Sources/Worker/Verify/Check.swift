import SyncModel

/// One thing that verification looks at.
struct Check: Sendable {
    typealias Side = CheckItem.Server

    /// Stable word.
    let item: String
    /// Servers that it asks; without one of them it is skipped.
    let needs: [Side]
    /// What is required.
    let threshold: String
    let run: @Sendable (VerifyScope) throws -> Verdict

    init(_ item: String, needs: [Side], _ threshold: String, _ run: @escaping @Sendable (VerifyScope) throws -> Verdict)
    {
        self.item = item
        self.needs = needs
        self.threshold = threshold
        self.run = run
    }

    /// What was found.
    struct Verdict: Sendable {
        var level: CheckItem.Level
        var facts: String
        var remedy = Remedy("")
        var code: FailureCode?
        /// What may happen when a failure is skipped; empty: it cannot be.
        var risk = ""

        static func pass(_ facts: String) -> Verdict { Verdict(level: .pass, facts: facts) }

        /// Nothing was looked at.
        ///
        /// - Parameter why: what would have to be otherwise.
        static func skip(_ why: String) -> Verdict { Verdict(level: .skipped, facts: why) }

        static func alarm(_ facts: String, remedy: String) -> Verdict { alarm(facts, mend: Remedy(remedy)) }

        static func alarm(_ facts: String, mend: Remedy) -> Verdict { Verdict(level: .alarm, facts: facts, remedy: mend) }

        /// - Parameter risk: only where going on is safe for data: what may happen then.
        static func fail(_ code: FailureCode, _ facts: String, remedy: String, risk: String = "") -> Verdict {
            fail(code, facts, mend: Remedy(remedy), risk: risk)
        }

        static func fail(_ code: FailureCode, _ facts: String, mend: Remedy, risk: String = "") -> Verdict {
            Verdict(level: .fail, facts: facts, remedy: mend, code: code, risk: risk)
        }
    }

    /// The verdict as it is reported.
    func report(_ verdict: Verdict) -> CheckItem {
        CheckItem(
            item: item, level: verdict.level, facts: verdict.facts, threshold: threshold, remedy: verdict.remedy.text,
            statements: verdict.remedy.statements, code: verdict.code, skippable: !verdict.risk.isEmpty, risk: verdict.risk)
    }
}

/// The first names of a list, for facts: all of a long one would be read by nobody.
func listed(_ names: [String], most: Int = 20) -> String {
    names.count <= most
        ? names.joined(separator: ", ") : names.prefix(most).joined(separator: ", ") + ", … (\(names.count) in all)"
}
