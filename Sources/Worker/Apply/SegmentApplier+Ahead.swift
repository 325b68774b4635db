import SyncModel
import SyncMySQL
import WorkerSchema
import WorkerSource

/// In a pair, the target's definitions may change while rows are on their way to it (``StatementsAhead``).
extension SegmentApplier {
    /// The tables that were written keep their definitions until the commit: they have to be those that the rows were
    /// prepared for.
    func requireSameDefinitions(_ segment: ChangeSegment) throws {
        guard let ahead, !segment.slices.isEmpty else { return }
        if try ahead.hasRedefined(segment.targets, since: segment.statementsSeen, session) { throw TargetRedefined() }
    }

    /// What goes wrong with a table that is not as it was says nothing of the rows.
    func underSameDefinitions<T>(_ segment: ChangeSegment, _ body: () throws -> T) throws -> T {
        guard let ahead else { return try body() }
        do {
            return try body()
        } catch where Self.mayComeOfDefinitions(error) {
            if try ahead.hasRedefined(segment.targets, since: segment.statementsSeen, session) { throw TargetRedefined() }
            throw error
        }
    }

    private static func mayComeOfDefinitions(_ error: any Error) -> Bool {
        switch error {
        case let error as MySQLError: !error.isLockFailure && !error.isPassing
        case let failure as Failure: ![.lockTimeout, .connectionLost, .serverNotReady].contains(failure.code)
        default: error is ReportedConflict
        }
    }
}

extension ChangeSegment {
    /// The tables that its rows go to.
    fileprivate var targets: Set<TableName> { Set(slices.map(\.route.target)) }
}
