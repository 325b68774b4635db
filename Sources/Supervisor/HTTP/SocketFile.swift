import Glibc
import SupervisorAPI
package import SyncModel

/// The Unix socket through which the command line finds its daemon.
enum SocketFile {
    /// Makes sure that the path can be bound.
    /// - Throws: when the path is too long, something else is there, or a daemon answers on it.
    static func prepare(_ path: String) throws(Failure) {
        guard path.utf8.count <= DataFolder.maximumSocketPathLength else {
            throw Failure(
                .listenFailed, "the path of the socket, '\(path)', is longer than \(DataFolder.maximumSocketPathLength) bytes",
                remedy: "use a data folder with a shorter path")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure(.listenFailed, "'\(path)' is there and is not a socket", remedy: "move it away")
        }
        guard !answers(path) else {
            throw Failure(
                .notAllowed, "another daemon answers on '\(path)'", remedy: "stop it first, or use another data folder")
        }
        unlink(path)
    }

    /// Whether a process listens there; a socket file outlives its process.
    private static func answers(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8.prefix(DataFolder.maximumSocketPathLength))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

extension FailureCode {
    /// The daemon cannot open its socket or TCP port.
    package static let listenFailed = FailureCode("listen-failed")
}
