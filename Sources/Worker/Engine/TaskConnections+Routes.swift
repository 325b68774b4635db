import Glibc
import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// A task among others (``TaskRoutes``): what it passes on of other servers' changes, and where it begins when others have
/// passed on its source's so far.
extension TaskConnections {
    /// How long the start waits for changes that are on their way by others, before it is tried again as a whole.
    private static let patience = Duration.seconds(20)

    /// Tasks that bring other servers' changes to the source, and how far they have come there.
    ///
    /// In the moment of `body`: where one of them moves meanwhile it is left out, and its next marker in the log will tell.
    func feeding<T>(_ source: Session, _ target: ServerProfile, _ body: () throws -> T) throws -> (T, [Arrival]) {
        let before = try feeders(source, target)
        let result = try body()
        let after = try feeders(source, target)
        return (result, before.filter(after.contains))
    }

    private func feeders(_ source: Session, _ target: ServerProfile) throws -> [Arrival] {
        try naming(.source, "reading how far other tasks are") {
            try CheckpointStore.arrivals(source).filter {
                $0.origin != target.uuid && $0.feeder != configuration.pair?.reverseTask
            }
        }
    }

    // MARK: Giving up

    /// Gives up what other tasks bring to the target by now, beside the run.
    func follow(_ routes: TaskRoutes) async throws -> BinlogPosition? {
        try await WorkerThread.run("dts-follow") {
            let target = try open(.target)
            try naming(.target, "following the routes") {
                try target.prepareForWriting()
                // One that has not begun goes by the routes when it does.
                guard try CheckpointStore.read(task: configuration.taskID, target) != nil else { return }
                try followRoutes(routes, target)
            }
            return nil
        }
    }

    /// Takes up routes that have changed since the task began, in a transaction of its own: gives up what comes to the target
    /// by others and has never come by this task. What has come by it is taken over by the other when that begins.
    func followRoutes(_ routes: TaskRoutes, _ target: Session) throws {
        guard !routes.blocked.isEmpty || !routes.direct.isEmpty else { return }
        try MetadataTables.locked(target) {
            try target.execute("START TRANSACTION")
            for (origin, other) in try origins(routes, target)
            where try !ArrivalTable.hasPassedOn(origin, by: configuration.taskID, target) {
                try ArrivalTable.giveUp(origin, by: configuration.taskID, to: other, target)
            }
            try target.execute("COMMIT")
        }
    }

    /// Servers whose changes come to the target by others now. A straight task that has not begun takes over when it does.
    ///
    /// - Returns: each with the straight task; without where there is none.
    private func origins(_ routes: TaskRoutes, _ target: Session) throws -> [(origin: String, to: String)] {
        try routes.blocked.map { ($0, "") }
            + routes.direct.compactMap { task in try CheckpointStore.read(task: task, target).map { ($0.sourceUUID, task) } }
    }

    // MARK: Taking over

    /// Reads where the source is, and waits until its changes have come so far by those who pass them on. Definitions that
    /// are the same before and behind are those of the place in between, where the task begins.
    func beginBehind(_ source: Session, _ profile: ServerProfile, _ target: Session) throws -> (BinlogPosition, [TableName: TableDefinition]) {
        let first = try begin(source, profile)
        if configuration.routes.takesOver.isEmpty { return first }
        let limit = ContinuousClock.now + Self.patience
        while try !hasCome(to: first.0, source, profile, target) {
            guard ContinuousClock.now < limit else {
                throw Failure(
                    .routeNotReady, "changes of the source reach the target by other tasks so far, and have not come by as far as \(name(first.0)) yet",
                    remedy: "let those tasks catch up; the start is tried again", kind: .transient)
            }
            usleep(100_000)
        }
        let second = try begin(source, profile)
        guard first.1 == second.1 else {
            throw Failure(
                .routeNotReady, "the definitions of the source's tables change while the task starts",
                remedy: "start the task when no definition statements run", kind: .transient)
        }
        return second
    }

    private func name(_ position: BinlogPosition) -> String { "\(position.file ?? "?"):\(position.offset ?? 0)" }

