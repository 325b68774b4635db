import Glibc
package import SystemPackage

/// One task's log: appended to, and moved aside by size, so that it never fills the disk.
///
/// `NAME.log` is written; `NAME.log.1` is the youngest that was moved aside. What cannot be written is lost, and the log
/// says how much: a full disk must not hold up a worker.
package struct LogFile: Sendable {
    package struct Limits: Sendable {
        /// Bytes of one file.
        package var size: Int
        /// Files that are kept beside the one that is written.
        package var kept: Int
        /// Bytes per second that are written; what a worker writes beyond that is left out, and the log says so.
        package var bytesPerSecond: Int

        package init(size: Int = 10 << 20, kept: Int = 5, bytesPerSecond: Int = 1 << 20) {
            self.size = size
            self.kept = kept
            self.bytesPerSecond = bytesPerSecond
        }
    }

    private let path: FilePath
    private let limits: Limits
    private var descriptor: FileDescriptor?
    private var size = 0
    private var windowStart = Duration.zero
    private var inWindow = 0
    private var leftOut = 0
    /// Bytes that could not be written.
    private var lost = 0

    package init(path: FilePath, limits: Limits = Limits()) {
        self.path = path
        self.limits = limits
    }

    /// - Parameter now: time since the worker's start.
    package mutating func append(_ bytes: UnsafeRawBufferPointer, at now: Duration) {
        if now - windowStart >= .seconds(1) {
            windowStart = now
            inWindow = 0
            if leftOut > 0 {
                let note =
                    "… \(leftOut) bytes left out: the worker wrote more than \(limits.bytesPerSecond) bytes in a second\n"
                leftOut = 0
                append(line: note)
            }
        }
        // Short of the allowance a piece is written whole; a burst of twice the allowance is forgiven.
        if inWindow >= limits.bytesPerSecond {
            leftOut += bytes.count
            return
        }
        inWindow += bytes.count
        write(bytes)
    }

    /// A line of our own.
    package mutating func append(line: String) {
        var line = line
        line.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    package mutating func close() {
        do { try descriptor?.close() } catch {}
        descriptor = nil
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        do {
            if size + bytes.count > limits.size, size > 0 { try rotate() }
            let descriptor = try opened()
            if lost > 0 {
                let note = "… \(lost) bytes lost: the log could not be written\n"
                size += try descriptor.writeAll(Array(note.utf8))
                lost = 0
            }
            size += try descriptor.writeAll(bytes)
        } catch {
            // A full disk does not hold up the task; what is missing is told as soon as there is room.
            lost += bytes.count
            close()
        }
    }

    private mutating func opened() throws -> FileDescriptor {
        if let descriptor { return descriptor }
        let new = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.append, .create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        descriptor = new
        size = Int(try new.seek(offset: 0, from: .end))
        if size >= limits.size {
            try rotate()
            return try opened()
        }
        return new
    }

    private mutating func rotate() throws {
        close()
        for number in stride(from: limits.kept, to: 0, by: -1) {
            let older = "\(path.string).\(number)"
            let younger = number == 1 ? path.string : "\(path.string).\(number - 1)"
            // Missing ones are normal.
            _ = rename(younger, older)
        }
        size = 0
    }
}
