import SyncModel
import SyncMySQL
import WorkerSchema

/// In a pair the target's changes travel back, so its log has to be as good as the source's.
enum TargetBinlogCheck {
    static let check = Check(
        "target-binlog", needs: [.target], "in a pair, a binlog with whole rows on the target too"
    ) { scope in
        guard scope.pair != nil else { return .skip("not a pair") }
        let profile = try scope.profile(.target)
        guard profile.hasBinlog else {
            return .fail(.binlogDisabled, "log_bin is OFF on the target", mend: try BinlogChecks.switchOn(.target, scope, profile))
        }
        var facts: [String] = []
        var remedy = Remedy("")
        if profile.binlogFormat != "ROW" {
            facts.append("binlog_format is \(profile.binlogFormat)")
            remedy = remedy + .setting(.target, scope, ["binlog_format": "'ROW'"], also: BinlogChecks.reconnect)
        }
        if profile.binlogRowImage != "FULL" {
            facts.append("binlog_row_image is \(profile.binlogRowImage)")
            remedy = remedy + .setting(.target, scope, ["binlog_row_image": "'FULL'"], also: BinlogChecks.reconnect)
        }
        if profile.serverID == 0 {
            facts.append("server_id is 0")
            remedy = remedy + .setting(.target, scope, ["server_id": "\(try BinlogChecks.freeServerID(.target, scope))"])
        }
        if !["ON", "OFF"].contains(profile.gtidMode) {
            facts.append("gtid_mode is \(profile.gtidMode)")
            remedy = remedy + BinlogChecks.gtidSteps(.target, scope, from: profile.gtidMode)
        }
        return facts.isEmpty
            ? .pass("log_bin is ON, with whole rows")
            : .fail(.binlogFormat, "on the target, \(facts.joined(separator: ", "))", mend: remedy)
    }
}
