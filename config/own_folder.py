"""The folder ``var``: what this installation made for itself and must not lose or show.

``VAR_DIR`` names another, so that two can run from one checkout.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
LAST_ONES_END_WITHIN = 15.0
SECRETS = ("SECRET_KEY", "KEY_STORE_SECRET", "BACKUP_SECRET", "STRIPE_WEBHOOK_SECRETS")


class FolderError(RuntimeError):
    """``var`` cannot be used; the message says what to do."""


def make() -> None:
    """Make the folder and its parts. An unprivileged Postgres passes through it when root runs everything."""
    try:
        if not VAR.exists():
            VAR.mkdir(parents=True)
            VAR.chmod(0o711)
        for part in ("log", "run", "keys", "ledger", "backups"):
            (VAR / part).mkdir(mode=0o700, exist_ok=True)
        write_private(VAR / "run" / "probe", "")
        (VAR / "run" / "probe").unlink()
    except PermissionError:
        raise FolderError(
            f"{VAR} belongs to another user. Run as that user, or remove it (make reset, as that user)."
        ) from None


def lock() -> IO[str]:
    """Hold the folder for this process and its children; a second supervisor is told who has it.

    The children of one that was killed may take a moment to end: they are waited for.
    """
    file = (VAR / "run" / "lock").open("a+")
    deadline = time.monotonic() + LAST_ONES_END_WITHIN
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip()
            if _lives(holder) or time.monotonic() > deadline:
                raise FolderError(f"Opmaat already runs from this folder (process {holder}).") from None
            time.sleep(0.1)
        else:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            return file


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def read_secrets() -> dict[str, str]:
    """The secrets of this installation, made on the first run; the environment's own come first."""
    path = VAR / "secrets.env"
    known = read_variables(path)
    missing = [name for name in SECRETS if name not in known]
    if missing:
        known |= {name: secrets.token_hex(32) for name in missing}
        write_variables(path, known)
    return {name: os.environ.get(name) or known[name] for name in SECRETS}


def read_variables(path: Path) -> dict[str, str]:
    """NAME=value lines; nothing when there is no such file."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_variables(path: Path, variables: Mapping[str, str]) -> None:
    write_private(path, "".join(f"{name}={value}\n" for name, value in variables.items()))


def read_json(path: Path) -> dict[str, Any]:
    """A file of ours; nothing when it is not there or was cut off."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_private(path: Path, text: str) -> None:
    """Write whole or not at all, for the owner's eyes only."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def remove() -> None:
    """Throw everything away, also the database's files where they had to live elsewhere."""
    note = VAR / "postgres" / "LOCATION"
    if note.exists():
        home = Path(note.read_text().strip())
        if home.name.startswith("opmaat-") and (home / "PROJECT").exists():
            shutil.rmtree(home)
    if VAR.exists():
        shutil.rmtree(VAR)
