import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// One thread of a load, with its own connection to each side and its own lane.
struct LoadThread {
    private let context: TaskContext
    private let board: LoadBoard
    private let definitions: UpcomingDefinitions
    private let known: [TableName: LoadState.Table]
    private let tables: DataLoader.Tables
    private let shouldSkip: DataLoader.ShouldSkip?
    private let log: (any LoggedChanges)?
    private let merge: MergeGuard?
    private let conflicts: LoadConflicts
    private let size: ChunkSize
    private let acceptsFiles: Bool
    private let lane: Int
    private let state: LoadState

    init(
        _ context: TaskContext,
        board: LoadBoard,
        definitions: UpcomingDefinitions,
        known: [TableName: LoadState.Table],
        tables: DataLoader.Tables,
        shouldSkip: DataLoader.ShouldSkip?,
        log: (any LoggedChanges)?,
        merge: MergeGuard?,
        conflicts: LoadConflicts,
        size: ChunkSize,
        acceptsFiles: Bool,
        lane: Int
    ) {
        self.context = context
        self.board = board
        self.definitions = definitions
        self.known = known
        self.tables = tables
        self.shouldSkip = shouldSkip
        self.log = log
        self.merge = merge
        self.conflicts = conflicts
        self.size = size
        self.acceptsFiles = acceptsFiles
        self.lane = lane
        state = LoadState(task: context.taskID)
    }

    /// Works until nothing is left to do; errors go to the board.
    func run() {
        do {
            let source = try context.openSource()
            let target = try context.openTarget(localInfile: acceptsFiles)
            try context.control.watching(source) {
                try context.control.watching(target) {
                    try retrying("opening lane \(lane)") {
                        try context.write("opening lane \(lane)") { try context.store.open(lane: lane, target) }
                    }
                    try work(source, target)
                }
            }
        } catch {
            board.end(with: error)
        }
    }

    private func work(_ source: Session, _ target: Session) throws {
        while true {
            try context.control.checkStop()
            switch board.next() {
            case .begin(let tables):
                let left = try copyTogether(tables, source, target)
                for (place, table) in left.enumerated() { try begin(table, next: left[(place + 1)...], source, target) }
            case .help(let table): try copy(table, source, target)
            case .wait: pause(.milliseconds(20))
            case .nothing: return
            }
        }
    }

    /// - Parameter next: those that this thread begins next.
    private func begin(_ table: SelectedTables.Table, next: ArraySlice<SelectedTables.Table>, _ source: Session, _ target: Session) throws {
        var hasBegun = false
        defer { if !hasBegun { board.began(nil) } }
        // Where the log is applied meanwhile, a definition may change between its reading and the table's beginning.
        let next = merge != nil ? [] : next.isEmpty ? board.next(UpcomingDefinitions.atOnce) : Array(next)
        let found = try definitions.definitions(of: table, next: next, source, target)
        let plan = try CopyPlan(table.source, to: table.target, context: context, found)
        if tables == .unmergeable, plan.mergeObstacle == nil { return board.leftTable() }
        // No value of a row of it can be taken by another one.
        if plan.otherUniqueKeys.isEmpty { log?.leave(plan.target) }
        if known[table.source] == nil {
            try transaction(target, "noting table \(table.source)") {
                try target.execute(state.noteStatement(table.source))
            }
        }
        if merge != nil, let obstacle = plan.mergeObstacle {
            // What is written to it from the task's start on comes through the log.
            guard plan.key == nil, try isEmpty(plan.source, source) else { throw Self.cannotMerge(plan, obstacle) }
            try transaction(target, "writing the load state") {
                for statement in state.doneStatements(plan.source, rows: 0) { try target.execute(statement) }
            }
            board.finishedTable()
            return
        }
        guard let key = plan.key, tables == .all else {
            try retrying("copying rows of table \(plan.source)") {
                try KeylessCopy(context, plan: plan, lane: lane, state: state, board: board).run(target)
            }
            log?.leave(plan.target)
            board.finishedTable()
            return
        }
        let load = try TableLoad(
            plan,
            key: key,
            known: known[table.source],
            size: size,
            rowLength: table.estimate.rowLength,
            acceptsFiles: acceptsFiles
        )
        board.began(load, rowsKnown: load.rowsKnown)
        hasBegun = true
        if load.isWhole { try finish(load, target) } else { try copy(load, source, target) }
    }

    /// Copies small tables of which nothing has been copied, in one transaction.
    ///
    /// - Returns: tables that each have to be begun by itself: all of them where one could not be copied so.
    private func copyTogether(_ tables: [SelectedTables.Table], _ source: Session, _ target: Session) throws -> [SelectedTables.Table] {
        guard tables.count > 1 else { return tables }
        let found = try definitions.read(tables, source, target)
        var plans: [CopyPlan] = []
        var others: [SelectedTables.Table] = []
        for table in tables {
            let plan = try CopyPlan(table.source, to: table.target, context: context, (found.sources[table.source], found.targets[table.target]))
            if plan.key != nil, known[table.source]?.isUntouched ?? true { plans.append(plan) } else { others.append(table) }
        }
        let copy = SmallTables(context, plans, lane: lane, state: state, size: size, shouldSkip: shouldSkip)
        guard let rows = try copy.run(source, target) else { return tables }
        for plan in plans {
            log?.leave(plan.target)
            board.began(nil)
            board.finishedTable()
        }
        board.copied(rows: rows)
        return others
    }

