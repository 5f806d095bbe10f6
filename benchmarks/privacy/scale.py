"""How large a measurement is."""

from dataclasses import dataclass

ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Scale:
    """``rows`` is how many leads (or rows of a log) there are; ``rounds`` how often each side is measured."""

    rows: int = ROWS
    rounds: int = 3
    seed: int = 1

    def at_most(self, wanted: int) -> int:
        """So many, or fewer where there are not twenty times as many rows."""
        return max(10, min(wanted, self.rows // 20))

    @property
    def seconds(self) -> float:
        """How long a server is kept busy in one round."""
        return max(0.3, min(4.0, 4.0 * self.rows / ROWS))
