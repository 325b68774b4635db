import Logging
import SupervisorNotices
import SyncModel

/// Records of the store that cannot be read.
extension Fleet {
    package func unreadableTask(_ name: String) -> UnreadableRecord? { unreadableTasks[name] }

    package func allUnreadableTasks() -> [UnreadableRecord] {
        unreadableTasks.sorted { $0.key < $1.key }.map(\.value)
    }

    package func unreadablePair(_ name: String) -> UnreadableRecord? { unreadablePairs[name] }

    package func allUnreadablePairs() -> [UnreadableRecord] {
        unreadablePairs.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The tasks of a pair that is not whole: those that can be read, and those that cannot.
    package func halves(of pair: UnreadableRecord) -> (tasks: [TaskSupervisor], unreadable: [UnreadableRecord]) {
        guard case .pair(let ids) = pair.subject else { return ([], []) }
        return (
            allTasks().filter { ids.contains($0.id) },
            allUnreadableTasks().filter { if case .task(let id, _) = $0.subject { ids.contains(id) } else { false } }
        )
    }

    /// Sets aside what cannot be read, in the log and in the message center.
    func setAside(_ record: UnreadableRecord) {
        logger.error("Unreadable record set aside", metadata: ["record": "\(record.words)", "reason": "\(record.reason)"])
        var taskID: String?
        var task: String?
        var pair: String?
        switch record.subject {
        case .task(let id, let itsPair):
            unreadableTasks[record.name] = record
            (taskID, task, pair) = (id, record.name, itsPair)
        case .pair:
            unreadablePairs[record.name] = record
            pair = record.name
        case .other: break
        }
        let failure = record.failure
        unsavedNotices.append(
            Notice(
                id: Self.newID(), .recordUnreadable, taskID: taskID, task: task, pair: pair, text: failure.message,
                facts: [.init("code", failure.code.rawValue)], remedy: failure.remedy, at: environment.now()))
    }

    /// Gives up a record that cannot be read, with all that belongs to it.
    /// - Returns: that nothing on the servers was cleaned up.
    func deleteUnreadable(task record: UnreadableRecord) async throws(Failure) -> Failure? {
        guard case .task(let id, _) = record.subject else { return nil }
        let left = Failure(
            .recordUnreadable, "what \(record.words) has left on its servers is not known",
            remedy: "where no other task uses it, drop the database __dts__ on both servers")
        try await environment.store.remove(
            task: id,
            notices: [
                Notice(
                    id: Self.newID(), .cleanUpFailed, taskID: id, task: record.name, text: left.message,
                    facts: [.init("code", left.code.rawValue)], remedy: left.remedy, at: environment.now())
            ])
        unreadableTasks[record.name] = nil
        hub.notify()
        return left
    }

    /// Deletes what is left of a pair that is not whole.
    func deleteUnreadable(pair record: UnreadableRecord) async throws(Failure) -> [Failure] {
        let (readable, unreadable) = halves(of: record)
        var left: [Failure] = []
        for task in readable {
            let name = await task.snapshot.name
            try await task.delete()
            if let failure = cleanUpFailures.removeValue(forKey: name) { left.append(failure) }
        }
        for half in unreadable { if let failure = try await deleteUnreadable(task: half) { left.append(failure) } }
        try await environment.store.remove(pair: record.name)
        unreadablePairs[record.name] = nil
        hub.notify()
        return left
    }
}
