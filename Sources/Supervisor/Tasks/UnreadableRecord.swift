package import SyncModel

/// A row of the store that cannot be read. It stays as it is: shown with the reason, in nobody's way, and removed only by
/// the user's own `delete`.
package struct UnreadableRecord: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        /// - Parameter pair: name of the pair that it belongs to.
        case task(id: String, pair: String?)
        /// - Parameter tasks: identifiers of its tasks, a-to-b first.
        case pair(tasks: [String])
        /// Anything else: `message`, `progress`, …
        case other(String)
    }

    package var subject: Subject
    package var name: String
    /// What is wrong with the row, in words without its content.
    package var reason: String

    package init(_ subject: Subject, name: String, reason: String) {
        self.subject = subject
        self.name = name
        self.reason = reason
    }

    package var words: String {
        switch subject {
        case .task: "task '\(name)'"
        case .pair: "pair '\(name)'"
        case .other(let kind): "\(kind) '\(name)'"
        }
    }

    package var failure: Failure {
        Failure(.recordUnreadable, "the stored record of \(words) cannot be read: \(reason); it is kept as it is", remedy: remedy)
    }

    private var remedy: String {
        let mend = "use the release that wrote it, or put back 'key' and 'dts.sqlite' of the data folder, together, from a backup"
        return switch subject {
        case .task(_, nil): "\(mend); 'task delete \(name)' gives it up"
        case .task(_, let pair?): "\(mend); 'pair delete \(pair)' gives both halves up"
        case .pair: "\(mend); 'pair delete \(name)' gives it up"
        case .other: mend
        }
    }
}

extension UnreadableRecord {
    /// A pair whose own row can be read.
    init(of pair: PairRecord, reason: String) {
        self.init(.pair(tasks: [pair.aToB, pair.bToA]), name: pair.name, reason: reason)
    }
}
