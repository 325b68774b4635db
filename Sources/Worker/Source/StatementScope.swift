import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

extension TransactionAssembler {
    /// Whether a statement may concern a synced database: it ran in one, or its text names one. Rather too often than
    /// too seldom.
    func touchesObjects(_ query: QueryEvent) -> Bool {
        let databases = context.objects.databases
        if databases.contains(query.database) { return true }
        let text = query.text.lowercased()
        return databases.contains { text.contains($0.lowercased()) }
    }
}
