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
            let (kept, position) = try naming(.target, "reading the schema history") {
                (try SchemaTable.read(task: task, target), try CheckpointStore.read(task: task, target)?.position)
            }
            guard let position, position.file != nil else {
                throw Failure(.notAllowed, "the task has not begun to follow the source's log", remedy: "start it: it reads the definitions then")
            }
            let found = try DefinitionReview(try context(logger), at: position).differences(from: kept)
            if adopts { try adopt(found.filter { !$0.changesLater }, target) }
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
            targetProfile: host.profile, store: CheckpointStore(task: configuration.taskID, epoch: 0),
            control: RunControl(limits: configuration.spec.limits), logger: logger)
    }
}

extension DefinitionReview.Difference {
    fileprivate var item: CheckItem {
        func list(_ definition: TableDefinition) -> String { definition.columns.map { "\($0.name) \($0.columnType)" }.joined(separator: ", ") }
        let facts = "the task goes by \(known.map { "(\(list($0)))" } ?? "no definition"), the source has (\(list(now)))"
        if changesLater {
            return CheckItem(
                item: table.description, level: .fail, facts: "\(facts), and a statement behind the task's position redefines the table",
                remedy: "what the rows before it were cannot be told: \(Failure.startOver)", code: .schemaMismatch)
        }
        return CheckItem(
            item: table.description, level: .alarm, facts: facts,
            remedy: "adopt it when the table had these columns already where the task has stopped; rows that the task reads from there on are "
                + "taken to have them")
    }
}
