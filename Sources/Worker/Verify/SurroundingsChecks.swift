import Glibc
import SyncModel
import SyncMySQL

/// The way between the worker and the servers, and the host that it runs on.
enum SurroundingsChecks {
    static let all: [Check] = [latency, host]

    private static let latency = Check("latency", needs: [.source, .target], "answers within 35 ms from both servers") { scope in
        let (source, target) = (try roundTrip(scope.session(.source)), try roundTrip(scope.session(.target)))
        let facts = "\(written(source)) to the source, \(written(target)) to the target"
        return max(source, target) <= scope.limits.roundTripMilliseconds
            ? .pass(facts) : .alarm("\(facts): the task will be slow", remedy: "run the daemon nearer to the servers, to the target above all")
    }

    /// The shortest of some, milliseconds: what the way itself takes.
    private static func roundTrip(_ session: Session) throws(MySQLError) -> Double {
        let clock = ContinuousClock()
        var shortest = Double.infinity
        for _ in 0..<5 {
            let begin = clock.now
            try session.execute("DO 0")
            shortest = min(shortest, (clock.now - begin) / .milliseconds(1))
        }
        return shortest
    }

    private static func written(_ milliseconds: Double) -> String { "\((milliseconds * 10).rounded() / 10) ms" }

    private static let host = Check("worker-host", needs: [], "two processors and 4 GB of memory on the daemon's host") { scope in
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let facts = "\(processors) processors, \(memory / 1_000_000) MB"
        return processors >= scope.limits.processors && memory >= scope.limits.memoryBytes
            ? .pass(facts) : .alarm("\(facts): loading will be slow", remedy: "run the daemon on a larger host, or load with fewer load_threads")
    }
}
