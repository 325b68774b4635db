#!/usr/bin/env python3
"""A worker for DTS that keeps two files in sync, written from docs/protocol.md alone.

A "server" is a file, named by the endpoint's `socket`. Each line is one transaction, in JSON:

    {"key": "7", "before": "old value or null", "value": "new value or null"}      written by an application
    {"statement": "CREATE TABLE t"}                                                a definition statement
    {"task": ID, "at": OFFSET, "counts": {...}, "key": ..., "value": ...}          applied by a task, with its checkpoint
    {"task": ID, "at": OFFSET, "counts": {...}}                                    a checkpoint alone
    {"task": ID, "conflict": {...}} {"task": ID, "stored": N}                      conflicts that are kept, and forgotten
    {"task": ID, "decided": N, "take": "source"} {"task": ID, "statement_decided": NAME, "sql": ...}

One line is written at once, so what it describes and the checkpoint are there together or not at all.
"""

import json
import os
import queue
import resource
import signal
import sys
import threading
import time


def log(text):
    print(text, file=sys.stderr, flush=True)


class Say:
    """Writes messages. Standard output is put out of the way of whatever prints."""

    def __init__(self):
        self.lock = threading.Lock()
        self.out = os.dup(1)
        os.dup2(2, 1)

    def __call__(self, type, **fields):
        fields = {name: value for name, value in fields.items() if value is not None}
        line = (json.dumps({"type": type, **fields}) + "\n").encode()
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.out, line):]
            except OSError:
                os._exit(0)  # nobody listens any more: the same as end of input


class Failure(Exception):
    def __init__(self, code, message, remedy, kind, statement=None):
        super().__init__(message)
        self.fields = {"code": code, "message": message, "remedy": remedy, "kind": kind}
        if statement:
            self.fields["statement"] = statement


def gone(path):
    return Failure("host-unreachable", f"{path} is not there", "put it back", "transient")


class Server:
    """One of the two files."""

    def __init__(self, endpoint):
        self.path = endpoint["socket"]

    def facts(self):
        return {"type": "mysql", "host": self.path, "port": 0, "server": "files 1.0", "server_uuid": f"file:{self.path}"}

    def size(self):
        try:
            return os.path.getsize(self.path)
        except OSError:
            raise gone(self.path)

    def lines(self, start=0):
        """Whole lines from an offset on, each with the offset behind it."""
        try:
            with open(self.path, "rb") as file:
                file.seek(start)
                data = file.read()
        except OSError:
            raise gone(self.path)
        offset = start
        for line in data.split(b"\n")[:-1]:
            offset += len(line) + 1
            yield json.loads(line), offset

    def append(self, **fields):
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        except OSError:
            raise gone(self.path)
        try:
            os.write(file, (json.dumps(fields) + "\n").encode())
        finally:
            os.close(file)

    def rows(self):
        rows = {}
        for line, _ in self.lines():
            if "key" in line:
                rows[line["key"]] = line["value"]
        return {key: value for key, value in rows.items() if value is not None}

    def forget(self, task):
        """Removes what a task has noted; its rows stay."""
        kept = []
        for line, _ in self.lines():
            if line.get("task") == task:
                line = {name: line[name] for name in ("key", "before", "value") if name in line}
            if line:
                kept.append(json.dumps(line) + "\n")
        with open(self.path + ".new", "w") as file:
            file.writelines(kept)
        os.replace(self.path + ".new", self.path)


COUNTS = ("transactions", "inserts", "updates", "deletes", "ddl", "looped_transactions_skipped")
CLASSES = ("insert_exists", "update_differs", "update_missing", "delete_differs", "delete_missing", "unique_violation")


class Notes:
    """What a task has noted on its target."""

    def __init__(self, target, task):
        self.at = None
        self.counts = dict.fromkeys(COUNTS, 0)
        self.conflicts = {}
        self.stored = 0
        self.decisions = {}
        self.statements = {}
        for line, _ in target.lines():
            if line.get("task") != task:
                continue
            if "at" in line:
                self.at = line["at"]
                self.counts = line["counts"]
            if "conflict" in line:
                self.conflicts[line["conflict"]["sequence"]] = line["conflict"]
            if "stored" in line:
                self.stored = line["stored"]
            if "decided" in line:
                self.decisions[line["decided"]] = line["take"]
            if "statement_decided" in line:
                self.statements[line["statement_decided"]] = line.get("sql")

    def unresolved(self):
        return sum(1 for number, record in self.conflicts.items() if record["decision"] == "reported" and number not in self.decisions)

    def classes(self):
        counted = dict.fromkeys(CLASSES, 0)
        for record in self.conflicts.values():
            counted[record["kind"]] += 1
        return counted


