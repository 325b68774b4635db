package import SyncModel
package import SyncMySQL

/// Checks everything that a task relies on, on both servers, and changes nothing on either.
package struct Verifier {
    private let taskID: String
    private let spec: TaskSpec
    private let pair: PairRole?
    private let source: Session.Options
    private let target: Session.Options
    private let limits: VerifyLimits

    /// - Parameters:
    ///   - pair: the task's place in a pair; nil for a one-way task.
    ///   - limits: from when on what is measured is too much.
    package init(
        taskID: String, spec: TaskSpec, pair: PairRole?, source: Session.Options, target: Session.Options, limits: VerifyLimits = VerifyLimits()
    ) {
        self.taskID = taskID
        self.spec = spec
        self.pair = pair
        self.source = source
        self.target = target
        self.limits = limits
    }

    /// All checks, in the order in which they are reported.
    static let checks: [Check] =
        OptionChecks.all + AccessChecks.all + PeripheralChecks.all + ServerChecks.all
        + [PrivilegeChecks.source] + ParameterChecks.all
        + [PrivilegeChecks.target, StrictModeCheck.check, PrivilegeExcess.check]
        + ObjectChecks.all + [SpaceCheck.check] + BinlogChecks.all + [TargetBinlogCheck.check] + RowLogChecks.all
        + [BinlogProbe.check, StartPositionCheck.check]
        + KeyChecks.all + StructureChecks.all + SelectionChecks.all
        + SettingChecks.all + SurroundingsChecks.all + ChangeChecks.all

    /// The stable words of all items, in order.
    package static var items: [String] { ["connect-source", "connect-target"] + checks.map(\.item) }

    /// What tells whether the servers can be worked with at all, beside the connections themselves.
    package static let connectionItems: Set<String> = [
        "source-access", "target-access", "source-version", "target-version", "server-identity", "latency",
    ]

    /// Blocks until every item is checked; reports each once, in a fixed order.
    ///
    /// Never throws on what a server answers: that is what it is there to find. Items that need a server which cannot
    /// be reached are reported as `skipped`. The task may run when no item is `fail`, but for those that are skippable
    /// and were acknowledged.
    ///
    /// - Parameter only: the items that are wanted beside those of the connections; nil: all.
    /// - Returns: what the servers are that could be reached.
    @discardableResult
    package func run(
        only: Set<String>? = nil, _ report: (CheckItem) throws -> Void
    ) rethrows -> (source: ServerFacts?, target: ServerFacts?) {
        var (source, target) = (source, target)
        // A person waits.
        (source.connectTimeout, target.connectTimeout) = (10, 10)
        (source.readTimeout, target.readTimeout) = (120, 120)
        let scope = VerifyScope(taskID: taskID, spec: spec, pair: pair, source: source, target: target, limits: limits)
        try report(ConnectionCheck.run(.source, scope))
        try report(ConnectionCheck.run(.target, scope))
        for check in Self.checks where only?.contains(check.item) != false { try report(Self.outcome(of: check, scope)) }
        return (scope.facts(.source), scope.facts(.target))
    }

    private static func outcome(of check: Check, _ scope: VerifyScope) -> CheckItem {
        if let missing = check.needs.first(where: { !scope.isReached($0) }) {
            return check.report(.skip("the \(missing.rawValue) cannot be reached"))
        }
        do {
            return check.report(try check.run(scope))
        } catch {
            let failure = failure(of: error, check, scope)
            return check.report(.fail(failure.code, failure.message, remedy: failure.remedy))
        }
    }

    private static func failure(of error: any Error, _ check: Check, _ scope: VerifyScope) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case let error as MySQLError:
            // With two servers it is not known which one answered.
            let side = check.needs.count == 1 ? check.needs[0].rawValue : "server"
            let address =
                check.needs.count == 1
                ? scope.address(check.needs[0]) : check.needs.map(scope.address).joined(separator: " or ")
            return error.failure(role: side, address: address, doing: "checking \(check.item)")
        default:
            return Failure(
                .internalError,
                "\(check.item): \(error)",
                remedy: "report this to the makers of DTS",
                kind: .permanent
            )
        }
    }
}
