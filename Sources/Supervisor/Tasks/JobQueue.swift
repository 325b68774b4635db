/// Work that runs beside the actor that asked for it, as a child of the fleet's task group: the fleet ends only when
/// all of it has ended.
package struct JobQueue: Sendable {
    package typealias Job = @Sendable () async -> Void

    package let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    package init() {
        (jobs, continuation) = AsyncStream<Job>.makeStream()
    }

    package func add(_ job: @escaping Job) {
        continuation.yield(job)
    }

    /// No more jobs; those that run go on.
    package func finish() {
        continuation.finish()
    }
}
