import Logging
import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema
import WorkerSource

extension TaskConnections {
    /// Tables of which the source says something else now than the task goes by: an item for each.
    ///
    /// - Parameter adopts: whether the task goes by what the source says from its position on.
    /// - Throws: ``Failure`` `not-allowed` when there is none to be adopted.
    func definitions(adopts: Bool, _ logger: Logger) async throws -> [CheckItem] {
        try await WorkerThread.run("dts-definitions") {
            let target = try open(.target)
            let task = configuration.taskID
            let (kept, checkpoint) = try naming(.target, "reading the schema history") {
                (try SchemaTable.read(task: task, target), try CheckpointStore.read(task: task, target))
            }
            guard let checkpoint, checkpoint.position.file != nil else {
                throw Failure(.notAllowed, "the task has not begun to follow the source's log", remedy: "start it: it reads the definitions then")
            }
            let context = try context(logger)
            guard checkpoint.sourceServer.isEmpty || checkpoint.sourceServer == context.sourceProfile.server else {
                throw Failure(
                    .notAllowed, "the task's position is one in the log of another server than \(context.source.endpoint.address)",
                    remedy: "let the task run until it follows this one")
            }
            let found = try DefinitionReview(context, at: checkpoint.position).differences(from: kept)
            if adopts { try adopt(found.filter(\.mayBeAdopted), target) }
            return found.map(\.item)
        }
    }

    private func adopt(_ found: [DefinitionReview.Difference], _ target: Session) throws {
        if found.isEmpty {
            throw Failure(
                .notAllowed, "there is no definition to be adopted", remedy: "see 'task adopt-definitions' without --yes for what differs, and why it cannot")
        }
        try naming(.target, "writing the schema history") {
            try target.prepareForWriting()
            try target.execute("START TRANSACTION")
            for statement in try SchemaTable.statements(task: configuration.taskID, found.map { .defined($0.table, $0.now) }) {
                try target.execute(statement)
            }
            try target.execute("COMMIT")
        }
    }

    /// To look at the source beside a run.
    private func context(_ logger: Logger) throws -> TaskContext {
        let host = try ServerChoice(connections: self).first(.source)
        return TaskContext(
            taskID: configuration.taskID, spec: configuration.spec, source: host.options, target: target, sourceProfile: host.profile,
            targetProfile: ServerProfile(version: host.profile.version, uuid: ""), store: CheckpointStore(task: configuration.taskID, epoch: 0),
            control: RunControl(limits: configuration.spec.limits), logger: logger)
    }
}

extension DefinitionReview.Difference {
    fileprivate var mayBeAdopted: Bool { !changesLater && openings < 2 }

    fileprivate var item: CheckItem {
        func list(_ definition: TableDefinition) -> String { definition.columns.map { "\($0.name) \($0.columnType)" }.joined(separator: ", ") }
        let facts = "the task goes by \(known.map { "(\(list($0)))" } ?? "no definition"), the source has (\(list(now)))"
        if changesLater {
            return CheckItem(
                item: table.description, level: .fail, facts: "\(facts), and a statement behind the task's position redefines the table",
                remedy: "what the rows before it were cannot be told: \(Failure.startOver)", code: .schemaMismatch)
        }
        if openings > 1 {
            return CheckItem(
                item: table.description, level: .fail, facts: "\(facts), and the log behind the task's position has rows of it from before and after",
                remedy: "which of them had these columns cannot be told: \(Failure.startOver)", code: .schemaMismatch)
        }
        return CheckItem(
            item: table.description, level: .alarm,
            facts: openings == 0 ? "\(facts); no row of it lies behind the task's position" : "\(facts); rows of it lie behind the task's position",
            remedy: openings == 0
                ? "adopt it" : "adopt it when the table had these columns already when these rows were written: they are taken to have them")
    }
}
