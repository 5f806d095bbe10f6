"""One supervised process: forked into a group of its own, again when it ends, and stopped with its group.

A child is forked from the supervisor, which has loaded the application once for all of them: that is
what makes a start, and a start after a crash, take no time.
"""

import contextlib
import http.client
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from config.embedded import die_with_parent, name_process

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A process that lived this long starts again without a pause when it ends.
SETTLED_AFTER = 60.0
KEPT_LOGS = 3
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Child:
    """A process that should be running; start it from the main thread, since it ends with that."""

    name: str
    body: Callable[[], None]
    log: Path | None
    ready: Callable[[], bool]
    #: Touched by the process itself where ``ready`` looks for it; named to it as READY_FILE.
    mark: Path | None
    grace: float = 10.0
    pid: int = 0
    ended: int | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float | None = None

    def start(self) -> None:
        """Fork; signals wait meanwhile, so that neither side handles one that is meant for the other."""
        if self.mark:
            self.mark.unlink(missing_ok=True)
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
        try:
            pid = os.fork()
            if pid == 0:
                self._become(parent)
            self.pid, self.ended = pid, None
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        self.started_at = time.monotonic()
        self.again_at = None

    def _become(self, parent: int) -> NoReturn:
        """In the child: cut the ties with the supervisor, do the work, and never return to its code."""
        code = 1
        try:
            os.setpgid(0, 0)
            for number in HANDLED:
                signal.signal(number, signal.SIG_DFL)
            die_with_parent(signal.SIGTERM, parent)
            name_process(f"opmaat-{self.name}")
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
            if self.log:
                _redirect(self.log)
            if self.mark:
                os.environ["READY_FILE"] = str(self.mark)
            self.body()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:  # noqa: BLE001  whatever it was, it belongs in this child's log
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def alive(self) -> bool:
        if self.pid and self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
        return bool(self.pid) and self.ended is None

    def keep_running(self) -> str | None:
        """Start it again if it ended, after a pause that doubles; answers what was noticed, if anything."""
        if self.alive():
            return None
        now = time.monotonic()
        if self.again_at is None:
            self._end_group()
            if now - self.started_at > SETTLED_AFTER:
                self.pause = FIRST_PAUSE
            self.again_at = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            return f"{self.name} ended ({self.ended}); it starts again. See {self.log}"
        if now >= self.again_at:
            self.start()
        return None

    def ask_to_stop(self) -> None:
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Wait for the end it was asked for, then make sure that nothing of its group is left."""
        self.ask_to_stop()
        deadline = time.monotonic() + self.grace
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._end_group()
        while self.alive():
            time.sleep(0.02)

    def _end_group(self) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)


def run_apart(work: Callable[[], None]) -> int:
    """Do something in a forked process that shares the terminal, and wait for its exit code."""
    child = Child("apart", work, log=None, ready=lambda: True, mark=None, grace=5)
    child.start()
    try:
        while child.alive():
            time.sleep(0.02)
    except BaseException:
        child.stop()
        raise
    return child.ended or 0


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)


def rotate(log: Path) -> None:
    """Begin a new log and keep the last few."""
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.rename(log.with_name(f"{log.name}.{number + 1}"))
    if log.exists():
        log.rename(log.with_name(f"{log.name}.1"))


def answers(port: int, path: str, host: str = "127.0.0.1") -> bool:
    """Whether a web process answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
