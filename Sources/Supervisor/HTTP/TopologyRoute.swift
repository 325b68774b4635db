import Hummingbird
import SupervisorAPI
import SyncModel

/// `/topology`.
struct TopologyRoute {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("topology") { _, _ in try Answer.json(await operations.topology()) }
    }
}
