package import SyncModel

/// What `wait NAME --for …` waits for.
package enum WaitGoal: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The task, or both tasks of the pair, are in this state.
    case state(TaskState)
    /// Running, and in the incremental phase.
    case incremental
    /// All that the source, of a pair either side, had committed when the wait began is committed on the other side. It ends also
    /// under writers.
    case caughtUp
    /// ``caughtUp``, repeated in both directions until nothing is left to carry and no conflict is being settled.
    case settled

    package init?(_ word: String) {
        switch word {
        case "incremental": self = .incremental
        case "caught-up": self = .caughtUp
        case "settled": self = .settled
        default:
            guard let state = TaskState(rawValue: word) else { return nil }
            self = .state(state)
        }
    }

    package var description: String {
        switch self {
        case .state(let state): state.rawValue
        case .incremental: "incremental"
        case .caughtUp: "caught-up"
        case .settled: "settled"
        }
    }

    /// Every word that ``init(_:)`` takes.
    package static var words: [String] {
        ["incremental", "caught-up", "settled"] + TaskState.allCases.map(\.rawValue)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        guard let goal = WaitGoal(word) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(word)' is nothing to wait for")
        }
        self = goal
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Answer of `GET /wait/NAME?for=…`: the goal was reached.
package struct WaitView: Sendable, Hashable, Codable {
    package var name: String
    package var goal: WaitGoal
    /// State of the task or pair at that moment.
    package var state: TaskState

    package init(name: String, goal: WaitGoal, state: TaskState) {
        self.name = name
        self.goal = goal
        self.state = state
    }

    private enum CodingKeys: String, CodingKey {
        case name, state
        case goal = "for"
    }
}
