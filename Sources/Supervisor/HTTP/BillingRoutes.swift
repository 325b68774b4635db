import Hummingbird
import SupervisorAPI
import SyncModel

/// `/billing`.
struct BillingRoutes {
    let operations: any Operations

    func add(to router: some RouterMethods<APIContext>) {
        router.get("billing") { _, _ in try Answer.json(await operations.billing()) }
        router.get("billing/usage", use: usage)
    }

    /// `?month=YYYY-MM` and `?task=NAME`.
    private func usage(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = UsageQuery(
            month: request.uri.queryParameters["month"].map(String.init), task: request.uri.queryParameters["task"].map(String.init))
        if let month = query.month, !UsageQuery.isMonth(month) { throw RequestReading.invalid("month", month[...], UsageQuery.monthRule) }
        if let task = query.task { try RequestRule.name(task) }
        return try Answer.json(await operations.usage(query))
    }
}
