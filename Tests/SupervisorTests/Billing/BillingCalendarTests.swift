import Foundation
import SupervisorBilling
import SupervisorNotices
import Testing

/// Days as moments, over month ends, leap years and changes of the clocks.
@Suite struct BillingCalendarTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    @Test(arguments: [
        ("2027-03-31", "2027-02-28"), ("2028-03-31", "2028-02-29"), ("2028-03-30", "2028-02-29"), ("2028-03-29", "2028-02-29"),
        ("2027-03-28", "2027-02-28"), ("2027-03-01", "2027-02-01"), ("2027-01-31", "2026-12-31"), ("2027-01-01", "2026-12-01"),
        ("2027-07-31", "2027-06-30"), ("2027-08-31", "2027-07-31"), ("2100-03-31", "2100-02-28"), ("2000-03-31", "2000-02-29"),
    ])
    func aMonthBeforeIsTheSameDayOrTheLastOfTheMonth(_ day: String, _ before: String) throws {
        #expect(try date(day).monthBefore == date(before))
    }

    @Test(arguments: [
        ("2028-03-01", -1, "2028-02-29"), ("2027-03-01", -1, "2027-02-28"), ("2100-03-01", -1, "2100-02-28"),
        ("2027-01-03", -7, "2026-12-27"), ("2026-12-31", 1, "2027-01-01"), ("2027-02-28", 1, "2027-03-01"),
    ])
    func daysAreCountedOverMonthEnds(_ day: String, _ days: Int, _ other: String) throws {
        #expect(try date(day).adding(days: days) == date(other))
        #expect(try date(day).days(to: date(other)) == days)
    }

    @Test(arguments: [
        "2027-02-29", "2100-02-29", "2027-04-31", "2027-13-01", "2027-00-01", "2027-01-00", "1969-12-31", "2027-1-1", "27-01-01",
        "2027-01-01T00", "2027/01/01", "+027-01-01", "٢٠٢٧-01-01", "",
    ])
    func whatIsNoDayIsRefused(_ text: String) { #expect(CalendarDate(text) == nil) }

    /// Nine o'clock of each day for years, in zones that change their clocks in different ways, against a formatter.
    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo",
        "Africa/Casablanca",
    ])
    func everyDayIsAtNineInTheMorningThere(_ zone: String) throws {
        let calendar = BillingCalendar(timeZone: zone)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: zone)
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        var day = try date("2026-12-25")
        var last: UInt64 = 0
        var wrong: [String] = []
        for _ in 0..<(366 * 2 + 20) {
            let moment = calendar.moment(of: day)
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(moment / 1_000_000)))
            if text != "\(day) 09:00:00" || calendar.day(of: moment) != day || moment <= last { wrong.append("\(day): \(text)") }
            last = moment
            day = day.adding(days: 1)
        }
        #expect(wrong.isEmpty)
    }

    @Test func aDayEndsAtMidnightOfItsZone() throws {
        let calendar = BillingCalendar(timeZone: "Asia/Tokyo")
        // 2027-01-01 00:00 in Tokyo.
        let newYear: UInt64 = 1_798_729_200_000_000
        #expect(calendar.day(of: newYear - 1) == (try date("2026-12-31")))
        #expect(calendar.day(of: newYear) == (try date("2027-01-01")))
    }

    @Test func theLastYearStandsForNever() throws {
        let never = try date("9999-12-31")
        #expect(never.adding(days: 1) == never)
        #expect(BillingCalendar(timeZone: "UTC").moment(of: never.adding(days: 1)) > NoticeSamples.start)
    }
}
