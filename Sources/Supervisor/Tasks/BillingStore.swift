package import SupervisorBilling
package import SupervisorNotices
package import SyncModel

/// The ledger of billing, isolated tasks, and usage.
package protocol BillingStore: Sendable {
    func billing() async throws(Failure) -> BillingState
    /// Writes each line of the ledger with its notice; one whose line is there already is left out, notice and all.
    func tell(_ news: [BillingNews]) async throws(Failure)
    /// Notes that a task is isolated; one that is noted already may only become one that ran.
    /// - Parameter notice: goes with it, unless it was noted already.
    func isolate(_ isolation: Isolation, telling notice: SupervisorNotices.Notice) async throws(Failure)
    /// - Parameter notice: goes with it, unless the task was not isolated.
    func liftIsolation(of task: String, telling notice: SupervisorNotices.Notice) async throws(Failure)
    func add(_ usage: UsageBatch) async throws(Failure)
    /// In the order of days, then of names; both days included.
    /// - Parameter name: only of the task that has, or had, this name.
    func usage(from: CalendarDate, to: CalendarDate, of name: String?) async throws(Failure) -> [UsageRow]
}
