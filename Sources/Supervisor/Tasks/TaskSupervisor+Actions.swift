import Logging
import SyncModel
package import SyncWire

extension TaskSupervisor {
    /// Carries out what the machine decided, in order.
    func perform(_ actions: [TaskStateMachine.Action]) async {
        for action in actions {
            switch action {
            case .launch(let job): launch(job)
            case .sendPause: send(.pause, for: .pause)
            case .dismiss: worker?.dismiss()
            case .startTimer(let timer, let duration): start(timer, after: duration)
            case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
            case .waitUntil(let time): wait(until: time)
            case .remove: await remove()
            }
        }
    }

    private func launch(_ job: TaskStateMachine.Job) {
        workerNumber += 1
        let number = workerNumber
        foundItems = []
        bytesOfThisWorker = 0
        runIsReady = false
        runHasTold = false
        // Whoever measures makes room: the source is busy enough, and what it finds is out of date.
        endMeasuring()
        let name = record.name
        let launcher = environment.launcher
        environment.jobs.add {
            let exit = await launcher.run(task: name) { event in await self.receive(event, from: number) }
            await self.workerEnded(exit, number: number)
        }
    }

    /// A timer is an unstructured task because it has to be cancelled one by one, from outside of any scope; it ends with
    /// the cancellation, with `shutDown()` or by firing, and holds nothing but its turn.
    private func start(_ timer: TaskStateMachine.Timer, after duration: Duration) {
        timers[timer]?.cancel()
        let clock = environment.clock
        timers[timer] = Task {
            do { try await clock.sleep(for: duration) } catch { return }
            await self.fire(timer)
        }
    }

    private func fire(_ timer: TaskStateMachine.Timer) async {
        await takeTurn()
        defer { endTurn() }
        // Cancelled while it waited for its turn: the machine has gone on.
        if Task.isCancelled { return }
        timers[timer] = nil
        await handle(.fired(timer))
    }

    /// Sleeps towards a time of day in short steps, so that a change of the clock is noticed.
    private func wait(until time: UInt64) {
        startTimer?.cancel()
        let clock = environment.clock
        let now = environment.now
        startTimer = Task {
            while true {
                let current = now()
                if current >= time { break }
                let left = Duration.microseconds(Int64(clamping: time - current))
                do { try await clock.sleep(for: min(left, .seconds(30))) } catch { return }
            }
            await self.timeHasCome()
        }
    }

    private func timeHasCome() async {
        await takeTurn()
        defer { endTurn() }
        if Task.isCancelled { return }
        await handle(.due)
    }

    /// Forgets the task. When the store refuses, the fleet's next round tries again.
    func remove() async {
        do throws(Failure) {
            try await environment.store.remove(task: id, notices: unsavedNotices + farewell())
        } catch {
            storeFailed(error)
            return
        }
        environment.storeHealth.worked()
        isRemoved = true
        for timer in timers.values { timer.cancel() }
        timers = [:]
        startTimer?.cancel()
        if let failure = machine.cleanUpFailure {
            logger.warning(
                "Clean-up failed",
                metadata: ["code": "\(failure.code.rawValue)", "reason": "\(failure.message)"]
            )
        }
        await removed(id, machine.cleanUpFailure)
        isForgotten = true
        hub.notify()
    }

    /// Tries again what the store refused. Called every few seconds.
    package func maintain() async {
        await takeTurn()
        defer { endTurn() }
        if machine.isToBeRemoved, !isRemoved { await remove() }
        watch()
        await saveWhatIsDirty()
        await storeConflicts()
    }

    /// The progress, if it has changed since it was last asked for.
    package func takeUnsavedProgress() -> Progress? {
        guard progressIsDirty, !isRemoved else { return nil }
        progressIsDirty = false
        return progress
    }

    /// The progress could not be stored after all.
    package func progressWasNotSaved() {
        progressIsDirty = true
    }
}
