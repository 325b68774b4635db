package import SupervisorNotices
package import SyncModel

/// The message center, and what the fleet itself has to say.
extension Fleet {
    /// Newest first.
    package func notices(_ selection: NoticeSelection) async throws(Failure) -> [StoredNotice] {
        try await environment.store.notices(selection)
    }

    /// Marks a notice as read.
    /// - Throws: `not-found`.
    package func readNotice(_ number: Int64) async throws(Failure) -> StoredNotice {
        if let found = try await environment.store.readNotice(number) {
            if found.notice.event == .sidesDiffer { try await settleSides(found.notice) }
            return found
        }
        throw Failure(.notFound, "there is no message \(number)", remedy: "'message list' shows all messages")
    }

    /// Somebody has taken note of rows that only one side has: when that was the last of such messages, the alarm is over.
    private func settleSides(_ read: Notice) async throws(Failure) {
        let unread = try await environment.store.notices(NoticeSelection(unreadOnly: true, event: .sidesDiffer, limit: 1000))
        guard !unread.contains(where: { $0.notice.taskID == read.taskID }) else { return }
        try await environment.store.add([
            Notice(
                id: Self.newID(), .sidesSettled, taskID: read.taskID, task: read.task, pair: read.pair, owner: read.owner,
                text: "somebody has taken note of what only one side has", at: environment.now())
        ])
    }

    /// - Returns: how many had not been read.
    package func readAllNotices() async throws(Failure) -> Int {
        let sides = try await environment.store.notices(NoticeSelection(unreadOnly: true, event: .sidesDiffer, limit: 1000))
        let count = try await environment.store.readAllNotices()
        let tasks = Dictionary(sides.map { ($0.notice.taskID, $0.notice) }, uniquingKeysWith: { first, _ in first })
        for notice in tasks.values { try await settleSides(notice) }
        return count
    }

    private func storeNotices() async {
        guard !unsavedNotices.isEmpty else { return }
        let notices = unsavedNotices
        unsavedNotices = []
        do throws(Failure) {
            try await environment.store.add(notices)
            storeHealth.worked()
        } catch {
            storeHealth.failed(error)
            unsavedNotices = notices + unsavedNotices
        }
    }

    /// The supervisor's own alarms. Called every few seconds.
    /// - Parameter percent: of the data folder's file system that is free; nil when not known.
    func watch(diskFree percent: Int?) async {
        let now = environment.now()
        // A disk that is nearly full fails again and again: once in ten minutes is enough.
        if let past = storeHealth.takePastTrouble(), storeFailureToldAt.map({ now >= $0 + 600_000_000 || now < $0 }) ?? true {
            storeFailureToldAt = now
            unsavedNotices.append(
                Notice(
                    id: Self.newID(), .storeFailed, text: "the store did not take what it was given: \(past.failure.message); it does again",
                    facts: [.init("lasted", "\((now - min(now, past.since)) / 1_000_000) s")], remedy: past.failure.remedy, at: now))
        }
        if let percent {
            let limit = environment.thresholds().diskFreePercent ?? 0
            // Two percent of distance, or the alarm would come and go with every log file.
            let isLow = percent < (diskIsLow && limit > 0 ? limit + 2 : limit)
            if isLow != diskIsLow {
                diskIsLow = isLow
                unsavedNotices.append(
                    Notice(
                        id: Self.newID(), isLow ? .diskLow : .diskFree, text: "the disk of the data folder has \(percent) % of its space free",
                        facts: [.init("threshold", "\(limit) %")],
                        remedy: isLow ? "make room: without it the supervisor cannot note positions, conflicts and messages" : nil,
                        at: environment.now()))
            }
        }
        await storeNotices()
    }
}
