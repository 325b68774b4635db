package import SyncModel

/// One server of a task: where it is, and what the worker found there.
package struct EndpointView: Sendable, Hashable, Codable {
    package var type: Endpoint.Engine
    /// nil when the server is reached through `socket`.
    @OrNull package var host: String?
    @OrNull package var port: Int?
    /// Path of a Unix socket; left out when there is none.
    package var socket: String?
    /// What the user calls the place where the server is; left out when there is no such label.
    package var region: String?
    package var provider: Endpoint.Provider
    package var access: Endpoint.Access
    /// Version string; nil until a worker has been connected.
    @OrNull package var server: String?
    @OrNull package var serverUUID: String?

    package init(_ endpoint: Endpoint, facts: ServerFacts? = nil) {
        type = endpoint.type
        socket = endpoint.socket
        if endpoint.socket == nil {
            host = facts?.host ?? endpoint.host ?? endpoint.hosts.first
            port = facts?.port ?? endpoint.port
        }
        region = endpoint.region
        provider = endpoint.provider
        access = endpoint.access
        server = facts?.server
        serverUUID = facts?.serverUUID
    }

    // The codec turns keys into snake case and back; "UUID" would not survive the way back.
    private enum CodingKeys: String, CodingKey {
        case type, host, port, socket, region, provider, access, server
        case serverUUID = "serverUuid"
    }
}

/// A place in the source's binlog up to which all is committed on the target; nil fields are not known or not used there.
package struct PositionView: Sendable, Hashable, Codable {
    @OrNull package var gtid: String?
    @OrNull package var file: String?
    @OrNull package var offset: UInt64?

    package init(_ position: BinlogPosition = BinlogPosition()) {
        gtid = position.gtid
        file = position.file
        offset = position.offset
    }
}
