"""Looking for a person in bytes, however they were written down, and the places where bytes are kept."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from config.embedded import program

#: What the test cluster itself keeps: sealed rows, which the dump shows better. Its log is looked at.
_CLUSTER = {"base", "global", "pg_wal", "pg_xact", "pg_stat", "pg_multixact", "pg_subtrans"}
_LARGEST_FILE = 64 * 1024 * 1024


def spellings(value: str) -> dict[str, bytes]:
    """Every way in which a value may stand somewhere without looking like itself, ready to be looked for."""
    found: dict[str, bytes] = {}
    for case, text in {"": value, "lower ": value.lower(), "upper ": value.upper()}.items():
        for name, spelling in _encodings(text).items():
            if (folded := _folded(spelling)) not in found.values():
                found[case + name] = folded
    return found


def _encodings(text: str) -> dict[str, bytes]:
    plain = text.encode()
    return {
        "plain": plain,
        "JSON": json.dumps(text)[1:-1].encode(),
        "HTML": escape(text).encode(),
        "URL": quote(text).encode(),
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "hex of UTF-16": text.encode("utf-16-le").hex().encode(),
        **{f"base64 +{offset}": _base64_within(plain, offset) for offset in range(3)},
    }


def _base64_within(value: bytes, offset: int) -> bytes:
    """The letters that a value has inside a longer base64 text, whatever stands around it."""
    encoded = base64.b64encode(bytes(offset) + value)
    first = -(-offset * 8 // 6)
    last = (offset + len(value)) * 8 // 6
    return encoded[first:last]


def _folded(blob: bytes) -> bytes:
    """Lower case in ASCII only, so that nothing else moves; base64's two alphabets become one."""
    return blob.lower().replace(b"-", b"+").replace(b"_", b"/")


def find(people: Iterable[str], blobs: Iterable[tuple[str, bytes]]) -> set[str]:
    """``place: spelling of value`` for everything that was found."""
    wanted = {(value, name): spelling for value in people for name, spelling in spellings(value).items()}
    found = set()
    for place, blob in blobs:
        folded = _folded(blob)
        found |= {
            f"{place}: {name} of {value}" for (value, name), spelling in wanted.items() if spelling in folded
        }
    return found


# --- Places ----------------------------------------------------------------------------------------


def dumped_database() -> Iterator[tuple[str, bytes]]:
    """``pg_dump`` of the test database by its superuser, policies notwithstanding."""
    database = connections["owner"].settings_dict["NAME"]
    where = make_conninfo(os.environ["TEST_SUPERUSER_DATABASE_URL"], dbname=database)
    done = subprocess.run([str(program("pg_dump")), "--dbname", where], capture_output=True, check=True)
    assert b"COPY public.leads_leadcontact" in done.stdout
    yield "pg_dump", done.stdout


def valkey() -> Iterator[tuple[str, bytes]]:
    """Every key and value of every database: queues, results, caches, streams."""
    for number in range(16):
        client = redis.Redis.from_url(settings.REDIS_URL, db=number)
        for key in client.scan_iter(count=1000):
            yield f"Valkey {number}", key + b"\n" + (client.dump(key) or b"") + _values(client, key)
        client.close()


def _values(client: redis.Redis, key: bytes) -> bytes:
    """A dump compresses long texts, so what can be read is read."""
    readers = {
        b"string": lambda: [client.get(key)],
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
    }
    read = readers.get(client.type(key), list)
    return b"\n".join(part for part in read() if part)


def files_since(moment: float) -> Iterator[tuple[str, bytes]]:
    """Logs, and whatever stands in the temporary folder since then; not the cluster's own pages."""
    for folder in (Path(tempfile.gettempdir()), Path(settings.BASE_DIR) / "var"):
        for path in _files(folder):
            try:
                status = path.stat()
                if status.st_mtime >= moment and status.st_size <= _LARGEST_FILE:
                    yield str(path), path.read_bytes()
            except OSError:
                continue  # somebody else's, or gone meanwhile


def _files(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder, onerror=None):
        folders[:] = [name for name in folders if name not in _CLUSTER]
        yield from (Path(top) / name for name in names if (Path(top) / name).is_file())
