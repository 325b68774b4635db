import Glibc
import SyncModel
import SyncWire
import SystemPackage

/// The pipe to the supervisor, read with a time limit so that progress can be written meanwhile.
struct Wire {
    private var splitter = LineSplitter(limit: LineLimit.toWorker)
    private var waiting: [SupervisorMessage] = []
    private(set) var isClosed = false

    func say(_ message: WorkerMessage) {
        guard let line = try? LineCodec.encode(message) else { return }
        raw(line)
    }

    func raw(_ bytes: [UInt8]) {
        do { _ = try FileDescriptor.standardOutput.writeAll(bytes) } catch { exit(9) }
    }

    func log(_ text: String) {
        do { _ = try FileDescriptor.standardError.writeAll(Array("\(text)\n".utf8)) } catch {}
    }

    /// - Returns: nil when nothing came in time, or ever will.
    mutating func next(milliseconds: CInt) -> SupervisorMessage? {
        if waiting.isEmpty, !isClosed { read(milliseconds: milliseconds) }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    private mutating func read(milliseconds: CInt) {
        var poller = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(0, &bytes, bytes.count)
        guard count > 0 else {
            isClosed = true
            return
        }
        var lines: [[UInt8]] = []
        bytes.withUnsafeBytes { buffer in
            splitter.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { piece in
                if case .line(let line) = piece { lines.append(line) }
            }
        }
        for line in lines {
            if let message = try? LineCodec.decode(SupervisorMessage.self, from: line) { waiting.append(message) }
        }
    }
}
