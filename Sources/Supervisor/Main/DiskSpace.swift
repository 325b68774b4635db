import Glibc
import SyncCurl

/// Space of a file system.
enum DiskSpace {
    /// Percent that a user without special rights may still fill; nil when it cannot be asked.
    static func freePercent(_ path: String) async -> Int? {
        // A file system of the network may take its time.
        try? await BlockingThread.run { read(path) }
    }

    private static func read(_ path: String) -> Int? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0, facts.f_blocks > 0 else { return nil }
        // As `df` counts: what is kept for root is neither free nor used.
        let used = facts.f_blocks - facts.f_bfree
        let whole = used + facts.f_bavail
        return whole == 0 ? nil : Int(facts.f_bavail * 100 / whole)
    }
}
