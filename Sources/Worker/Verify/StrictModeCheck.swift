import SyncModel

/// Definitions that older servers took and that strict mode refuses.
enum StrictModeCheck {
    static let check = Check(
        "innodb-strict-mode", needs: [.target], "innodb_strict_mode OFF where tables are made, or a user who may switch it off"
    ) { scope in
        guard scope.makesTables else { return .skip("the task makes no tables") }
        if try !scope.isOn("innodb_strict_mode", .target) { return .pass("OFF") }
        if try scope.maySet("innodb_strict_mode = 0", .target) { return .pass("ON, but the task's session switches it off") }
        return .alarm(
            "ON, and the task's user may not switch it off: tables with options that InnoDB does not have cannot be made",
            mend: .setting(.target, scope, ["innodb_strict_mode": "OFF"]))
    }
}
