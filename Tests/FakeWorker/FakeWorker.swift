import Glibc
import SyncModel
import SyncWire
import SystemPackage

/// A worker that behaves as it is told: by its first argument, or by the database that its task names (`fake-crash`, …).
@main
struct FakeWorker {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        // Some behaviours outlive even their supervisor; a test that was aborted must not leave them for ever.
        alarm(600)
        var wire = Wire()
        var script = Script(arguments: CommandLine.arguments)
        script.run(&wire)
    }
}
