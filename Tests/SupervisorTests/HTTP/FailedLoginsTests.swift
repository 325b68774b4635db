import Testing

@testable import SupervisorHTTP

@Suite struct FailedLoginsTests {
    private let start = ContinuousClock.now

    @Test func anAddressIsShutForAMinuteAndNoOther() {
        let logins = FailedLogins()
        for number in 1...FailedLogins.limit {
            #expect(!logins.isShut("10.0.0.1", now: start))
            #expect(logins.failed("10.0.0.1", now: start) == (number == FailedLogins.limit))
        }
        #expect(logins.isShut("10.0.0.1", now: start + .seconds(59)))
        #expect(!logins.isShut("10.0.0.2", now: start))
        #expect(!logins.isShut("10.0.0.1", now: start + .seconds(60)))
        #expect(!logins.failed("10.0.0.1", now: start + .seconds(61)))
        #expect(!logins.isShut("10.0.0.1", now: start + .seconds(62)))
    }

    @Test func theAddressesOfOneNetworkCountAsOne() {
        let logins = FailedLogins()
        for number in 1...FailedLogins.limit { _ = logins.failed("2001:db8:0:1::\(number)", now: start) }
        #expect(logins.isShut("2001:db8:0:1:ffff::1", now: start))
        #expect(!logins.isShut("2001:db8:0:2::1", now: start))
        #expect(!logins.isShut("::1", now: start))
    }

    @Test func whatIsRememberedIsBounded() {
        let logins = FailedLogins()
        for number in 0..<5000 { _ = logins.failed("10.\(number / 65536).\(number / 256 % 256).\(number % 256)", now: start) }
        // Beyond what is remembered all are one.
        #expect(logins.isShut("192.0.2.1", now: start))
        #expect(!logins.isShut("10.0.0.0", now: start))
        #expect(!logins.failed("192.0.2.1", now: start + .seconds(61)))
    }
}
