private import CMySQL
import Synchronization

/// Lets another thread cut a session off: the call that waits on the network returns with an error.
package final class Interruption: Sendable {
    private struct State: @unchecked Sendable {
        // The pointer is only used under the lock and taken away before the session is closed.
        var session: OpaquePointer?
    }

    private let state: Mutex<State>

    init(_ session: OpaquePointer) { state = Mutex(State(session: session)) }

    package func interrupt() {
        state.withLock { if let session = $0.session { dts_mysql_interrupt(session) } }
    }

    func disarm() { state.withLock { $0.session = nil } }
}