class Worker:
    def __init__(self):
        self.say = Say()
        self.commands = queue.Queue()
        self.configuration = None
        self.running = False
        self.begins = False
        self.paused = False
        self.waiting = []  # catch-ups: (id, offset)
        self.sent = 0  # the last conflict that was sent
        self.read = 0

    # The messages

    def listen(self):
        for line in sys.stdin.buffer:
            self.commands.put(json.loads(line))
        self.commands.put(None)
        time.sleep(2)
        os._exit(0)  # must work however busy the rest is

    def main(self):
        self.say("hello", min_version=1, max_version=1, build="python-worker 1", capabilities=["files"])
        log("confessed: " + json.dumps({"directory": os.getcwd(), "umask": os.umask(0o077), "variables": sorted(os.environ), "leads": os.getsid(0) == os.getpid(), "arguments": sys.argv[1:]}))
        threading.Thread(target=self.listen, daemon=True).start()
        last = 0
        while True:
            try:
                message = self.commands.get(timeout=0.05 if self.running else None)
            except queue.Empty:
                message = {}
            if message is None:
                return 0
            if message:
                if self.handle(message):
                    return 0
                continue
            try:
                if self.begins:
                    self.begin()
                if not self.paused:
                    self.follow()
                self.answer_waiting()
                if time.monotonic() - last > 0.5:
                    last = time.monotonic()
                    self.progress()
            except Failure as failure:
                self.say("error", failure=failure.fields)
                self.say("done", reason="failed")
                return 1

    def answer(self, id, **fields):
        self.say("answer", id=id, **fields)

    def handle(self, message):
        type, id = message["type"], message.get("id")
        if type == "hello":
            return False
        if type == "conflicts-stored":
            self.target.append(task=self.task, stored=message["through"])
            return False
        try:
            command = getattr(self, "do_" + type.replace("-", "_"), None)
            if command is None:
                if id is not None:
                    raise Failure("unsupported", f"'{type}' is not known here", "use another worker", "permanent")
                return False
            if type not in ("configure", "stop") and self.configuration is None:
                raise Failure("not-allowed", f"'{type}' came before 'configure'", "configure first", "permanent")
            return command(id, message)
        except Failure as failure:
            self.answer(id, failure=failure.fields)
            return False

    def do_configure(self, id, message):
        self.configuration = message["configuration"]
        spec = self.configuration["spec"]
        self.task = self.configuration["task_id"]
        self.source, self.target = Server(spec["source"]), Server(spec["target"])
        log(f"configured {spec['name']} with {sum(len(o.get('tables') or []) for o in spec['objects'])} tables")
        self.answer(id)

    def do_stop(self, id, message):
        self.answer(id)
        self.say("done", reason="stopped")
        return True

    def checks(self):
        items = []
        for side, server in (("source", self.source), ("target", self.target)):
            fine = os.access(server.path, os.R_OK | os.W_OK)
            item = {"item": f"connect-{side}", "level": "pass" if fine else "fail", "facts": f"{server.path} is {'there' if fine else 'not there'}"}
            if not fine:
                item.update(threshold="a file that can be written", remedy=f"touch {server.path}", code="host-unreachable")
            items.append(item)
        return items

    def do_verify(self, id, message):
        items = self.checks()
        for item in items:
            self.say("check-item", item=item)
        fine = all(item["level"] == "pass" for item in items)
        self.answer(id, source=self.source.facts() if fine else None, target=self.target.facts() if fine else None)

    def do_test_connection(self, id, message):
        self.answer(id, items=self.checks())

    def do_prepare(self, id, message):
        notes = Notes(self.target, self.task)
        if notes.at is None:
            notes.at = self.source.size()
            self.target.append(task=self.task, at=notes.at, counts=notes.counts)
        self.answer(id, position=self.position(notes.at))

    def do_inspect(self, id, message):
        self.answer(id, target_state="has-data" if self.target.rows() else "empty")

    def do_clean_up(self, id, message):
        self.target.forget(self.task)
        self.answer(id)

    def do_resolve(self, id, message):
        notes = Notes(self.target, self.task)
        number, take = message["conflict"], message["take"]
        if notes.decisions.get(number, take) != take or number not in notes.conflicts:
            raise Failure("not-found", f"conflict {number} does not wait for that", "look at the conflicts", "needs-operator")
        if number not in notes.decisions:
            self.target.append(task=self.task, decided=number, take=take)
        self.answer(id)

    def do_decide(self, id, message):
        if self.running:
            raise Failure("not-allowed", "the task runs", "wait until it has stopped", "needs-operator")
        self.target.append(task=self.task, statement_decided=message["statement"], sql=message.get("sql"))
        self.answer(id)

    def do_follow(self, id, message):
        self.answer(id)

    def do_limit(self, id, message):
        log(f"limited to {message['limits']['rows_per_second']} rows per second")
        self.answer(id)

    def do_pause(self, id, message):
        self.paused = True
        self.answer(id)

    def do_resume(self, id, message):
        self.paused = False
        self.answer(id)

    def do_catch_up(self, id, message):
        if not self.running or self.begins or self.paused:
            raise Failure("not-allowed", "the task does not run", "start it first", "transient")
        self.waiting.append((id, self.source.size()))

    def do_run(self, id, message):
        self.source.size()
        self.target.size()
        self.answer(id)
        self.running = self.begins = True

    def begin(self):
        self.begins = False
        notes = Notes(self.target, self.task)
        self.counts = dict(notes.counts)
        self.at = notes.at
        self.sent = notes.stored
        self.say("ready", source=self.source.facts(), target=self.target.facts())
        if self.at is None:
            self.copy()
        self.say("phase", phase="incremental")
        self.send_conflicts(notes)
        self.progress()

    # The work

    def copy(self):
        """The rows that are there before the log is followed."""
        self.say("phase", phase="data")
        at, rows = self.source.size(), self.source.rows()
        for key, value in rows.items():
            self.target.append(key=key, before=None, value=value, task=self.task)
        self.at = at
        self.target.append(task=self.task, at=at, counts=self.counts)

    def position(self, at):
        return {"file": os.path.basename(self.source.path), "offset": at}

    def follow(self):
        self.target.size()
        reverse = (self.configuration.get("pair") or {}).get("reverse_task")
        for line, offset in self.source.lines(self.at):
            if line.get("task") is not None:
                # What the other half has brought here comes back; what tasks have noted for themselves is nothing.
                if line["task"] == reverse and "key" in line and "counts" in line:
                    self.counts["looped_transactions_skipped"] += 1
            elif "statement" in line:
                self.decide(line["statement"], offset)
            else:
                self.apply(line, offset)
            self.read += offset - self.at
            self.at = offset

    def decide(self, statement, offset):
        name = f"{os.path.basename(self.source.path)}:{offset}"
        decided = Notes(self.target, self.task).statements
        if name not in decided:
            raise Failure("ddl-unsupported", f"cannot execute '{statement}'", "skip it", "needs-operator", statement=name)
        self.counts["ddl"] += 1
        self.target.append(task=self.task, at=offset, counts=self.counts)

    def apply(self, line, offset):
        before, after = line.get("before"), line["value"]
        current = self.target.rows().get(line["key"])
        if current != before and current != after and not self.settled(line, current, offset):
            self.counts["transactions"] += 1
            self.target.append(task=self.task, at=offset, counts=self.counts)
            return
        self.counts["transactions"] += 1
        self.counts["inserts" if before is None else "deletes" if after is None else "updates"] += 1
        self.target.append(key=line["key"], before=current, value=after, task=self.task, at=offset, counts=self.counts)

    def settled(self, line, current, offset):
        """Whether the source's row prevails."""
        notes = Notes(self.target, self.task)
        known = [record for record in notes.conflicts.values() if record["position"]["offset"] == offset]
        if known and known[0]["sequence"] in notes.decisions:
            return notes.decisions[known[0]["sequence"]] == "source"
        if known and known[0]["decision"] != "reported":
            return known[0]["decision"] == "took-source"
        policy = self.configuration["spec"]["conflict"]
        decision = {"report": "reported", "ignore": "kept-target"}.get(policy, "took-source")
        if not known:
            verb = "insert" if line.get("before") is None else "delete" if line["value"] is None else "update"
            row = lambda value: None if value is None else [{"column": "value", "value": value}]
            record = {
                "sequence": max(notes.conflicts, default=0) + 1,
                "kind": "insert_exists" if verb == "insert" else f"{verb}_{'missing' if current is None else 'differs'}",
                "database": "files", "table": "rows", "key": [{"column": "key", "value": line["key"]}],
                "before": row(line.get("before")), "after": row(line["value"]), "current": row(current),
                "position": self.position(offset), "decision": decision, "at": int(time.time() * 1_000_000),
            }
            notes.conflicts[record["sequence"]] = record
            self.target.append(task=self.task, conflict=record)
        self.send_conflicts(notes)
        if decision == "reported":
            raise Failure("conflict-reported", f"a conflict on files.rows ({line['key']})", "resolve it, then resume", "needs-operator")
        return decision == "took-source"

    def send_conflicts(self, notes):
        for number in sorted(notes.conflicts):
            if number > self.sent:
                self.say("conflict", record=notes.conflicts[number])
                self.sent = number

    def answer_waiting(self):
        notes = None
        for id, offset in list(self.waiting):
            if self.at >= offset:
                notes = notes or Notes(self.target, self.task)
                self.waiting.remove((id, offset))
                self.answer(id, position=self.position(offset), counts=self.counts, unresolved_conflicts=notes.unresolved())

    def progress(self):
        end, notes = self.source.size(), Notes(self.target, self.task)
        self.say(
            "progress", phase="incremental", paused=self.paused, position=self.position(self.at), lag_ms=0 if self.at >= end else None,
            backlog_bytes=max(0, end - self.at), load={"tables_done": 1, "tables_total": 1, "rows_done": 0, "rows_total_estimate": 0},
            counts=self.counts, conflicts=notes.classes(), unresolved_conflicts=notes.unresolved(),
            rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, active_at=int(time.time() * 1_000_000), bytes_read=self.read)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    # The thread that reads must not be waited for.
    os._exit(Worker().main())
