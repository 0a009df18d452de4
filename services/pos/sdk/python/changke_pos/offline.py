"""Bills on the disk until the server has taken them (离线队列). Standard library only.

The files are those of the Go and the TypeScript SDK: lines with their checksum,
synced before anybody is told. Of a write that was cut off, at whatever byte, nothing
stays but the end of a file, which the next opening takes away.
"""

import datetime
import json
import os
import pathlib
import threading
import zlib

from .plain import PosError

MAX_BATCH = 500  # bills that one call takes
_MAX_BATCH_BYTES = 512 << 10  # of a call, half of what the server reads
_COMPACT_AT = 8 << 20  # a file of so much is written anew without what is settled


class QueueLocked(Exception):
    """Another process has the directory open."""


class QueueDamaged(Exception):
    """A file is damaged where nothing was being written, or is newer than this version. Nothing was changed."""


class OfflineQueue:
    """Keeps bills until they are accepted. What add has returned for is not lost.

    Bills are sent in the order of add. One that the server refuses becomes a dead
    letter with its reason and holds nobody up. Safe to be used by several threads;
    a directory of its own belongs to one process, and holds guests' numbers: keep it
    to your program's user.
    """

    def __init__(self, directory):
        """Opens or makes a queue. Raises QueueLocked, QueueDamaged."""
        place = pathlib.Path(directory)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock, self._draining = threading.Lock(), threading.Lock()
        self._pending, self._letters = [], []
        self._held = _hold(place / "lock")
        self._open = [self._held]  # what close closes, from its end on
        try:
            self._dead = self._journal(place / "dead.log", self._letters.append)
            self._log = self._journal(place / "queue.log", self._read)
        except Exception:
            self.close()
            raise

    def _journal(self, path, read):
        self._open.append(_Journal(path, read))
        return self._open[-1]

    def _read(self, entry):
        self._pending += entry.get("add", [])
        done = entry.get("done", 0)
        if not 0 <= done <= len(self._pending):
            raise ValueError("more bills settled than added")
        del self._pending[:done]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __len__(self):
        """How many bills wait to be sent."""
        return len(self._pending)

    def close(self):
        """Lets another process open the queue."""
        with self._lock:
            while self._open:
                self._open.pop().close()  # the lock last: now the files are another's

    def add(self, *bills):
        """Puts bills on the disk, all or none; once it returns they are safe."""
        if not bills:
            return
        own = json.loads(json.dumps(bills))  # the caller may change his own
        with self._lock:
            self._log.append({"add": own})
            self._pending += own

    @property
    def dead_letters(self):
        """The refused bills, oldest first: [{"bill", "reason", "message", "request_id", "time"}]."""
        with self._lock:
            return list(self._letters)

    def revive(self, match):
        """Puts dead letters that match back to the end of the queue, once what was wrong is mended. Gives how many."""
        with self._lock:
            taken = [d["bill"] for d in self._letters if match(d)]
            if taken:
                self._log.append({"add": taken})
                self._pending += taken  # cut off here they are in both: sent, and refused or not, once more
            return self._keep(match)

    def forget(self, match):
        """Takes dead letters that match away for good, after a person has dealt with them. Gives how many."""
        with self._lock:
            return self._keep(match)

    def _keep(self, match):
        rest = [d for d in self._letters if not match(d)]
        taken = len(self._letters) - len(rest)
        if taken:
            self._dead.replace(rest)
            self._letters = rest
        return taken

    def drain(self, pos):
        """Sends what waits, by a PlainClient, until nothing does; gives {"recorded", "known", "refused"}.

        A PosError that waiting may mend ends it: what was answered is settled, the rest
        stays. Cut off at any point nothing is lost, and what is sent twice counts once.
        Call it whenever the line is back and now and then.
        """
        told = {"recorded": 0, "known": 0, "refused": 0}
        with self._draining:
            while batch := self._next():
                results = []
                try:
                    _send(pos, batch, results)
                finally:
                    self._settle(batch, results, told)
        return told

    def _next(self):
        """What one call takes from the front."""
        with self._lock:
            size, batch = 0, []
            for bill in self._pending[:MAX_BATCH]:
                size += len(json.dumps(bill))
                if batch and size > _MAX_BATCH_BYTES:
                    break
                batch.append(bill)
            return batch

    def _settle(self, batch, results, told):
        """Takes answered bills off the front: first the refused ones are safe as dead
        letters, then the rest is done with. Cut off between the two, they are sent again."""
        if not results:
            return
        with self._lock:
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            for bill, result in zip(batch, results):
                outcome = result.get("outcome", "")
                if outcome == "BILL_OUTCOME_DUPLICATE":
                    told["known"] += 1
                elif outcome in ("BILL_OUTCOME_RECORDED", "BILL_OUTCOME_SUPERSEDED", "BILL_OUTCOME_PARKED"):
                    told["recorded"] += 1
                else:  # refused, or a word that came later: nothing is dropped that nobody understood
                    told["refused"] += 1
                    if all(d["bill"] != bill for d in self._letters):  # else written before a stop
                        letter = {"bill": bill, "reason": result.get("reason") or "client.unknown_outcome", "message": result.get("message", ""), "time": now}
                        if result.get("request_id"):
                            letter["request_id"] = result["request_id"]
                        self._dead.append(letter)
                        self._letters.append(letter)
            rest = self._pending[len(results) :]
            if not rest or self._log.size > _COMPACT_AT:
                self._log.replace([{"add": rest[at : at + MAX_BATCH]} for at in range(0, len(rest), MAX_BATCH)])
            else:
                self._log.append({"done": len(results)})
            self._pending = rest


