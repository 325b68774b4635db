import SupervisorAPI

/// Deletions for people.
enum DeletionText {
    static func done(_ deleted: Deleted, _ kind: String) -> String {
        let left = (deleted.left ?? []).map { "left behind: \($0.message)\n  to remove it: \($0.remedy)" }
        return (["deleted \(kind) \(deleted.deleted)"] + left).joined(separator: "\n")
    }
}
