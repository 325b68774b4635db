package import SyncModel
package import SyncMySQL

/// Checks everything that a task relies on, on both servers, and changes nothing on either.
package struct Verifier {
    private let taskID: String
    private let spec: TaskSpec
    private let pair: PairRole?
    private let source: Session.Options
    private let target: Session.Options

    /// - Parameter pair: the task's place in a pair; nil for a one-way task.
    package init(taskID: String, spec: TaskSpec, pair: PairRole?, source: Session.Options, target: Session.Options) {
        self.taskID = taskID
        self.spec = spec
        self.pair = pair
        self.source = source
        self.target = target
    }

    /// All checks, in the order in which they are reported.
    static let checks: [Check] =
        OptionChecks.all + ServerChecks.all + BinlogChecks.all + PrivilegeChecks.all + ObjectChecks.all
        + StructureChecks.all + SelectionChecks.all + KeyChecks.all
        + SettingChecks.all

    /// The stable words of all items, in order.
    package static var items: [String] { ["connect-source", "connect-target"] + checks.map(\.item) }

    /// Blocks until every item is checked; reports each once, in a fixed order.
    ///
    /// Never throws on what a server answers: that is what it is there to find. Items that need a server which cannot
    /// be reached are reported as `skipped`. The task may run when no item is `fail`, but for those that are skippable
    /// and were acknowledged.
    package func run(_ report: (CheckItem) throws -> Void) rethrows {
        var (source, target) = (source, target)
        // A person waits.
        (source.connectTimeout, target.connectTimeout) = (10, 10)
        (source.readTimeout, target.readTimeout) = (120, 120)
        let scope = VerifyScope(taskID: taskID, spec: spec, pair: pair, source: source, target: target)
        try report(ConnectionCheck.run(.source, scope))
        try report(ConnectionCheck.run(.target, scope))
        for check in Self.checks { try report(Self.outcome(of: check, scope)) }
    }

    private static func outcome(of check: Check, _ scope: VerifyScope) -> CheckItem {
        if let missing = check.needs.first(where: { !scope.isReached($0) }) {
            return CheckItem(
                item: check.item,
                level: .skipped,
                facts: "the \(missing.rawValue) cannot be reached",
                threshold: check.threshold
            )
        }
        do {
            switch try check.run(scope) {
            case .pass(let facts):
                return CheckItem(item: check.item, level: .pass, facts: facts, threshold: check.threshold)
            case .alarm(let facts, let remedy):
                return CheckItem(
                    item: check.item,
                    level: .alarm,
                    facts: facts,
                    threshold: check.threshold,
                    remedy: remedy
                )
            case .fail(let code, let facts, let remedy, let skippable):
                return CheckItem(
                    item: check.item,
                    level: .fail,
                    facts: facts,
                    threshold: check.threshold,
                    remedy: remedy,
                    code: code,
                    skippable: skippable
                )
            }
        } catch {
            let failure = failure(of: error, check, scope)
            return CheckItem(
                item: check.item,
                level: .fail,
                facts: failure.message,
                threshold: check.threshold,
                remedy: failure.remedy,
                code: failure.code
            )
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
