import Glibc
package import SyncModel

/// The text of a file and what is needed to understand it: where relative paths start, which variables are set.
package struct SourceText: Sendable {
    /// As the user gave it, for messages.
    package var name: String
    /// Folder of the file, absolute; relative paths in the file start there.
    package var folder: String
    package var text: String
    package var environment: [String: String]

    package init(name: String, folder: String, text: String, environment: [String: String]) {
        self.name = name
        self.folder = folder
        self.text = text
        self.environment = environment
    }

    /// Reads a file; `-` is standard input.
    /// - Throws: `invalid-file` when it cannot be read or is not UTF-8.
    package init(path: String, environment: [String: String]) throws(Failure) {
        let isInput = path == "-"
        let here = FileText.currentFolder
        let absolute = FileText.absolute(path, from: here)
        do throws(FileText.Unreadable) {
            self.init(
                name: isInput ? "standard input" : path,
                folder: isInput ? here : String(absolute[..<(absolute.lastIndex(of: "/") ?? absolute.startIndex)]),
                text: try FileText.read(isInput ? "/dev/stdin" : absolute),
                environment: environment
            )
        } catch {
            throw Failure(
                .invalidFile,
                "cannot read '\(path)': \(error.reason)",
                remedy: "give the path of a text file that can be read"
            )
        }
    }
}

/// Small text files, read whole.
enum FileText {
    struct Unreadable: Error { let reason: String }

    /// Enough for any file of ours; keeps a wrong path (a device, a dump) from filling the memory.
    static let maximumSize = 4 << 20

    static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    static func absolute(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    static func read(_ path: String) throws(Unreadable) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw Unreadable(reason: String(cString: strerror(errno)))
            }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= maximumSize else { throw Unreadable(reason: "larger than \(maximumSize) bytes") }
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable(reason: "not UTF-8") }
        return text
    }
}
