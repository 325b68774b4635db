import Logging
import SyncModel
import SyncWire

/// How far behind a task is that no worker runs: asked of the source by a worker that does nothing else, when somebody wants to know.
///
/// That worker is none of the task's life: it writes nothing, so that it may live beside another one, and whatever becomes of it
/// changes no state.
extension TaskSupervisor {
    /// The worker that measures.
    struct Measuring {
        var number: UInt64
        var worker: (any WorkerHandle)?
        /// To leave as soon as it is there.
        var isOver = false
    }

    private static let configureID: UInt64 = 1
    private static let measureID: UInt64 = 2
    /// How long somebody who looks at a task waits for its figures.
    private static let patience = Duration.milliseconds(1500)
    /// How long a worker may take to measure.
    private static let limit = Duration.seconds(10)

    /// The task as it is, with the lag and the backlog as of the source's head, as far as that can be told in a moment.
    package func measuredSnapshot() async -> TaskSnapshot {
        guard isToBeMeasured else { return snapshot }
        let isStale = measurement.map { isOld($0) } ?? true
        // A source that does not answer has nobody wait a second time.
        let waits = measurement?.lagMs != nil || measurement == nil
        if isStale, measuring == nil { beginMeasuring() }
        // States that pass by themselves are shown as they are now.
        if isStale, waits, machine.state == .paused || machine.state == .failed { await awaitMeasurement() }
        return snapshot
    }

    /// Nobody follows the source's log, but somebody will go on with it.
    private var isToBeMeasured: Bool {
        guard worker == nil, machine.leftTraces, measureIsKnown, !isRemoved, let position = progress?.position,
            position.gtid != nil || position.offset != nil
        else { return false }
        // Each look would be a login that the server refuses and counts, or one at a server that is not to be trusted.
        if let code = machine.failure?.code, [.accessDenied, .tlsFailed, .serverChanged].contains(code) { return false }
        switch machine.state {
        case .paused, .failed, .retrying, .scheduled: return true
        case .created, .configured, .verifying, .verified, .verifyFailed, .running, .pausing, .stopping, .stopped: return false
        }
    }

    private func isOld(_ measurement: Measurement) -> Bool {
        let now = environment.now()
        return measurement.at > now || Duration.microseconds(Int64(clamping: now - measurement.at)) >= measurement.freshFor
    }

    private func beginMeasuring() {
        measureNumber += 1
        let number = measureNumber
        measuring = Measuring(number: number)
        let name = record.name
        let launcher = environment.launcher
        let clock = environment.clock
        environment.jobs.add {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await clock.sleep(for: Self.limit) } catch { return }
                    await self.endMeasuring(number)
                }
                _ = await launcher.run(task: name) { event in await self.heard(event, from: number) }
                group.cancelAll()
            }
            await self.measuringEnded(number)
        }
    }

    private func heard(_ event: WorkerEvent, from number: UInt64) {
        guard measuring?.number == number else { return }
        switch event {
        case .started(let handle):
            measuring?.worker = handle
            if measuring?.isOver == true { handle.dismiss() }
        case .connected:
            let configuration = workersConfiguration(record.spec, record.secrets, TaskRoutes())
            measuring?.worker?.send(.command(id: Self.configureID, .configure(configuration)))
        // Once it is told to leave, what it answers is that.
        case .message where measuring?.isOver == true: break
        case .message(.answer(let answer)): take(answer, number)
        case .message(.error(let failure)): take(Answer(id: Self.measureID, failure: failure), number)
        case .message: break
        }
    }

    private func take(_ answer: Answer, _ number: UInt64) {
        if answer.id == Self.configureID, answer.failure == nil, let position = progress?.position {
            measuring?.worker?.send(.command(id: Self.measureID, .measure(position)))
            return
        }
        if let failure = answer.failure {
            logger.info("Not measured", metadata: ["code": "\(failure.code.rawValue)", "reason": "\(failure.message)"])
            // A worker of another hand need not know it; the figures stay what they were.
            if failure.code == .unsupported { measureIsKnown = false }
        }
        // A worker that runs the task knows better.
        if worker == nil {
            measurement = Measurement(at: environment.now(), lagMs: answer.lagMs, backlogBytes: answer.backlogBytes)
        }
        endMeasuring(number)
    }

    /// Has the worker that measures leave. The next one waits until it has.
    func endMeasuring(_ number: UInt64? = nil) {
        guard let current = measuring, !current.isOver, number == nil || current.number == number else { return }
        measuring?.isOver = true
        current.worker?.dismiss()
        if worker == nil { noteSilence() }
        hub.notify()
    }

    private func measuringEnded(_ number: UInt64) {
        guard measuring?.number == number else { return }
        // One that ended without a word was not able to.
        endMeasuring(number)
        measuring = nil
        hub.notify()
    }

    private func awaitMeasurement() async {
        let clock = environment.clock
        await withTaskGroup(of: Void.self) { group in
            // Cancelled when it is there in time.
            group.addTask { do { try await clock.sleep(for: Self.patience) } catch {} }
            group.addTask {
                for await _ in self.hub.changes() where await self.measuring?.isOver != false { return }
            }
            await group.next()
            group.cancelAll()
        }
        // What still comes counts, but nobody waits for it any more.
        if worker == nil, measuring?.isOver == false { noteSilence() }
    }

    private func noteSilence() {
        if measurement.map(isOld) ?? true { measurement = Measurement(at: environment.now()) }
    }
}
