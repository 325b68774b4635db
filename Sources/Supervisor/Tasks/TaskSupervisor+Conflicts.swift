import SyncModel
import SyncWire

extension TaskSupervisor {
    /// Takes a conflict from the worker. Few conflicts wait a moment to be written together; many are written before the
    /// worker's next message is read.
    func take(_ conflict: ConflictRecord) async {
        conflicts.add(conflict)
        if conflicts.waiting.count >= ConflictBuffer.batch, environment.storeHealth.trouble == nil {
            await storeConflicts()
        } else if !conflicts.flushIsDue {
            conflicts.flushIsDue = true
            let clock = environment.clock
            environment.jobs.add {
                // A cancelled sleep ends early; the conflicts are written all the same.
                do { try await clock.sleep(for: .milliseconds(100)) } catch {}
                await self.storeConflicts()
            }
        }
    }

    /// Writes what waits and tells the worker. After a failure the fleet's next round comes back to it.
    func storeConflicts() async {
        conflicts.flushIsDue = false
        // One at a time: whoever writes goes on until nothing waits.
        guard !conflicts.isBeingStored else { return }
        conflicts.isBeingStored = true
        defer {
            conflicts.isBeingStored = false
            hub.notify()
        }
        while let last = conflicts.waiting.last, !isRemoved {
            let batch = conflicts.waiting
            do throws(Failure) {
                try await environment.store.insert(batch, of: id)
                // A decision may come with a record that is known.
                if undecided > 0 || batch.contains(where: { $0.decision == .reported }) {
                    undecided = try await environment.store.undecided(of: id)
                }
            } catch {
                storeFailed(error)
                return
            }
            environment.storeHealth.worked()
            conflicts.stored(batch.count)
            worker?.send(.conflictsStored(through: last.sequence))
        }
    }

    /// The same; returns when none is being written any more, by whomever.
    func storeAllConflicts() async {
        await storeConflicts()
        for await _ in hub.changes() where !conflicts.isBeingStored { return }
    }
}
