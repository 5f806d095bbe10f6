"""Files about one row of a person, made when they are asked for: the person may take them along.

The door of people without an account knows no other app. Whoever has a file to hand over registers here how
the files about a row of its table are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One file; ``form`` is how its address ends ("pdf"), ``make`` may raise ``typesetting.NotSet``."""

    form: str
    label: str
    name: str
    content_type: str
    make: Callable[[], bytes] = field(repr=False)
    #: Whether the person gave it: then it is in each copy of their data.
    theirs: bool = False


#: From the key of a row to the files about it; within the row's organisation, in the reader's language.
Maker = Callable[[UUID], Sequence[PersonFile]]
_makers: dict[str, Maker] = {}


def makes_files_of(table: str) -> Callable[[Maker], Maker]:
    """Register what makes the files about rows of a table ("leads.Lead")."""

    def register(maker: Maker) -> Maker:
        _makers[table] = maker
        return maker

    return register


def files_about(table: str, key: UUID) -> Sequence[PersonFile]:
    """The files about one row; none where nobody makes any."""
    maker = _makers.get(table)
    return maker(key) if maker else ()
