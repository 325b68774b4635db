import Glibc
import Logging
import Synchronization
package import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
package import WorkerDDL
package import WorkerSchema

/// Definition statements that the target of a task has executed and its source has not, or not yet at the place that the
/// task has come to in the source's log.
///
/// In a pair, one task carries the definition statements and the other one's target therefore is ahead: rows come to it
/// under definitions that it no longer has. What became of them is told by the statements in between, which are read from
/// the target's log. Which of them the source had executed when it wrote a row is told by the marks that the task that
/// carries them leaves in the source's log.
package final class StatementsAhead: Sendable {
    /// What is ahead of a place in the source's log.
    package struct Stand: Sendable, Hashable {
        /// Statements of the target seen so far.
        package var seen: Int
        /// The numbers of those among them that the source had not executed.
        package var pending: [Int]

        package init(seen: Int = 0, pending: [Int] = []) {
            self.seen = seen
            self.pending = pending
        }
    }

    /// What statements are about, by the target's names.
    package struct Names: Sendable {
        package var databases: [String] = []
        package var tables: Set<TableName> = []
    }

    /// Statements whose names are kept.
    private static let namesKept = 1000

    private struct Executed {
        /// How many had been seen with it.
        var number: Int
        /// The end of the statement in the target's log.
        var place: BinlogPosition
        var statement: DDLStatement
        var id: StatementID
        var time: StatementTime
    }

    private struct State {
        var statements: [Executed] = []
        var seen = 0
        /// By their numbers, of the last ones.
        var names: [Int: DDLStatement] = [:]
        var reached: BinlogPosition
        var failure: (any Error)?
    }

    private let context: TaskContext
    private let start: BinlogPosition
    private let databases: Set<String>
    private let state: Mutex<State>

    /// - Parameter known: how far in the target's log the source is known to be.
    package init(_ context: TaskContext, from known: BinlogPosition) {
        var reversed = context.reversed(as: "ahead", context.control)
        // Places in its log are known by file and offset.
        reversed.spec.source.positioning = .file
        reversed.reverseTask = context.reverseTask
        self.context = reversed
        databases = Set(context.objects.databases.compactMap { context.objects.targetDatabase(of: $0) })
        start = known
        state = Mutex(State(reached: known))
    }

    /// Starts the thread that follows the target's log until the run ends.
    package func follow() {
        WorkerThread.start("dts-ahead") { [self] in
            do {
                try read()
            } catch {
                state.withLock { $0.failure = error }
            }
        }
    }

    package func stand(behind known: BinlogPosition) -> Stand {
        state.withLock { state in
            Stand(seen: state.seen, pending: state.statements.filter { !known.isAtOrBehind($0.place) }.map(\.number))
        }
    }

    /// What those statements are about that have been seen between two stands, or are ahead of the source in one of them
    /// only; nil: that is not known any more.
    package func names(between old: Stand, and new: Stand) -> Names? {
        let numbers = Set(old.pending).symmetricDifference(new.pending).union(old.seen < new.seen ? Array(old.seen + 1...new.seen) : [])
        return state.withLock { state in
            var names = Names()
            for number in numbers {
                guard let statement = state.names[number] else { return nil }
                if let database = statement.database { names.databases.append(database) }
                names.tables.formUnion(statement.references.map(\.table))
            }
            return names
        }
    }

    /// What became of a table under the statements that the source had not executed.
    ///
    /// - Parameter columns: as its rows have them.
    package func lineage(of table: TableName, columns: [String], behind known: BinlogPosition) throws -> TableLineage {
        var lineage = TableLineage(table, columns: columns)
        for one in state.withLock({ $0.statements }) where !known.isAtOrBehind(one.place) {
            // Left out on the source, or replaced there: its rows stay with the name.
            if case .table(let now) = lineage.fate, one.statement.takesOver(now.name), try !isCarried(one) { continue }
            lineage.follow(one.statement, at: one.time)
        }
        return lineage
    }

    /// Whether the other half of the pair executes the statement on the source as it is. When tables exchange names under
    /// writers, it leaves that to the operator, who is waited for.
    private func isCarried(_ one: Executed) throws -> Bool {
        guard let task = context.reverseTask else { return true }
        context.logger.notice(
            "waiting for the other half of the pair, or for a decision about its statement", metadata: ["statement": "\(one.id)"])
        let session = try context.attempt(.target, "connecting") { try Session(context.target) }
        while true {
            let passed = try context.attempt(.target, "asking for the other half of the pair") {
                // Decided first, passed later.
                let position = try CheckpointStore.read(task: task, session)?.position
                let decision = try StatementDecisions.read(task: task, session)[one.id]
                return position?.isAtOrBehind(one.place) == true ? (true, decision) : (false, nil)
            }
            if passed.0 { return passed.1 == nil }
            try context.control.checkStop()
            usleep(20_000)
        }
    }

    /// The source is this far for good.
    package func forget(behind known: BinlogPosition) {
        state.withLock { state in state.statements.removeAll { known.isAtOrBehind($0.place) } }
    }

    /// Waits until every statement that the target has executed by now has been seen. What the session has locked keeps its
    /// definition, so for that the answer stays true.
    ///
    /// - Returns: how many were seen in all.
    package func settle(_ session: Session) throws -> Int {
        let now = try context.attempt(.source, "reading its position") {
            try currentBinlogPosition(session, context.sourceProfile)
        }
        while true {
            let seen: Int? = try state.withLock { state in
                if let failure = state.failure { throw failure }
                return state.reached.isAtOrBehind(now) ? state.seen : nil
            }
            if let seen { return seen }
            try context.control.checkStop()
            usleep(1000)
        }
    }

    /// Whether the target has redefined one of these tables since so many statements had been seen; see ``settle(_:)``.
    package func hasRedefined(_ tables: Set<TableName>, since seen: Int, _ session: Session) throws -> Bool {
        guard try settle(session) != seen else { return false }
        return state.withLock { state in
            state.statements.contains { one in
                guard one.number > seen else { return false }
                if let database = one.statement.database { return tables.contains { $0.database == database } }
                return one.statement.references.contains { tables.contains($0.table) }
            }
        }
    }

    // MARK: Following

    private func read() throws {
        var transaction = TransactionID.none
        try LogScan(context).read(from: start) { event, header, place in
            take(event, header, place, &transaction)
            return true
        }
    }

    private func take(_ event: Event, _ header: EventHeader, _ place: BinlogPlace, _ transaction: inout TransactionID) {
        switch event {
        case .gtid(let event): transaction = event.gtid.map { .mysql($0) } ?? .none
        case .mariaDBGTID(let event): transaction = .mariaDB(event.gtid)
        default: break
        }
        let position = place.position
        var executed: Executed?
        // As the server that has executed it reads it.
        if case .query(let query) = event, let statement = query.definition(on: context.sourceProfile)?.statement, concerns(statement) {
            let id = StatementID(place: transaction.word(at: place), statement: query.statement)
            executed = Executed(number: 0, place: position, statement: statement, id: id, time: StatementTime(query, header))
        }
        state.withLock { state in
            if var executed {
                state.seen += 1
                executed.number = state.seen
                state.names[state.seen] = executed.statement
                state.names[state.seen - Self.namesKept] = nil
                state.statements.append(executed)
            }
            state.reached = position
        }
    }

    private func concerns(_ statement: DDLStatement) -> Bool {
        if let database = statement.database { return databases.contains(database) }
        return statement.kind.object != .view && !statement.isOfSequences && statement.subjects.contains { databases.contains($0.database) }
    }
}

/// What the source knew of the target at a place in its log.
package struct TargetKnowledge: Sendable {
    /// nil: nobody brings the target's definition statements to the source.
    package var ahead: StatementsAhead?
    /// How far in the target's log the source was.
    package var sourceIsAt: BinlogPosition

    package init(ahead: StatementsAhead?, sourceIsAt: BinlogPosition) {
        self.ahead = ahead
        self.sourceIsAt = sourceIsAt
    }
}

/// The target's definitions have changed since the rows at hand were read: they have to be read again.
package struct TargetRedefined: Error {
    package init() {}
}

extension StatementTime {
    init(_ query: QueryEvent, _ header: EventHeader) {
        self.init(
            seconds: header.timestamp, microseconds: query.session.microseconds ?? 0, zone: query.session.timeZone)
    }
}
