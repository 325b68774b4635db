/// What a ``FakeWorker`` does wrong. The raw values are the words on its command line and, with `fake-` before them, the
/// names of databases.
enum Behaviour: String, CaseIterable {
    case wellBehaved = "well-behaved"
    // Before the task is known: only on the command line.
    case slowHello = "slow-hello"
    case wrongVersion = "wrong-version"
    case noHello = "no-hello"
    // While it runs.
    case crash
    case exit
    case hang
    case freeze
    case ignoresTerminate = "ignores-terminate"
    case garbage
    case longLine = "long-line"
    case wrongWord = "wrong-word"
    case halfLine = "half-line"
    case unknownMessage = "unknown-message"
    case flood
    case stderrFlood = "stderr-flood"
    case conflict
    case transient
    case permanent
    /// Says why it cannot go on, and stays.
    case onlyError = "only-error"
    case done
    case failsVerification = "fails-verification"
    case crashesOnce = "crashes-once"
    /// Says `done` but stays until its input ends.
    case lingers
    case closesOutput = "closes-output"
    /// Writes its environment and its arguments to the log.
    case confesses
}
