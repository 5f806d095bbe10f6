"""How visitors are told what it costs, before they send their request and after."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from configurators.formula.arithmetic import add, multiple_below

Json = dict[str, Any]

#: By kind: what it is said with.
KINDS: dict[str, tuple[str, ...]] = {
    "exact": (),
    "range": ("step",),
    "from": ("step",),
    "after": (),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class PriceDisplay:
    """`exact`: line by line, while somebody chooses. `range`, `from`: about how much.

    `after`: exactly, with the confirmation. `none`: never.
    """

    kind: str
    #: What `range` and `from` are rounded to; None for the others.
    step: Decimal | None = None

    @classmethod
    def from_json(cls, stored: Json | str) -> "PriceDisplay":
        """What was compiled under the first schema keeps a word."""
        if isinstance(stored, str):
            return cls(stored)
        step = stored.get("step")
        return cls(stored["kind"], None if step is None else Decimal(step))

    @property
    def is_exact(self) -> bool:
        return self.kind == "exact"

    @property
    def is_rounded(self) -> bool:
        return self.step is not None

    @property
    def is_told(self) -> bool:
        """Whether who has sent a request may know to the cent what it costs."""
        return self.kind in ("exact", "after")

    def around(self, gross: Decimal) -> tuple[Decimal, Decimal | None]:
        """The multiple of the step that a price has reached, and for a range the next one."""
        assert self.step is not None
        low = multiple_below(gross, self.step)
        return low, add(low, self.step) if self.kind == "range" else None
