import Glibc

/// The descriptors on which a worker talks to its supervisor.
///
/// They are moved away from 0 and 1 at once, so that nothing that a library prints can get between two messages.
struct Channel {
    let input: Int32
    let output: Int32

    /// nil when the process has no usable descriptors.
    static func takingOverStandardStreams() -> Channel? {
        let input = fcntl(0, F_DUPFD_CLOEXEC, 10)
        let output = fcntl(1, F_DUPFD_CLOEXEC, 10)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0, output >= 0, null >= 0, dup2(null, 0) == 0, dup2(2, 1) == 1 else { return nil }
        close(null)
        return Channel(input: input, output: output)
    }
}
