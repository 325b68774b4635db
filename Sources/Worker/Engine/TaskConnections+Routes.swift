import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema

/// The beginning of a task among others (``TaskRoutes``): what it passes on of other servers' changes, and where it goes on
/// when others have passed on its source's so far.
extension TaskConnections {
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

    /// Notes in the open transaction, in which the task gets its checkpoint, what it gives up and what it takes over.
    ///
    /// - Returns: where the task begins; `position` where nobody has passed on its source's changes.
    ///
    /// - Parameter position: where the source was a moment ago.
    func takeRoutes(
        _ position: BinlogPosition, _ source: Session, _ profile: ServerProfile, _ feeders: [Arrival], _ target: Session
    ) throws -> BinlogPosition {
        let routes = configuration.routes
        let task = configuration.taskID
        try ArrivalTable.note(feeders, task: task, target)
        for origin in routes.blocked { try ArrivalTable.giveUp(origin, by: task, target) }
        for other in routes.direct {
            // One that has not begun takes over when it does.
            guard let begun = try CheckpointStore.read(task: other, target) else { continue }
            try ArrivalTable.giveUp(begun.sourceUUID, by: task, target)
        }
        var arrivals: [Arrival] = []
        for other in routes.takesOver {
            // One that has not begun will find that this one has.
            guard let begun = try CheckpointStore.read(task: other.from, target) else { continue }
            // It notes itself on the source before it looks where the source is, which is behind `position` then.
            guard try MetadataTables.isNoted(other.feeder, source) else {
                try ArrivalTable.giveUp(profile.uuid, by: other.from, target)
                continue
            }
            guard begun.stage == .incremental, begun.window == nil else {
                throw Failure(
                    .routeNotReady, "task \(other.from), which passes on the changes of this task's source so far, is still copying rows",
                    remedy: "wait until it is in the incremental phase; the start is tried again", kind: .transient)
            }
            if let arrival = try ArrivalTable.takeOver(profile.uuid, from: other.from, target) { arrivals.append(arrival) }
        }
        guard let arrival = arrivals.first else { return position }
        guard arrivals.allSatisfy({ $0.server == arrival.server && $0.position == arrival.position }) else {
            throw Failure(
                .routeAmbiguous, "\(arrivals.count) tasks have passed on the changes of this task's source, and are not equally far",
                remedy: "pause the source's writers until all of them have caught up, then start the task")
        }
        guard arrival.server == profile.server, arrival.position.gtid != nil || profile.positioning(configuration.spec.source.positioning) == .file
        else {
            throw Failure(
                .routeNotReady, "where the changes of the source have come to so far is told by another server's log, or without GTIDs",
                remedy: "let the tasks that pass them on catch up; use the same positioning for all tasks of a server", kind: .transient)
        }
        return arrival.position
    }
}
