import Crypto
import FoundationEssentials
import Glibc
package import SyncModel

/// Encrypts the passwords that go into the database, under a key that lies beside it in a file of its own.
///
/// A copy of the database alone (a backup, a support case) therefore holds no password. AES-GCM with a fresh nonce for
/// every value; the identifier of the row is authenticated with it, so that values cannot be exchanged between rows.
package struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// Reads the key; creates it in a folder that has no database yet.
    /// - Throws: `key-missing` when there is a database, `store-failed` when the file is not a key: a new one would make every
    ///   password unreadable.
    package init(_ folder: StoreFolder) throws(Failure) {
        if let bytes = try Self.read(folder.key) {
            guard bytes.count == 32 else {
                throw Failure(
                    .storeFailed,
                    "'\(folder.key)' is not a key of 32 bytes but has \(bytes.count)",
                    remedy: "put back the file from a backup; without it the stored passwords cannot be read"
                )
            }
            key = SymmetricKey(data: bytes)
            return
        }
        if let database = folder.existingDatabase {
            throw Failure(
                .keyMissing,
                "'\(folder.key)' is missing, without which the passwords in '\(database)' cannot be read",
                remedy: "put the key back from a backup of the data folder, or begin with an empty folder: --data DIR"
            )
        }
        let new = SymmetricKey(size: .bits256)
        try Self.write(new.withUnsafeBytes { Array($0) }, to: folder.key)
        key = new
    }

    func seal(_ secrets: Secrets, for row: String) throws -> Data {
        let clear = try JSONEncoder().encode(secrets)
        let sealed = try AES.GCM.seal(clear, using: key, authenticating: Data(row.utf8))
        guard let combined = sealed.combined else {
            throw Failure(.internalError, "the cipher has an unusual nonce", remedy: "report this", kind: .permanent)
        }
        return combined
    }

    func open(_ sealed: Data, for row: String) throws -> Secrets {
        let box = try AES.GCM.SealedBox(combined: sealed)
        let clear = try AES.GCM.open(box, using: key, authenticating: Data(row.utf8))
        return try JSONDecoder().decode(Secrets.self, from: clear)
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8]? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno == ENOENT { return nil }
            throw StoreFolder.failure("cannot open '\(path)'")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let length = Glibc.read(file, &bytes, bytes.count)
        guard length >= 0 else { throw StoreFolder.failure("cannot read '\(path)'") }
        return Array(bytes[..<length])
    }

    /// Whole or not at all: written beside, made durable, then moved into place.
    private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let draft = "\(path).new"
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreFolder.failure("cannot create '\(draft)'") }
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let failure = StoreFolder.failure("cannot write '\(draft)'")
        close(file)
        guard isWritten, rename(draft, path) == 0 else { throw failure }
        // The name has to outlive a loss of power before anything is sealed under the key.
        let folder = Glibc.open(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreFolder.failure("cannot open the folder of '\(path)'") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw StoreFolder.failure("cannot write the folder of '\(path)'") }
    }
}
