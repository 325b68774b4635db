import Testing

@testable import WorkerBinlog

@Suite struct DecimalDoubleTests {
    /// The standard library prints the shortest digits, too, closest to the double among those.
    @Test func digitsAreTheShortest() throws {
        var random = SeededGenerator.printing("DecimalDoubleTests.digitsAreTheShortest")
        var values: [Double] = [
            0, -0.0, 1, -1, 0.1, 0.3, 1e22, 1e23, .leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude, 9_007_199_254_740_992,
            Double.leastNormalMagnitude.nextDown, 1.7976931348623155e308, 123_456_789.125, 4.35, 1e15, 1e16,
            9.5367431640625e-7,
        ]
        for exponent in -1074...1023 { values.append(Double(sign: .plus, exponent: exponent, significand: 1)) }
        for _ in 0..<30_000 {
            values.append(Double(bitPattern: random.next()))
            values.append(Double(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))))
            values.append(Double(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random)))
            values.append(Double.random(in: -1000...1000, using: &random))
        }
        for value in values where value.isFinite {
            let number = try #require(DecimalDouble(value))
            let expected = Array("\(value)".utf8).withUnsafeBytes { DecimalDouble(text: $0) }
            if number != expected { Issue.record("\(value): \(number)") }
            var buffer = SQLBuffer()
            guard buffer.append(serverDouble: value) else { Issue.record("\(value)"); continue }
            buffer.append(byte: UInt8(ascii: " "))
            guard buffer.append(approximate: value) else { Issue.record("\(value)"); continue }
            let texts = buffer.text.split(separator: " ")
            if Double(texts[0])?.bitPattern != value.bitPattern || Double(texts[1])?.bitPattern != value.bitPattern {
                Issue.record("\(value): \(texts)")
            }
        }
    }

    @Test func infinitiesAreNoNumbers() {
        #expect(DecimalDouble(.infinity) == nil)
        #expect(DecimalDouble(-.infinity) == nil)
        #expect(DecimalDouble(.nan) == nil)
    }

    /// What MySQL 9.7 and MariaDB 10.11 printed.
    @Test(arguments: [
        (1e15, "1e15"), (1e14, "100000000000000"), (1.1, "1.1"), (123_456_789_012_345_683_968, "1.2345678901234568e20"),
        (1e-5, "0.00001"), (1e-15, "0.000000000000001"), (1e-16, "1e-16"), (1.23e-15, "0.00000000000000123"),
        (12_345_678_901_234_568, "1.2345678901234568e16"), (1_234_567_890_123_456.5, "1234567890123456.5"),
        (-0.0, "-0"),
        (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e308"), (1e100, "1e100"),
        (-1.5e-7, "-0.00000015"),
        (1.2345678901234566e-13, "0.00000000000012345678901234566"),
    ])
    func serverText(_ value: Double, _ text: String) {
        var buffer = SQLBuffer()
        let isFinite = buffer.append(serverDouble: value)
        let printed = buffer.text
        #expect(isFinite && printed == text)
    }

    @Test(arguments: [
        (1.5, "1.5", true), (1.5, "1.50", true), (1.5, "15e-1", true), (1.5, "0.15E+1", true), (1.5, "1.6", false),
        (1.5, "-1.5", false), (0, "0", true), (0, "-0", false), (-0.0, "0", true), (-0.0, "-0", true),
        (0, "0.000", true),
        (0, "1e-400", false),
        (0.1, "0.1000000000000000055511151231257827", true), (0.1, "0.10000000000000001", true),
        (0.1, "0.10000000000000002", false), (1e22, "10000000000000000000000", true), (1.5, "", false),
        (1.5, "x", false),
        (1.5, "1.5x", false), (1.5, "1.5e", false), (1.5, "1.5e+", false), (1.5, "1..5", false), (1.5, "-", false),
        (1.5, "1.5e99999999999", false),
    ])
    func comparesNumbersNotSpelling(_ value: Double, _ text: String, _ same: Bool) {
        #expect(Array(text.utf8).withUnsafeBytes { SQLBuffer.isSame(value, $0) } == same)
    }
}
