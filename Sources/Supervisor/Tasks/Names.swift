package import SyncModel

/// Names of tasks and pairs: they are file names of logs and parts of paths, so they are kept to what is safe there.
package enum Names {
    package static let longest = 64

    /// - Throws: `invalid-file` when the name cannot be one.
    package static func check(_ name: String) throws(Failure) {
        let isSafe = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isSafe, !name.isEmpty, name.utf8.count <= longest, name.utf8.first != UInt8(ascii: "."),
            name.utf8.first != UInt8(ascii: "-")
        else {
            throw Failure(
                .invalidFile, "'\(name)' cannot be a name",
                remedy: "use 1 to \(longest) letters, digits, '-', '_' and '.', not beginning with '.' or '-'")
        }
    }
}