    private func hasCome(to position: BinlogPosition, _ source: Session, _ profile: ServerProfile, _ target: Session) throws -> Bool {
        for other in configuration.routes.takesOver {
            guard try CheckpointStore.read(task: other.from, target) != nil, try MetadataTables.isNoted(other.feeder, source) else { continue }
            try target.execute("START TRANSACTION")
            let way = try ArrivalTable.look(profile.uuid, by: other.from, via: other.via, target)
            try target.execute("ROLLBACK")
            switch way {
            case .unknown: return false
            case .open(let arrival):
                if arrival.server != profile.server || !arrival.position.isAtOrBehind(position) { return false }
            case .givenUp: continue
            }
        }
        return true
    }

    /// Notes in the open transaction, in which the task gets its checkpoint, what it gives up and what it takes over.
    ///
    /// - Parameter position: where the source was a moment ago.
    /// - Returns: where the task begins; `position` where nobody has passed on its source's changes.
    func takeRoutes(
        _ position: BinlogPosition, _ source: Session, _ profile: ServerProfile, _ feeders: [Arrival], _ target: Session
    ) throws -> BinlogPosition {
        let task = configuration.taskID
        try ArrivalTable.note(feeders, task: task, target)
        for (origin, other) in try origins(configuration.routes, target) {
            try ArrivalTable.giveUp(origin, by: task, to: other, target)
        }
        var arrivals: [Arrival] = []
        for other in configuration.routes.takesOver {
            if let arrival = try takeOver(other, source, profile, target) { arrivals.append(arrival) }
        }
        guard let arrival = arrivals.first else { return position }
        guard arrivals.allSatisfy({ $0.server == arrival.server && $0.position == arrival.position }) else {
            throw Failure(
                .routeAmbiguous, "\(arrivals.count) tasks have passed on the changes of this task's source, and are not equally far",
                remedy: "have one task for what they carry between the same servers")
        }
        guard arrival.server == profile.server, arrival.position.gtid != nil || profile.positioning(configuration.spec.source.positioning) == .file
        else {
            throw Failure(
                .routeNotReady, "where the changes of the source have come to so far is told by another server's log, or without GTIDs",
                remedy: "let the tasks that pass them on catch up; use the same positioning for all tasks of a server", kind: .transient)
        }
        return arrival.position
    }

    /// - Returns: how far the other task has come; nil when it has never passed anything on.
    private func takeOver(
        _ other: TaskRoutes.TakeOver, _ source: Session, _ profile: ServerProfile, _ target: Session
    ) throws -> Arrival? {
        // One that has not begun will find that this one has.
        guard let begun = try CheckpointStore.read(task: other.from, target) else { return nil }
        // From here on it waits for this transaction.
        let way = try ArrivalTable.look(profile.uuid, by: other.from, via: other.via, target)
        if case .givenUp(let former) = way {
            if former.isEmpty || former == configuration.taskID || configuration.spec.initialization.contains(.data) { return nil }
            throw Failure(
                .routeAmbiguous,
                "task \(other.from) has given up the changes of this task's source for a task that is gone: those since then are missing",
                remedy: "create the task anew with 'data' in 'initialization' (a pair with 'scenario: both-have-data') and acknowledge the item "
                    + "'copied-twice' with 'task skip-check'")
        }
        // It notes itself on the source before it looks where the source is, which is behind `position` then.
        guard try naming(.source, "looking which tasks have begun", { try MetadataTables.isNoted(other.feeder, source) }) else {
            try ArrivalTable.giveUp(profile.uuid, by: other.from, to: configuration.taskID, target)
            return nil
        }
        guard begun.isExact, case .open(let arrival) = way else {
            throw Failure(
                .routeNotReady, "how far the changes of the source have come by task \(other.from) is not known: it, or one before it, copies rows",
                remedy: "wait until these tasks are in the incremental phase; the start is tried again", kind: .transient)
        }
        try ArrivalTable.giveUp(profile.uuid, by: other.from, to: configuration.taskID, target)
        return arrival
    }
}
