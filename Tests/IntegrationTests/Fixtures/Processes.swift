import FoundationEssentials
import Glibc

/// What the kernel says about the processes of this machine.
enum Processes {
    /// Numbers of all processes that there are.
    static var all: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    static func isAlive(_ pid: Int32) -> Bool {
        guard kill(pid, 0) == 0 else { return false }
        // One that has ended and waits to be reaped does nothing any more.
        return state(of: pid) != "Z"
    }

    /// Arguments, each ended by a zero byte.
    static func commandLine(_ pid: Int32) -> String { read("/proc/\(pid)/cmdline") }

    static func environment(_ pid: Int32) -> String { read("/proc/\(pid)/environ") }

    /// Limits as the kernel lists them, a line each.
    static func limits(_ pid: Int32) -> String { read("/proc/\(pid)/limits") }

    /// Resident memory in bytes; nil when the process is gone.
    static func residentBytes(_ pid: Int32) -> Int? {
        for line in read("/proc/\(pid)/status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }

    private static func state(of pid: Int32) -> String {
        let line = read("/proc/\(pid)/stat")
        guard let end = line.lastIndex(of: ")") else { return "" }
        return line[line.index(after: end)...].split(separator: " ").first.map(String.init) ?? ""
    }

    /// A file of /proc has no size, so it is read to its end.
    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count <= 0 { return String(decoding: text, as: UTF8.self) }
            text += buffer.prefix(count)
        }
    }
}
