import TestSupport

extension MatrixFamily {
    static let temporals = MatrixFamily(
        name: "temporals",
        columns: [
            MatrixColumn(
                "day", "DATE",
                ["'2024-02-29'", "'9999-12-31'", "'1000-01-01'", "'0001-01-01'", "'0000-00-00'", "'2024-00-00'", "'2024-02-00'", "'0000-02-03'", "'2023-02-31'"])
        ] + (0...6).flatMap { digits in [time(digits), dateTime(digits), timestamp(digits)] } + [
            MatrixColumn("late", "TIMESTAMP(6) NULL", ["'2038-01-19 03:14:08'", "'2106-02-07 06:28:15.999999'"], on: [.mariadb11]),
            MatrixColumn("early", "TIMESTAMP(6) NULL", ["'1970-01-01 00:00:00.000001'", "'1970-01-01 00:00:00.999999'"], on: .anyMariaDB),
        ])

    /// `.999…`, `.000…1`, …: digits of a fraction behind their point; nothing where there are none.
    private static func fraction(_ last: String, of digits: Int, filledWith filler: String = "0") -> String {
        digits == 0 ? "" : "." + String(repeating: filler, count: digits - 1) + last
    }

    private static func time(_ digits: Int) -> MatrixColumn {
        let most = fraction("9", of: digits, filledWith: "9")
        let least = fraction("1", of: digits)
        return MatrixColumn(
            "time\(digits)", "TIME(\(digits))",
            [
                "'838:59:59'", "'-838:59:59'", "'-838:59:58\(most)'", "'838:59:58\(most)'", "'00:00:00'", "'-00:00:01'", "'-01:00:00\(least)'",
            ] + (digits > 0 ? ["'-00:00:00\(least)'", "'00:00:00\(least)'", "'-00:00:00\(most)'"] : []))
    }

    private static func dateTime(_ digits: Int) -> MatrixColumn {
        let most = fraction("9", of: digits, filledWith: "9")
        let least = fraction("1", of: digits)
        return MatrixColumn(
            "datetime\(digits)", "DATETIME(\(digits))",
            [
                "'9999-12-31 23:59:59\(most)'", "'1000-01-01 00:00:00\(least)'", "'0000-00-00 00:00:00'", "'2024-00-00 00:00:00'",
                "'2024-05-00 23:00:01\(least)'", "'0000-01-01 00:00:00'", "'0001-01-01 00:00:00\(most)'", "'2023-02-31 12:34:56\(most)'",
            ])
    }

    private static func timestamp(_ digits: Int) -> MatrixColumn {
        let most = fraction("9", of: digits, filledWith: "9")
        let least = fraction("1", of: digits)
        return MatrixColumn(
            "timestamp\(digits)", "TIMESTAMP(\(digits)) NULL",
            [
                "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07\(most)'", "'0000-00-00 00:00:00'", "'1970-01-01 00:00:02\(least)'",
                // The hour that comes twice where the clocks go back.
                "'2024-10-27 00:30:00\(least)'", "'2024-10-27 01:30:00\(least)'",
            ] + (digits > 0 ? [] : ["'2024-03-31 01:30:00'"]))
    }
}
