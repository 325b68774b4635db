import Glibc
import SyncMySQL
import Synchronization
package import SyncModel

/// A server of the MySQL protocol on loopback that does what a test tells it, alone or in front of a real server, and keeps
/// what it hears. It serves on threads of its own.
package final class HostileServer: Sendable {
    /// What a client sent.
    package enum Heard: Sendable, Hashable {
        /// Wants to go on encrypted.
        case tlsRequest
        /// User, and the answer to the challenge.
        case login([UInt8])
        /// Answer to one of ``HostileScript/login``.
        case loginAnswer([UInt8])
        case statement(String)
        /// Content of a file that was asked for.
        case file([UInt8])
        /// Any other command, by its number.
        case command(UInt8)
    }

    package let port: Int
    private let listener: PacketSocket
    private let script: Mutex<HostileScript>
    private let state = Mutex(State())

    private struct State {
        var heard: [Heard] = []
        var open: [Int32: [PacketSocket]] = [:]
        var connections = 0
        /// Afterwards the descriptor's number is somebody else's.
        var listens = true
    }

    package init(_ script: HostileScript = HostileScript(), in scope: Scope) throws {
        self.script = Mutex(script)
        (listener, port) = try PacketSocket.listening()
        scope.onExit { [self] in end() }
        WorkerThread.start("hostile") { [self] in accept() }
    }

    /// How it behaves from now on, towards connections that come.
    package func behave(_ change: (inout HostileScript) -> Void) { script.withLock { change(&$0) } }

    package var heard: [Heard] { state.withLock(\.heard) }

    /// How many clients have come.
    package var connections: Int { state.withLock(\.connections) }

    /// How many clients have not gone yet.
    package var openConnections: Int { state.withLock(\.open.count) }

    /// Bytes of files that clients gave away.
    package var files: [UInt8] {
        heard.flatMap { heard -> [UInt8] in
            if case .file(let bytes) = heard { bytes } else { [] }
        }
    }

    /// An endpoint that means this server.
    package func endpoint(host: String = "127.0.0.1", tls: TLSSettings = TLSSettings()) -> Endpoint {
        Endpoint(host: host, port: port, user: "dts", tls: tls)
    }

    // MARK: Connections

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener.descriptor, nil, nil)
            if descriptor < 0 {
                // A client that has gone meanwhile ends nothing.
                if [EINTR, ECONNABORTED, EAGAIN, EPROTO].contains(errno) { continue }
                state.withLock { state in
                    state.listens = false
                    close(listener.descriptor)
                }
                return
            }
            let client = PacketSocket(descriptor: descriptor)
            let script = script.withLock { $0 }
            state.withLock { state in
                state.connections += 1
                state.open[descriptor] = [client]
            }
            WorkerThread.start("hostile-client") { [self] in
                if script.real == nil {
                    HostileDialogue(client: client, script: script, hear: hear).serve()
                } else if let server = script.real.flatMap({ PacketSocket.connected(port: $0) }) {
                    state.withLock { $0.open[descriptor]?.append(server) }
                    HostileRelay(client: client, script: script, hear: hear).serve(with: server)
                }
                let sockets = state.withLock { $0.open.removeValue(forKey: descriptor) } ?? []
                for socket in sockets { close(socket.descriptor) }
            }
        }
    }

    private func hear(_ heard: Heard) { state.withLock { $0.heard.append(heard) } }

    private func end() {
        // Under the lock: what is open here is not closed meanwhile.
        state.withLock { state in
            if state.listens { listener.shutDown() }
            for sockets in state.open.values { sockets.forEach { $0.shutDown() } }
        }
    }
}
