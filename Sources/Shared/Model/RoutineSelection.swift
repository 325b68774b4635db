/// Which procedures and functions of a database are copied with the structure.
package enum RoutineSelection: Sendable, Hashable, Codable {
    case all
    /// A name means the procedure and the function of this name.
    case named([String])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if (try? container.decode(Bool.self)) == true {
            self = .all
        } else {
            self = .named(try container.decode([String].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .all: try container.encode(true)
        case .named(let names): try container.encode(names)
        }
    }
}
