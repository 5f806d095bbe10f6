"""What was answered lately, kept so that a flood of what nobody asks twice empties nothing."""

from collections import OrderedDict
from collections.abc import Hashable

#: Of each half, in bytes of answers.
ROOM = 32 * 1024 * 1024


class Lately:
    """Two halves: what was asked for once, and what was asked for again; the oldest of each goes first."""

    def __init__(self, *, once: int, again: int, room: int = ROOM) -> None:
        self._once, self._again = _Half(once, room), _Half(again, room)

    def __len__(self) -> int:
        return len(self._once.answers) + len(self._again.answers)

    def get(self, key: Hashable) -> bytes | None:
        found = self._again.answers.get(key)
        if found is not None:
            self._again.answers.move_to_end(key)
            return found
        found = self._once.pop(key)
        if found is not None:
            self._again.put(key, found)
        return found

    def keep(self, key: Hashable, answer: bytes) -> None:
        self._once.put(key, answer)

    def clear(self) -> None:
        self._once.clear()
        self._again.clear()


class _Half:
    """So many answers, of so many bytes together."""

    def __init__(self, most: int, room: int) -> None:
        self.answers: OrderedDict[Hashable, bytes] = OrderedDict()
        self._most, self._room, self._size = most, room, 0

    def put(self, key: Hashable, answer: bytes) -> None:
        self.pop(key)
        self.answers[key] = answer
        self._size += len(answer)
        while len(self.answers) > self._most or self._size > self._room:
            _key, oldest = self.answers.popitem(last=False)
            self._size -= len(oldest)

    def pop(self, key: Hashable) -> bytes | None:
        found = self.answers.pop(key, None)
        self._size -= len(found or b"")
        return found

    def clear(self) -> None:
        self.answers.clear()
        self._size = 0
