import Foundation
package import SupervisorNotices

/// Days of the billing settings as moments. A day means nine o'clock in the morning of it, when somebody is there to read
/// of it and to act, in one time zone with its summer time.
package struct BillingCalendar: Sendable {
    package static let hour = 9

    private let calendar: Calendar

    /// - Parameter timeZone: identifier; one that the system does not know counts as UTC.
    package init(timeZone: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timeZone) ?? .gmt
        self.calendar = calendar
    }

    /// Microseconds since 1970 UTC. Where the clocks go forward over nine o'clock, the first moment after the gap.
    package func moment(of date: CalendarDate) -> UInt64 {
        let components = DateComponents(year: date.year, month: date.month, day: date.day, hour: Self.hour)
        let seconds = (calendar.date(from: components) ?? .distantPast).timeIntervalSince1970
        return UInt64(max(0, seconds)) * 1_000_000
    }

    /// The day that it is there.
    package func day(of moment: UInt64) -> CalendarDate {
        let date = Date(timeIntervalSince1970: Double(moment / 1_000_000))
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return CalendarDate(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1) ?? .epoch
    }
}

extension CalendarDate {
    /// The first of January 1970.
    package static let epoch = CalendarDate(daysSince1970: 0)

    /// The last of December 9999.
    static let last = CalendarDate(year: 9999, month: 12, day: 31) ?? .epoch

    /// The same day of the month before; where that month has none, its last one.
    package var monthBefore: CalendarDate {
        let (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1)
        return CalendarDate(year: year, month: month, day: min(day, Self.days(in: month, of: year))) ?? .epoch
    }

    package func adding(days: Int) -> CalendarDate { CalendarDate(daysSince1970: daysSince1970 + days) }

    /// Negative when the other one is earlier.
    package func days(to other: CalendarDate) -> Int { other.daysSince1970 - daysSince1970 }

    private static let gregorian = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private var daysSince1970: Int {
        let date = Self.gregorian.date(from: DateComponents(year: year, month: month, day: day))
        return Int((date ?? .distantPast).timeIntervalSince1970 / 86400)
    }

    private init(daysSince1970: Int) {
        let date = Date(timeIntervalSince1970: Double(max(0, daysSince1970)) * 86400)
        let parts = Self.gregorian.dateComponents([.year, .month, .day], from: date)
        let found = CalendarDate(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
        // Dates end with the year 9999, which stands for "never".
        self = found ?? (daysSince1970 > 0 ? .last : .epoch)
    }
}
