import Glibc
import SyncModel
import SyncWire
import SystemPackage

/// A worker that behaves as it is told: by its first argument, or by the database that its task names (`fake-crash`, …).
@main
struct FakeWorker {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        var wire = Wire()
        var script = Script(arguments: CommandLine.arguments)
        script.run(&wire)
    }
}
