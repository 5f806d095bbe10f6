"""A file outside the database, sealed under the organisation's key frame by frame.

A frame is a length of four bytes and a sealed text. Who keeps the file knows how many frames and bytes of it
count: what a killed worker wrote beyond that is cut off by the next one.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from tenancy.encryption import seal, unseal

_LENGTH = 4


class FileMissing(Exception):
    """The file is not there, or shorter than what counts of it."""


def append(path: Path, text: str, *, owner: UUID, place: str, number: int, size: int) -> int:
    """Write frame ``number`` after the first ``size`` bytes, synced; answers how many count then."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal(owner, text, place=f"{place}:{number}")
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        file.flush()
        os.fsync(file.fileno())
    return size + _LENGTH + len(sealed)


def frames(path: Path, *, owner: UUID, place: str, count: int, size: int) -> Iterator[str]:
    """The frames that count, opened one at a time. Raises FileMissing before the first one."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise FileMissing from None
    with file:
        if os.fstat(file.fileno()).st_size < size:
            raise FileMissing
        for number in range(count):
            sealed = file.read(int.from_bytes(file.read(_LENGTH), "big"))
            yield unseal(owner, sealed, place=f"{place}:{number}")
