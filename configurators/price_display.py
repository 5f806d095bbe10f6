"""How visitors are told what it costs."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

KINDS = ("exact", "none")


@dataclass(frozen=True, slots=True)
class PriceDisplay:
    """`exact`: line by line, while somebody chooses. `none`: never."""

    kind: str

    @classmethod
    def from_json(cls, stored: Json | str) -> "PriceDisplay":
        """What was compiled under the first schema keeps a word."""
        return cls(stored) if isinstance(stored, str) else cls(stored["kind"])
