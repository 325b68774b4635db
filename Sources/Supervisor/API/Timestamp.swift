import FoundationEssentials

/// A moment, written as RFC 3339 in UTC with milliseconds: `2026-12-01T02:00:00.000Z`.
package struct Timestamp: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package var microsecondsSince1970: UInt64

    /// - Parameter microsecondsSince1970: as in messages and records of the worker.
    package init(microsecondsSince1970: UInt64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// - Returns: nil when the text is not a date and time with a zone, or lies before 1970.
    package init?(_ text: String) {
        let whole = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? fractional.parse(text)) ?? (try? whole.parse(text)), date.timeIntervalSince1970 >= 0 else {
            return nil
        }
        microsecondsSince1970 = UInt64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }

    package static var now: Timestamp {
        Timestamp(microsecondsSince1970: UInt64(max(0, Date().timeIntervalSince1970 * 1_000_000)))
    }

    package var description: String {
        let seconds = Double(microsecondsSince1970 / 1000) / 1000
        return Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a time in RFC 3339")
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
