import FoundationEssentials
import SystemPackage

/// Lines for people and programs that read ours through a pipe: written at once.
enum Console {
    static func print(_ line: String) { write(line, to: .standardOutput) }

    static func printError(_ line: String) { write(line, to: .standardError) }

    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    private static func write(_ line: String, to file: FileDescriptor) {
        // A reader that has gone away is no reason to fail.
        do { _ = try file.writeAll(Array("\(line)\n".utf8)) } catch {}
    }
}
