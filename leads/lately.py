"""What was answered lately, kept so that a flood of what nobody asks twice empties nothing."""

from collections import OrderedDict
from collections.abc import Hashable


class Lately:
    """Two halves: what was asked for once, and what was asked for again; the oldest of each goes first."""

    def __init__(self, *, once: int, again: int) -> None:
        self._room = once, again
        self._once: OrderedDict[Hashable, bytes] = OrderedDict()
        self._again: OrderedDict[Hashable, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._once) + len(self._again)

    def get(self, key: Hashable) -> bytes | None:
        found = self._again.get(key)
        if found is not None:
            self._again.move_to_end(key)
            return found
        found = self._once.pop(key, None)
        if found is not None:
            self._put(self._again, key, found, room=self._room[1])
        return found

    def keep(self, key: Hashable, answer: bytes) -> None:
        self._put(self._once, key, answer, room=self._room[0])

    def clear(self) -> None:
        self._once.clear()
        self._again.clear()

    @staticmethod
    def _put(half: OrderedDict[Hashable, bytes], key: Hashable, answer: bytes, *, room: int) -> None:
        half[key] = answer
        if len(half) > room:
            half.popitem(last=False)
