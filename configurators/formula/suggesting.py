"""What somebody may have meant by a name that does not exist."""

import difflib
from collections.abc import Iterable

#: Comparing a name with all others takes long; after so many there is enough to mend.
_MOST = 30


class Suggestions:
    """For the formulas of one definition together; a name that is missed often is compared once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[str, ...]], str | None] = {}

    def nearest(self, name: str, names: Iterable[str]) -> str | None:
        asked = (name[:60], tuple(names))
        if asked not in self._made:
            if len(self._made) >= _MOST:
                return None
            self._made[asked] = next(iter(difflib.get_close_matches(asked[0], asked[1], n=1)), None)
        return self._made[asked]
