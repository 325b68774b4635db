import SyncModel
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// Changes that the source itself has from other servers: passed on as long as no task brings them in a more direct way.
extension SegmentApplier {
    /// Notes how far they have come with the segment, in the open transaction, and tells whether they still come this way.
    /// From then until the commit no other task can take them over.
    func passesOn(_ segment: ChangeSegment) throws -> Bool {
        try writeArrivals(segment.marks)
        let birthplace = segment.birthplace
        if birthplace == context.sourceProfile.uuid { return true }
        return try !ArrivalTable.isGivenUp(birthplace, by: context.taskID, session)
    }

    /// Goes past transactions that reach the target another way.
    func leaveOut(_ marks: [ChangeSegment.Mark]) throws {
        try rollBack()
        pass(marks)
    }

    /// Writes in the open transaction what is known up to these marks.
    func writeArrivals(_ marks: [ChangeSegment.Mark]) throws {
        if pendingArrivals.isEmpty, marks.allSatisfy(\.arrivals.isEmpty) { return }
        var newest = pendingArrivals
        for arrival in marks.lazy.flatMap(\.arrivals) { newest[Self.place(of: arrival)] = arrival }
        // In one order everywhere, or two tasks could wait for each other.
        try ArrivalTable.note(newest.sorted { $0.key < $1.key }.map(\.value), task: context.taskID, session)
    }

    /// To be written with the position that is behind these marks.
    func note(arrivals marks: [ChangeSegment.Mark]) {
        for arrival in marks.lazy.flatMap(\.arrivals) { pendingArrivals[Self.place(of: arrival)] = arrival }
    }

    private static func place(of arrival: Arrival) -> String { "\(arrival.origin) \(arrival.feeder)" }
}
