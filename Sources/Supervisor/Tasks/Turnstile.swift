/// Lets one caller through after the other, in the order in which they came.
///
/// An actor that awaits the store in the middle of a change would otherwise let the next change in before the first is
/// complete. It belongs to one actor and is only touched there.
struct Turnstile {
    private var isBusy = false
    private var queue: [CheckedContinuation<Void, Never>] = []

    /// - Returns: true when the caller may go on at once; otherwise it has to ``enqueue(_:)``.
    mutating func enter() -> Bool {
        if isBusy { return false }
        isBusy = true
        return true
    }

    mutating func enqueue(_ caller: CheckedContinuation<Void, Never>) {
        queue.append(caller)
    }

    /// Hands the turn to the next in the queue.
    mutating func leave() {
        if queue.isEmpty {
            isBusy = false
        } else {
            queue.removeFirst().resume()
        }
    }
}
