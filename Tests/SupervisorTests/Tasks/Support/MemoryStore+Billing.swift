import SupervisorBilling
import SupervisorNotices
import SupervisorTasks
import SyncModel
import Synchronization


extension MemoryStore: BillingStore {
    func billing() async throws(Failure) -> BillingState { contents.billing }

    func tell(_ news: [BillingNews]) async throws(Failure) {
        try write { contents throws(Failure) in
            for one in news where contents.billing.told.updateValue(one.notice.at, forKey: one.entry) == nil {
                contents.billingNotices.append(one.notice)
            }
        }
    }

    func isolate(_ isolation: Isolation, telling notice: Notice) async throws(Failure) {
        try write { contents throws(Failure) in
            if contents.billing.isolations.updateValue(isolation, forKey: isolation.task) == nil { contents.billingNotices.append(notice) }
        }
    }

    func liftIsolation(of task: String, telling notice: Notice) async throws(Failure) {
        try write { contents throws(Failure) in
            if contents.billing.isolations.removeValue(forKey: task) != nil { contents.billingNotices.append(notice) }
        }
    }

    /// Not counted as a write: it comes with the rounds of the fleet, whatever else a test does.
    func add(_ usage: UsageBatch) async throws(Failure) {
        try state.withLock { state throws(Failure) in
            if let failure = state.failure { throw failure }
            state.contents.usage += usage.rows
            state.contents.billing.marks.merge(usage.marks) { $1 }
        }
    }

    func usage(from: CalendarDate, to: CalendarDate, of name: String?) async throws(Failure) -> [UsageRow] {
        contents.usage.filter { ($0.day >= from && $0.day <= to) && (name == nil || $0.name == name) }
    }
}
