import Glibc
package import SyncModel

/// Keeps a second daemon out of a data folder for as long as this value lives; the system releases it when the process
/// ends, however it ends.
package struct FolderLock: ~Copyable {
    private let descriptor: CInt

    /// - Throws: `already-exists` naming the process that holds the folder.
    package init(_ folder: StoreFolder) throws(Failure) {
        let file = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreFolder.failure("cannot open '\(folder.lock)'") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(file)
            close(file)
            throw Failure(
                .alreadyExists,
                "another dts-supervisor\(holder.map { " (process \($0))" } ?? "") uses the folder '\(folder.path)'",
                remedy: "stop it first, or name another folder: --data DIR"
            )
        }
        let text = "\(getpid())\n"
        guard ftruncate(file, 0) == 0, pwrite(file, text, text.utf8.count, 0) == text.utf8.count else {
            let failure = StoreFolder.failure("cannot write '\(folder.lock)'")
            close(file)
            throw failure
        }
        descriptor = file
    }

    deinit {
        close(descriptor)
    }

    private static func holder(_ file: CInt) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let length = pread(file, &bytes, bytes.count, 0)
        guard length > 0 else { return nil }
        return Int(String(decoding: bytes[..<length], as: UTF8.self).filter(\.isNumber))
    }
}
