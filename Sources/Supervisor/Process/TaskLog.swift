import Glibc
package import SystemPackage

/// Reads a task's log, the files that were moved aside first.
package struct TaskLog: Sendable {
    /// How often the end is looked at while following.
    private static let interval = Duration.milliseconds(250)

    private let path: FilePath
    private let kept: Int
    private let clock: any Clock<Duration>

    package init(path: FilePath, kept: Int = LogFile.Limits().kept, clock: any Clock<Duration>) {
        self.path = path
        self.kept = kept
        self.clock = clock
    }

    /// The task has another name: its log, with the files that were moved aside, gets it too. Nobody may write it meanwhile.
    ///
    /// What cannot be moved stays under the old name: a log must not keep a task from its name.
    package static func move(from old: FilePath, to new: FilePath, kept: Int = LogFile.Limits().kept) {
        for suffix in [""] + (1...kept).map({ ".\($0)" }) { _ = rename(old.string + suffix, new.string + suffix) }
    }

    /// - Parameters:
    ///   - lines: only the last so many lines of all that is kept; nil: everything. A missing log is an empty one.
    ///   - follow: go on with what is written from now on, until the reader is cancelled.
    package func pieces(lines: Int?, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        let files = stride(from: kept, to: 0, by: -1).map { FilePath("\(path.string).\($0)") } + [path]
        let reader = LogReader(files: files, lines: lines)
        let clock = clock
        return AsyncThrowingStream {
            while true {
                if let piece = try await reader.next() { return piece }
                if !follow { return nil }
                do { try await clock.sleep(for: Self.interval) } catch { return nil }
            }
        }
    }
}

/// A place in a series of log files. The last of them is the one that is written; it is moved aside while we read.
private actor LogReader {
    private static let piece = 1 << 16

    private var files: [FilePath]
    private var lines: Int?
    private var descriptor: FileDescriptor?

    init(files: [FilePath], lines: Int?) {
        self.files = files
        self.lines = lines
    }

    deinit {
        do { try descriptor?.close() } catch {}
    }

    /// - Returns: nil at the end, for now.
    func next() throws -> [UInt8]? {
        if let lines {
            self.lines = nil
            try seek(toLast: lines)
        }
        while let open = try opened() {
            let bytes = try [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, count in
                count = try open.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if !bytes.isEmpty { return bytes }
            guard files.count > 1 || isMovedAside(open) else { return nil }
            if files.count > 1 { files.removeFirst() }
            try open.close()
            descriptor = nil
        }
        return nil
    }

    private func opened() throws -> FileDescriptor? {
        if let descriptor { return descriptor }
        while let file = files.first {
            if let found = try Self.open(file) {
                descriptor = found
                return found
            }
            if files.count == 1 { return nil }
            files.removeFirst()
        }
        return nil
    }

    private static func open(_ file: FilePath) throws -> FileDescriptor? {
        do {
            return try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
    }

    /// Whether the file that is open is not the one any more that is written.
    private func isMovedAside(_ open: FileDescriptor) -> Bool {
        var mine = stat()
        var current = stat()
        guard let path = files.last, fstat(open.rawValue, &mine) == 0, stat(path.string, &current) == 0 else {
            return false
        }
        return mine.st_ino != current.st_ino
    }

    /// Looks from the end of the youngest file backwards for the beginning of the last so many lines.
    private func seek(toLast lines: Int) throws {
        var missing = lines
        for (index, file) in files.enumerated().reversed() {
            guard let open = try Self.open(file) else { continue }
            if let offset = try Self.offset(ofLast: &missing, in: open) {
                try open.seek(offset: offset, from: .start)
                descriptor = open
                files.removeFirst(index)
                return
            }
            try open.close()
        }
    }

    /// - Returns: where the wanted lines begin; nil when more files are needed, then `lines` is what is still missing.
    private static func offset(ofLast lines: inout Int, in file: FileDescriptor) throws -> Int64? {
        let size = try file.seek(offset: 0, from: .end)
        if lines <= 0 { return size }
        var end = size
        while end > 0 {
            let start = max(0, end - Int64(piece))
            let bytes = try [UInt8](unsafeUninitializedCapacity: Int(end - start)) { buffer, count in
                count = try file.read(fromAbsoluteOffset: start, into: UnsafeMutableRawBufferPointer(buffer))
            }
            for (index, byte) in bytes.enumerated().reversed() where byte == 0x0A && start + Int64(index) + 1 < size {
                lines -= 1
                if lines == 0 { return start + Int64(index) + 1 }
            }
            end = start
        }
        // The first line of the file has no newline before it.
        if size > 0 { lines -= 1 }
        return lines == 0 ? 0 : nil
    }
}
