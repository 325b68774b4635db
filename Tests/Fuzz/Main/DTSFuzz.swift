import FuzzKit
import Glibc

/// Runs the decoder on damaged input for as long as one likes: `dts-fuzz FOLDER INPUTS [SEED [FIRST]]`.
///
/// The test suite runs the same on fewer inputs. A trap ends the program; the last line that it printed says where to
/// begin again, and `DTS_FUZZ_TRACE=1` then prints the number of every input before it is run.
@main
struct DTSFuzz {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let inputs = UInt64(arguments[2]) else {
            print("usage: dts-fuzz FOLDER INPUTS [SEED [FIRST]]")
            exit(2)
        }
        let seed = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : UInt64.random(in: 1...999_999)
        let first = arguments.count > 4 ? UInt64(arguments[4]) ?? 0 : 0
        let traces = getenv("DTS_FUZZ_TRACE") != nil
        let fuzz = DecoderFuzz(try Corpus(binlogs(in: arguments[1])), seed: seed)
        let clock = ContinuousClock()
        let began = clock.now
        var (sound, slowest, slowestInput) = (UInt64(0), Duration.zero, UInt64(0))
        for input in first..<(first + inputs) {
            if traces || input % 100_000 == 0 { say("seed \(seed) input \(input)") }
            let start = clock.now
            if try fuzz.run(input) { sound += 1 }
            let took = start.duration(to: clock.now)
            if took > slowest { (slowest, slowestInput) = (took, input) }
        }
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        print(
            "\(inputs) inputs of seed \(seed) in \(began.duration(to: clock.now)), \(sound) of them sound; "
                + "slowest: input \(slowestInput), \(slowest); largest memory \(usage.ru_maxrss / 1024) MiB"
        )
    }

    /// At once, for the next input may be the last.
    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    private static func binlogs(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var paths: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".binlog") { paths.append("\(folder)/\(name)") }
        }
        return paths.sorted()
    }
}
