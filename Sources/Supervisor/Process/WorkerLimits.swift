import SyncWire

/// How long a worker may take for what.
package struct WorkerLimits: Sendable {
    /// From the spawn to its `hello`.
    package var hello: Duration
    /// Without any message while a command that it has not answered is with it.
    package var answer: Duration
    /// From `run` to `ready`.
    package var ready: Duration
    /// While it runs: without any message, or without a change of its `activeAt`.
    package var silence: Duration
    /// From its `error` to its `done`; then it is killed.
    package var lastWord: Duration
    /// From `stop` to its `done`; then its stdin is closed.
    package var stop: Duration
    /// From there to SIGTERM.
    package var endOfInput: Duration
    /// From there to SIGKILL.
    package var terminate: Duration
    /// Messages that are read per second; more stay in the pipe.
    package var messagesPerSecond: Int
    /// The longest message, bytes.
    package var line: Int

    package init(
        hello: Duration = .seconds(10),
        answer: Duration = .seconds(300),
        ready: Duration = .seconds(120),
        silence: Duration = .seconds(60),
        lastWord: Duration = .seconds(5),
        stop: Duration = .seconds(20),
        endOfInput: Duration = .seconds(5),
        terminate: Duration = .seconds(5),
        messagesPerSecond: Int = 2000,
        line: Int = LineLimit.fromWorker
    ) {
        self.hello = hello
        self.answer = answer
        self.ready = ready
        self.silence = silence
        self.lastWord = lastWord
        self.stop = stop
        self.endOfInput = endOfInput
        self.terminate = terminate
        self.messagesPerSecond = messagesPerSecond
        self.line = line
    }
}
