package import SyncModel

/// All servers and tasks as a graph, as `topology --json` prints it.
package struct TopologyView: Sendable, Hashable, Codable {
    package struct Server: Sendable, Hashable, Codable {
        /// What tasks name the server by, here: its identity, or its address as long as that is not known.
        package var id: String
        /// Addresses that tasks have for it, the first one a task named first.
        package var addresses: [String]
        package var type: Endpoint.Engine
        /// Version string; nil until a worker has been connected.
        @OrNull package var server: String?

        package init(id: String, addresses: [String], type: Endpoint.Engine, server: String?) {
            self.id = id
            self.addresses = addresses
            self.type = type
            self.server = server
        }
    }

    /// What a task does with changes that its source has from another server.
    package struct Route: Sendable, Hashable, Codable {
        package enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
            case passesOn = "passes-on"
            /// Until the task that brings them straight has begun.
            case untilBegun = "until-begun"
            case leavesOut = "leaves-out"
        }

        /// The server that they were born on.
        package var origin: String
        package var decision: Decision
        /// The tasks that bring them to the target instead.
        package var by: [String]

        package init(origin: String, decision: Decision, by: [String]) {
            self.origin = origin
            self.decision = decision
            self.by = by
        }
    }

    package struct Edge: Sendable, Hashable, Codable {
        package var name: String
        @OrNull package var pair: String?
        package var source: String
        package var target: String
        package var databases: [String]
        package var state: TaskState
        @OrNull package var phase: TaskPhase?
        @OrNull package var lagMs: UInt64?
        /// Whether definition statements flow this way.
        package var ddl: Bool
        package var routes: [Route]

        package init(
            name: String, pair: String?, source: String, target: String, databases: [String], state: TaskState, phase: TaskPhase?,
            lagMs: UInt64?, ddl: Bool, routes: [Route]
        ) {
            self.name = name
            self.pair = pair
            self.source = source
            self.target = target
            self.databases = databases
            self.state = state
            self.phase = phase
            self.lagMs = lagMs
            self.ddl = ddl
            self.routes = routes
        }
    }

    package var servers: [Server]
    package var tasks: [Edge]

    package init(servers: [Server], tasks: [Edge]) {
        self.servers = servers
        self.tasks = tasks
    }
}