    private func isEmpty(_ table: TableName, _ source: Session) throws -> Bool {
        try context.attempt(.source, "reading table \(table)") {
            try source.value("SELECT 1 FROM \(table.quoted) LIMIT 1") == nil
        }
    }

    private static func cannotMerge(_ plan: CopyPlan, _ obstacle: String) -> Failure {
        Failure(
            .unsupported,
            "the rows of table \(plan.source) cannot be merged with those of the other side: \(obstacle)",
            remedy:
                "give the table the same primary key of integers, text or times on both sides, or empty it on one side and "
                + "choose scenario b-structure-only"
        )
    }

    private func finish(_ table: TableLoad, _ target: Session) throws {
        if !table.isNoted {
            try transaction(target, "writing the load state") {
                for statement in state.doneStatements(table.plan.source, rows: table.rowsCopied) {
                    try target.execute(statement)
                }
            }
        }
        log?.leave(table.plan.target)
        board.finishedTable()
    }

    /// Now and then, moves the gapless part forward over the chunks that lie behind it.
    private func advance(_ table: TableLoad, _ target: Session) throws {
        guard let advance = table.takeAdvance() else { return }
        var wasCommitted = false
        defer { table.advanced(wasCommitted) }
        let name = table.plan.source
        try transaction(target, "writing the load state") {
            for statement in state.advanceStatements(name, to: advance.key, rows: advance.rows, chunk: advance.chunk) {
                try target.execute(statement)
            }
        }
        wasCommitted = true
    }

    /// Copies chunks of a table until all are given out.
    private func copy(_ table: TableLoad, _ source: Session, _ target: Session) throws {
        var writer = RowWriter(table.plan, context: context)
        var stream = StreamWriter(table.plan, context: context)
        while let chunk = try table.next(source, context) {
            let note = table.note(for: chunk, state)
            let clock = ContinuousClock()
            let begin = clock.now
            var careful = table.isCareful || merge != nil
            var result = (rows: UInt64(0), bytes: 0)
            var wasNeeded = false
            try retrying("copying rows of table \(table.plan.source)") {
                if careful {
                    let moment = try merge?.begin(source)
                    defer { if let moment { merge?.end(moment, source) } }
                    let copy = CarefulCopy(
                        context,
                        table: table,
                        chunk: chunk,
                        note: note,
                        shouldSkip: shouldSkip,
                        log: log,
                        merge: merge,
                        moment: moment,
                        conflicts: conflicts,
                        lane: lane
                    )
                    let found = try copy.run(source, target)
                    result = (found.rows, found.bytes)
                    wasNeeded = found.existing > 0
                } else if table.usesStream {
                    do {
                        result = try copyPlainly(chunk, of: table, note, &stream, source, target)
                    } catch ChunkTrouble.notAsSent {
                        table.refuseStream()
                        throw ChunkTrouble.notAsSent
                    }
                } else {
                    do {
                        result = try copyPlainly(chunk, of: table, note, &writer, source, target)
                    } catch ChunkTrouble.duplicateKey {
                        careful = true
                        throw ChunkTrouble.duplicateKey
                    }
                }
            }
            board.copied(rows: result.rows)
            let isWhole = table.finish(
                chunk,
                rows: result.rows,
                bytes: result.bytes,
                took: clock.now - begin,
                wasCareful: wasNeeded
            )
            if isWhole { try finish(table, target) } else { try advance(table, target) }
            try context.control.checkStop()
            try board.checkFailure()
        }
    }

    /// Copies rows of which none is expected to be on the target.
    private func copyPlainly(
        _ chunk: LoadState.Chunk,
        of table: TableLoad,
        _ note: (UInt64) -> [String],
        _ writer: inout some RowSink & ~Copyable,
        _ source: Session,
        _ target: Session
    ) throws -> (rows: UInt64, bytes: Int) {
        let plan = table.plan
        writer.reset()
        try context.inTransaction(target, lane: lane, "copying rows of table \(plan.source)") {
            let skip = shouldSkip
            try context.read(source, table.query(chunk), "reading table \(plan.source)") { row in
                if let skip, try plan.withKey(row, { try skip(plan.target, $0) }) { return }
                try writer.add(row, to: target)
            }
            try writer.finish(to: target)
            try context.write("writing the load state") {
                for statement in note(writer.written) { try target.execute(statement) }
            }
        }
        return (writer.written, writer.bytes)
    }

    private func transaction(_ target: Session, _ action: String, _ body: () throws -> Void) throws {
        try retrying(action) {
            try context.inTransaction(target, lane: lane, action) { try context.write(action, body) }
        }
    }

    /// Tries again what failed because another transaction or row was in the way.
    private func retrying(_ action: String, _ body: () throws -> Void) throws {
        var attempt = 0
        while true {
            do {
                return try body()
            } catch let trouble as ChunkTrouble {
                attempt += 1
                try context.control.checkStop()
                guard attempt < 20 else { throw context.failure(of: trouble, action) }
                board.touch()
                pause(.milliseconds(min(attempt * 25, 500)))
            } catch let error as MySQLError {
                throw error.failure(role: "target", address: context.target.endpoint.address, doing: action)
            }
        }
    }
}
