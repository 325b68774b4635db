import SupervisorAPI
import SupervisorHTTP
import SupervisorTasks
import SyncModel
import SystemPackage

/// The API's operations, carried out by the fleet.
struct FleetOperations: Operations {
    let fleet: Fleet
    let logs: FilePath
    let clock: any Clock<Duration>
    let channels: Channels
    /// When the store was read.
    let started = Timestamp.now

    func topology() async throws -> TopologyView { TopologyView(await fleet.topology()) }

    func wait(for goal: WaitGoal, of name: String) async throws -> WaitView {
        do {
            let state = try await fleet.wait(for: goal.target, of: name)
            return WaitView(name: name, goal: goal, state: state)
        } catch {
            // The time limit, or the end of the daemon: the caller says which.
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }
}
