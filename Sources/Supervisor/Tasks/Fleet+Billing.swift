package import SupervisorBilling
package import SupervisorNotices
package import SyncModel

extension Fleet {
    func bill() async { await billing.round(allTasks()) }

    /// A round at once whenever the settings are others; the first is the one after the start.
    func billAtEachChange() async {
        for await _ in live.changes() { await bill() }
    }

    package func billingOverview() async -> BillingDesk.Overview {
        var snapshots: [TaskSnapshot] = []
        for task in allTasks() { snapshots.append(await task.snapshot) }
        return await billing.overview(snapshots)
    }

    /// What was used on the days of a month, or ever.
    /// - Parameter name: only by the task that has, or had, this name.
    package func usage(from: CalendarDate, to: CalendarDate, of name: String?) async throws(Failure) -> [UsageRow] {
        await bill()
        return try await billing.usage(from: from, to: to, of: name)
    }
}