def _send(pos, batch, results):
    """Sends a batch and adds a result for as many of its first bills as were answered.
    One bill that makes the server refuse the whole call is found by halving."""
    try:
        answers = pos.record_bills(batch)
    except PosError as failure:
        if failure.code != "invalid_argument" and failure.reason != "request_too_large":
            raise
        if len(batch) == 1:
            message = " ".join([failure.message] + [f"{v.get('field')}：{v.get('message')}" for v in failure.violations])
            results.append({"reason": failure.reason, "message": message, "request_id": failure.request_id})
            return
        half = len(batch) // 2
        _send(pos, batch[:half], results)
        _send(pos, batch[half:], results)
        return
    if len(answers) != len(batch):
        raise PosError("internal", "回答的不是常客：核对地址、代理和证书。", "client.not_changke")
    results.extend(answers)


class _Journal:
    """An append-only file of JSON lines, each with its checksum: "1a2b3c4d {…}\\n"."""

    def __init__(self, path, read):
        self._path, self._broken, self.size = path, None, 0
        self._file = self._open()
        try:
            self._load(read)
            _sync_directory(path.parent)
        except Exception:
            self._file.close()
            raise

    def _open(self):
        return open(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b", buffering=0)

    def _load(self, read):
        rest = self._file.read()
        while rest:
            line, end, after = rest.partition(b"\n")
            good = line[8:9] == b" " and line[:8] == b"%08x" % zlib.crc32(line[9:])
            if not end or (not good and not after):
                break  # cut off while it was written: nobody was told that it is safe
            try:
                if not good:
                    raise ValueError("checksum")
                read(json.loads(line[9:]))
            except (ValueError, AttributeError, TypeError) as why:
                raise QueueDamaged(f"{self._path} at byte {self.size}: {why}") from None
            self.size += len(line) + 1
            rest = after
        if rest:
            self._cut(self.size)

    def append(self, entry):
        """Writes a line and syncs it. An error leaves the file as it was."""
        if self._broken:
            raise self._broken
        body = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
        line = b"%08x %s\n" % (zlib.crc32(body), body)
        try:
            self._file.seek(self.size)
            left = memoryview(line)
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError:
            try:
                self._cut(self.size)
            except OSError as failed:
                self._broken = failed
            raise
        self.size += len(line)

    def replace(self, entries):
        """Puts lines in the place of all there are, at once or not at all."""
        if self._broken:
            raise self._broken
        if not entries:
            return self._cut(0)
        new = self._path.with_name(self._path.name + ".new")
        new.unlink(missing_ok=True)
        fresh = _Journal(new, lambda _: None)
        try:
            for entry in entries:
                fresh.append(entry)
        finally:
            fresh.close()
        try:
            self._file.close()  # Windows renames no file that is open
            os.replace(new, self._path)
            _sync_directory(self._path.parent)
            self._file = self._open()
        except OSError as failed:
            self._broken = failed
            raise
        self.size = fresh.size

    def _cut(self, size):
        self._file.truncate(size)
        self.size = size
        os.fsync(self._file.fileno())

    def close(self):
        self._file.close()


def _hold(path):
    """Takes the directory for this process; the system gives it back however the process ends."""
    file = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise QueueLocked(f"another process has {path.parent} open") from None
    return file


def _sync_directory(place):
    """Makes a file's name safe; NTFS keeps names in its own journal."""
    if os.name != "nt":
        directory = os.open(place, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
