import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// The task that is verified and its servers, as far as they can be reached. Used on one thread.
final class VerifyScope {
    let taskID: String
    /// Its objects are named as the servers that have been reached name them.
    private(set) var spec: TaskSpec
    let pair: PairRole?
    private(set) var objects: ObjectMap
    let limits: VerifyLimits
    private let options: [Check.Side: Session.Options]
    private var sessions: [Check.Side: Session] = [:]
    private var profiles: [Check.Side: ServerProfile] = [:]
    private var selectedTables: SelectedTables?
    private let catalogs: [Check.Side: DefinitionCatalog] = [.source: DefinitionCatalog(), .target: DefinitionCatalog()]
    private var foundRehearsal: StructureRehearsal?

    init(
        taskID: String, spec: TaskSpec, pair: PairRole?, source: Session.Options, target: Session.Options, limits: VerifyLimits = VerifyLimits()
    ) {
        self.limits = limits
        self.taskID = taskID
        self.spec = spec
        self.pair = pair
        objects = ObjectMap(spec.objects)
        options = [.source: source, .target: target]
    }

    func address(_ side: Check.Side) -> String { options[side]?.endpoint.address ?? "" }

    func endpoint(_ side: Check.Side) -> Endpoint { side == .source ? spec.source : spec.target }

    /// Connects; later checks use the same session.
    func connect(_ side: Check.Side) throws(MySQLError) -> Session {
        if let session = sessions[side] { return session }
        guard let options = options[side] else { throw MySQLError(code: .cannotConnectHost, message: "no address") }
        let session = try Session(options)
        // Nothing is written, on neither side.
        try session.prepareForReading()
        try session.execute("SET NAMES utf8mb4")
        sessions[side] = session
        profiles[side] = try ServerProfile(session)
        spec.objects = spec.objects.named(by: profiles[.source], profiles[.target])
        objects = ObjectMap(spec.objects)
        return session
    }

    /// A further session, for what would disturb the first.
    func another(_ side: Check.Side) throws(MySQLError) -> Session {
        guard let options = options[side] else { throw MySQLError(code: .cannotConnectHost, message: "no address") }
        return try Session(options)
    }

    func isReached(_ side: Check.Side) -> Bool { sessions[side] != nil && profiles[side] != nil }

    func session(_ side: Check.Side) throws(MySQLError) -> Session { try connect(side) }

    func profile(_ side: Check.Side) throws(MySQLError) -> ServerProfile {
        if let profile = profiles[side] { return profile }
        let profile = try ServerProfile(try connect(side))
        profiles[side] = profile
        return profile
    }

    /// What the server is; nil where it could not be reached.
    func facts(_ side: Check.Side) -> ServerFacts? {
        profiles[side].flatMap { profile in options[side].map { profile.facts($0.endpoint) } }
    }

    /// A global variable in upper case; nil where the server does not know it.
    func variable(_ name: String, _ side: Check.Side) throws(MySQLError) -> String? {
        try session(side).rows("SHOW GLOBAL VARIABLES LIKE '\(name)'").first?[1]?.uppercased()
    }

    func isOn(_ name: String, _ side: Check.Side) throws(MySQLError) -> Bool {
        let value = try variable(name, side)
        return value == "ON" || value == "1"
    }

    /// The selected tables that the source has.
    func selected() throws(MySQLError) -> SelectedTables {
        if let selectedTables { return selectedTables }
        // The source is asked how it names the objects first.
        let source = try session(.source)
        let found = try SelectedTables(objects, source)
        selectedTables = found
        return found
    }

    /// The side whose settings are to follow the other's. Side B of a pair, whichever half is asked: otherwise each would
    /// undo what the other advises.
    var second: Check.Side { pair?.direction == .bToA ? .source : .target }

    /// Definition of a table; nil: there is no such one.
    func definition(_ table: TableName, on side: Check.Side = .source) throws(MySQLError) -> TableDefinition? {
        guard let catalog = catalogs[side] else { return nil }
        return try catalog.table(table, try session(side))
    }

    func rehearsal() throws -> StructureRehearsal {
        if let foundRehearsal { return foundRehearsal }
        let (source, target) = (try session(.source), try session(.target))
        let found = try StructureRehearsal(objects, source: source, target: target)
        foundRehearsal = found
        return found
    }

    /// Selected tables of the source without a key.
    func keylessTables() throws(MySQLError) -> [TableName] {
        var result: [TableName] = []
        for table in try selected().tables {
            if let definition = try definition(table.source), definition.keyColumns == nil {
                result.append(table.source)
            }
        }
        return result
    }

    /// Selected tables of the source whose key has generated columns: their rows are recognised by all values, too.
    func tablesWithComputedKeys() throws(MySQLError) -> [TableName] {
        var result: [TableName] = []
        for table in try selected().tables {
            guard let definition = try definition(table.source), let key = definition.keyColumns else { continue }
            if key.contains(where: { definition.columns[$0].isGenerated }) { result.append(table.source) }
        }
        return result
    }

    /// The account that the server took the task's user for, ready for a GRANT.
    func account(_ side: Check.Side) throws(MySQLError) -> String {
        let parts = (try session(side).value("SELECT CURRENT_USER()") ?? "").split(
            separator: "@",
            omittingEmptySubsequences: false
        )
        let host = parts.last.map { String($0) } ?? "%"
        return "'\(parts.dropLast().joined(separator: "@"))'@'\(host)'"
    }

    /// What the task has done so far; nil when it has not begun.
    func checkpoint() throws -> Checkpoint? {
        let target = try session(.target)
        guard try MetadataTables.isCurrent(target) else { return nil }
        do {
            return try CheckpointStore.read(task: taskID, target)
        } catch let error as MySQLError where error.code == .unknownDatabase || error.code == .unknownTable {
            // The last other task on this server has just been deleted, and what was ours with it.
            return nil
        }
    }

    /// The half of a pair that brings nothing to begin with: what it syncs may have to be made by the other half first.
    var awaitsOtherHalf: Bool { pair?.direction == .bToA && spec.initialization.isEmpty }

    var wantsStructure: Bool { spec.initialization.contains(.structure) }
    var wantsData: Bool { spec.initialization.contains(.data) }
    var makesTables: Bool { wantsStructure || spec.sql.ddl != .none }

    /// Whether the task's user may give one of its own sessions this setting.
    func maySet(_ assignment: String, _ side: Check.Side) throws(MySQLError) -> Bool {
        do {
            try another(side).execute("SET SESSION \(assignment)")
            return true
        } catch {
            if error.isPassing { throw error }
            return false
        }
    }
}
