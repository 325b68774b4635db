import Glibc
package import SyncModel
package import SystemPackage

/// Which executable runs a task.
package enum WorkerProgram {
    /// File name of the worker that comes with this program.
    package static let name = "dts-worker"

    /// Looks at the path that was given, beside this program, and in `DIR/workers`, in this order.
    /// - Throws: `worker-not-found`, with all the places that were looked at.
    package static func find(given: FilePath?, dataFolder: FilePath) throws(Failure) -> FilePath {
        var places: [FilePath] = []
        if let given {
            places = [given]
        } else {
            if let own = ownPath { places.append(own.removingLastComponent().appending(name)) }
            places.append(dataFolder.appending("workers").appending(name))
        }
        for place in places where access(place.string, X_OK) == 0 { return place }
        throw Failure(
            .workerNotFound,
            "no worker program at \(places.map(\.string).joined(separator: " or "))",
            remedy: "put '\(name)' beside dts-supervisor, or name it: serve --worker PATH"
        )
    }

    /// Path of this executable.
    private static var ownPath: FilePath? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? -1
            }
        }
        guard length > 0 else { return nil }
        return FilePath(String(decoding: buffer[..<length], as: UTF8.self))
    }
}
