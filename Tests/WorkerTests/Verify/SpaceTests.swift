import SyncModel
import SyncMySQL
import Testing

@testable import WorkerVerify

/// What follows from the disks that a server tells of.
@Suite struct SpaceTests {
    @Test func theDiskOfTheDataFolderCounts() {
        let disks: [TextRow] = [["/", "100"], ["/var/lib/mysql", "7"], ["/var/lib/mysql2", "9"], ["/var", "50"]]
        #expect(SpaceCheck.free(of: "/var/lib/mysql/", disks) == 7 * 1024)
        #expect(SpaceCheck.free(of: "/data/", disks) == 100 * 1024)
        #expect(SpaceCheck.free(of: "/data/", []) == nil)
    }

    @Test func tooLittleFailsAndMayBeSkipped() {
        let fails = SpaceCheck.verdict(needed: 2e9, free: 1_999_999_999)
        #expect(fails.level == .fail && !fails.risk.isEmpty && fails.facts == "2000 MB are needed, 2000 MB are free")
        #expect(SpaceCheck.verdict(needed: 2e9, free: 2_000_000_000).level == .pass)
        let unknown = SpaceCheck.verdict(needed: 2e9, free: nil)
        #expect(unknown.level == .skipped && unknown.facts.hasPrefix("2000 MB are needed"))
    }
}
