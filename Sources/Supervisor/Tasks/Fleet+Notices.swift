package import SyncModel

/// The message center.
extension Fleet {
    /// Newest first.
    package func notices(unreadOnly: Bool, limit: Int) async throws(Failure) -> [StoredNotice] {
        try await environment.store.notices(unreadOnly: unreadOnly, limit: limit)
    }

    /// Marks a notice as read.
    /// - Throws: `not-found`.
    package func readNotice(_ id: Int64) async throws(Failure) -> StoredNotice {
        if let notice = try await environment.store.readNotice(id) { return notice }
        throw Failure(.notFound, "there is no message \(id)", remedy: "'message list' shows all messages")
    }
}
