/// All that a user says about a two-way sync. Contract, section 3.
package struct PairSpec: Sendable, Hashable, Codable {
    package enum Prevails: Sendable, Hashable, Codable {
        case a, b, none
        case newest(column: String)
        case newestCommitTime
    }

    package enum DDLDirection: String, Sendable, Hashable, Codable, CaseIterable {
        case aToB = "a-to-b"
        case bToA = "b-to-a"
        case none
    }

    /// What is already there when the pair starts; decides initialization and the gate.
    package enum Scenario: String, Sendable, Hashable, Codable, CaseIterable {
        case auto
        case bEmpty = "b-empty"
        case bStructureOnly = "b-structure-only"
        case bothHaveData = "both-have-data"
        /// Both sides have the same rows already, because changes have reached one from the other by further tasks.
        case inSync = "in-sync"
    }

    package var name: String
    package var a: Endpoint
    package var b: Endpoint
    package var objects: [ObjectSelection]
    package var prevails: Prevails
    package var ddl: DDLDirection
    package var insert: Bool
    package var update: Bool
    package var delete: Bool
    package var scenario: Scenario
    package var limits: Limits
    package var retryMinutes: Int
    package var billing: TaskSpec.Billing
    package var specification: Specification
    package var ownerEmail: String?

    package init(
        name: String, a: Endpoint, b: Endpoint, objects: [ObjectSelection], prevails: Prevails = .none,
        ddl: DDLDirection = .none, insert: Bool = true, update: Bool = true, delete: Bool = true,
        scenario: Scenario = .auto, limits: Limits = Limits(), retryMinutes: Int = 60,
        billing: TaskSpec.Billing = .payAsYouGo, specification: Specification = .standard, ownerEmail: String? = nil
    ) {
        self.name = name
        self.a = a
        self.b = b
        self.objects = objects
        self.prevails = prevails
        self.ddl = ddl
        self.insert = insert
        self.update = update
        self.delete = delete
        self.scenario = scenario
        self.limits = limits
        self.retryMinutes = retryMinutes
        self.billing = billing
        self.specification = specification
        self.ownerEmail = ownerEmail
    }
}

/// A task's place in a pair, told to its worker.
package struct PairRole: Sendable, Hashable, Codable {
    package enum Direction: String, Sendable, Hashable, Codable {
        case aToB = "a-to-b"
        case bToA = "b-to-a"
    }

    package var pair: String
    package var direction: Direction
    /// Identifier of the task that runs the other way, as in its row of `__dts__.progress`.
    package var reverseTask: String
    /// Both sides have rows and both halves copy theirs, at the same time, while both stream.
    package var mergesData: Bool
    /// The task that runs the other way carries definition statements, so this task's target is ahead of its source at times.
    package var reverseCarriesDDL: Bool

    package init(
        pair: String, direction: Direction, reverseTask: String, mergesData: Bool = false, reverseCarriesDDL: Bool = false
    ) {
        self.pair = pair
        self.direction = direction
        self.reverseTask = reverseTask
        self.mergesData = mergesData
        self.reverseCarriesDDL = reverseCarriesDDL
    }

    private enum CodingKeys: String, CodingKey {
        case pair, direction, reverseTask, mergesData
        case reverseCarriesDDL = "reverseCarriesDdl"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        pair = try fields.decode(String.self, forKey: .pair)
        direction = try fields.decode(Direction.self, forKey: .direction)
        reverseTask = try fields.decode(String.self, forKey: .reverseTask)
        mergesData = try fields.decodeIfPresent(Bool.self, forKey: .mergesData) ?? false
        reverseCarriesDDL = try fields.decodeIfPresent(Bool.self, forKey: .reverseCarriesDDL) ?? false
    }
}
