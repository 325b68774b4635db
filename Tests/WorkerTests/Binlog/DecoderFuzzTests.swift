import FuzzKit
import Glibc
import Testing

/// A short run of what `dts-fuzz` does for as long as one likes. `DTS_FUZZ_INPUTS` sets the number of inputs.
@Suite struct DecoderFuzzTests {
    @Test func damagedInputIsRefusedAtOnce() throws {
        let inputs = getenv("DTS_FUZZ_INPUTS").flatMap { UInt64(String(cString: $0)) } ?? 40_000
        let corpus = try Corpus(
            (BinlogFixture.all + ["mysql-bare", "mariadb-bare"]).map { "\(BinlogFixture.folder)/\($0).binlog" }
        )
        let seed = UInt64.random(in: 1...999_999)
        // Printed first, so that a run that traps can be repeated with `dts-fuzz FOLDER INPUTS SEED`.
        print("DecoderFuzzTests: seed \(seed), \(inputs) inputs")
        let fuzz = DecoderFuzz(corpus, seed: seed)
        var sound = 0
        for input in 0..<inputs {
            if try fuzz.run(input) { sound += 1 }
        }
        // Damage that is always refused at the first byte would prove nothing about what lies behind it.
        #expect(UInt64(sound) > inputs / 20)
    }
}
