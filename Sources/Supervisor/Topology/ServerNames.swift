package import SyncModel

/// One key for each server, whatever names it is reached by: its identity where some task has found it out, otherwise its
/// address.
package struct ServerNames: Sendable {
    private var identities: [String: String] = [:]

    package init() {}

    /// Learns what a task has found out. Facts of an address that the endpoint no longer has are left alone.
    package mutating func learn(_ endpoint: Endpoint, _ facts: ServerFacts?) {
        guard let identity = Self.identity(endpoint, facts) else { return }
        for address in Self.addresses(of: endpoint) { identities[address] = identity }
    }

    package func key(_ endpoint: Endpoint, _ facts: ServerFacts?) -> String {
        let addresses = Self.addresses(of: endpoint)
        return Self.identity(endpoint, facts) ?? addresses.lazy.compactMap { identities[$0] }.first ?? addresses.first ?? "?"
    }

    /// Whether a key is an identity, which changes are marked with, rather than an address.
    package static func isIdentity(_ key: String) -> Bool { !key.contains(":") && !key.contains("/") }

    private static func identity(_ endpoint: Endpoint, _ facts: ServerFacts?) -> String? {
        guard let facts, let identity = facts.identity else { return nil }
        let address = endpoint.socket == nil ? "\(facts.host):\(facts.port)" : facts.host
        return addresses(of: endpoint).contains(address) ? identity : nil
    }

    private static func addresses(of endpoint: Endpoint) -> [String] { endpoint.single.map(\.address) }
}
