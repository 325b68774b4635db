/// Paths of the API, version 1, for server and client alike.
package enum APIPath {
    package static let prefix = "/api/v1"
    package static let version = "\(prefix)/version"
    package static let tasks = "\(prefix)/tasks"
    package static let pairs = "\(prefix)/pairs"
    package static let conflicts = "\(prefix)/conflicts"
    package static let wait = "\(prefix)/wait"
    package static let messages = "\(prefix)/messages"
    package static let outbox = "\(prefix)/notify/outbox"
    package static let topology = "\(prefix)/topology"
    package static let billing = "\(prefix)/billing"
    package static let usage = "\(prefix)/billing/usage"

    package static func task(_ name: String) -> String { "\(tasks)/\(name)" }
    package static func pair(_ name: String) -> String { "\(pairs)/\(name)" }
    package static func conflict(_ id: String) -> String { "\(conflicts)/\(id)" }
    package static func message(_ id: String) -> String { "\(messages)/\(id)" }
    package static func channelTest(_ name: String) -> String { "\(prefix)/notify/channels/\(name)/test" }
    package static func wait(_ name: String) -> String { "\(wait)/\(name)" }
}
