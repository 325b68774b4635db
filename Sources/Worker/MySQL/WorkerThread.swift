private import CMySQL
import Glibc

/// Runs blocking work on a thread of its own, so that it never sits on the cooperative pool.
package enum WorkerThread {
    /// Starts a thread, runs `body` on it and resumes with what it returned or threw.
    ///
    /// Cancellation does not reach the thread: give `body` something that it watches, and interrupt its sessions.
    package static func run<T: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            start(name) { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Gives memory that a burst of work has left free back to the system. Takes about a millisecond.
    package static func releaseFreeMemory() { dts_trim_heaps() }

    /// Starts a thread that nobody waits for.
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 1 << 20)
        let status = pthread_create(&thread, &attributes, { argument in
            guard let argument else { return nil }
            let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
            dts_thread_name(String(body.name.prefix(15)))
            body.run()
            dts_mysql_thread_end()
            return nil
        }, box.toOpaque())
        pthread_attr_destroy(&attributes)
        if status != 0 {
            // Without a thread nothing can run; the supervisor restarts the process when it is gone.
            box.release()
            errno = status
            perror("cannot start a thread")
            _exit(71)
        }
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
