import TestSupport

extension MatrixFamily {
    static let integers = MatrixFamily(
        name: "integers",
        columns: [("tinyint", 8), ("smallint", 16), ("mediumint", 24), ("int", 32), ("bigint", 64)].flatMap { type, bits in
            let top = UInt64(1) << UInt64(bits - 1)
            return [
                MatrixColumn(type, type, ["-\(top)", "\(top - 1)", "-1", "0", "1"]),
                MatrixColumn("u\(type)", "\(type) UNSIGNED", ["0", "\(top &+ (top - 1))", "\(top)", "\(top - 1)", "1"]),
            ]
        } + [
            MatrixColumn("filled", "INT(7) UNSIGNED ZEROFILL", ["42", "4294967295", "0"]),
            MatrixColumn("filled_wide", "BIGINT(20) UNSIGNED ZEROFILL", ["1", "18446744073709551615", "0"]),
            MatrixColumn("bool", "BOOLEAN", ["TRUE", "FALSE", "-128"]),
            MatrixColumn("year", "YEAR", ["0", "1901", "1970", "2000", "2155"]),
        ])

    static let decimals = MatrixFamily(
        name: "decimals",
        columns: [
            decimal(65, 30), decimal(65, 0), decimal(30, 30), decimal(1, 0), decimal(1, 1), decimal(9, 9), decimal(18, 9),
            decimal(19, 10), decimal(38, 9),
            MatrixColumn("udecimal", "DECIMAL(10,3) UNSIGNED", ["0", "9999999.999", "0.001"]),
            MatrixColumn("filled_decimal", "DECIMAL(10,3) UNSIGNED ZEROFILL", ["1.5", "9999999.999", "0"]),
            MatrixColumn(
                "finest", "DECIMAL(65,38)", ["0.\(String(repeating: "0", count: 37))1", "-\(String(repeating: "9", count: 27)).5", "0"],
                on: .anyMariaDB),
        ])

    private static func decimal(_ precision: Int, _ scale: Int) -> MatrixColumn {
        let whole = precision > scale ? String(repeating: "9", count: precision - scale) : "0"
        let most = scale > 0 ? "\(whole).\(String(repeating: "9", count: scale))" : whole
        let least = scale > 0 ? "0.\(String(repeating: "0", count: scale - 1))1" : "1"
        return MatrixColumn("d\(precision)_\(scale)", "DECIMAL(\(precision),\(scale))", [most, "-\(most)", least, "-\(least)", "0"])
    }

    static let floats = MatrixFamily(
        name: "floats",
        columns: [
            MatrixColumn(
                "single", "FLOAT",
                ["0.1", "3.4028234663852886e38", "-3.4028234663852886e38", "1.401298464324817e-45", "1.1754943508222875e-38", "16777217e0", "0"]),
            MatrixColumn(
                "wide", "DOUBLE",
                [
                    "0.30000000000000004e0", "1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
                    "1e22", "9007199254740993e0", "123456789012345678e0", "-1.2345678901234567e-5", "0",
                ]),
            MatrixColumn("single_cut", "FLOAT(7,4)", ["999.9999", "-0.0001", "123.4567", "0.3", "0"]),
            MatrixColumn("wide_cut", "DOUBLE(20,6)", ["12345678901234.567891", "-0.000001", "1.005", "0"]),
            MatrixColumn("single_many", "FLOAT(53)", ["0.1e0", "1e300"]),
            MatrixColumn("single_unsigned", "FLOAT UNSIGNED", ["0.2", "3e38"]),
            MatrixColumn("wide_filled", "DOUBLE ZEROFILL", ["0.5", "1e100"]),
            // MariaDB takes it for 0, so that 0 on the target stands for it, but not the reverse.
            MatrixColumn("single_zero", "FLOAT", ["0e0", "-0e0", "1"], key: .none, on: [.mysql]),
            MatrixColumn("wide_zero", "DOUBLE", ["0e0", "-0e0", "1"], key: .none, on: [.mysql]),
        ])

    static let bits = MatrixFamily(
        name: "bits",
        columns: (1...64).map { width in
            let top = UInt64(1) << UInt64(width - 1)
            let isKey = [1, 7, 8, 9, 16, 17, 33, 63, 64].contains(width)
            return MatrixColumn(
                "b\(width)", "BIT(\(width))", width == 1 ? ["1", "0"] : ["\(top)", "\(top &+ (top - 1))", "0", "1"], key: isKey ? .alone : .none)
        })
}
