"""What a proof says, as it is shown and kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
#: A question and its option; of a question that is never shown the option is ''.
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest or highest price and a configuration that has it.

    `endless` are the questions without a limit of their own, whose largest number that can be typed it takes.
    """

    net: Decimal
    gross: Decimal
    inputs: Json
    proved: bool
    endless: tuple[str, ...] = ()

    def to_json(self) -> Json:
        return asdict(self) | {"net": str(self.net), "gross": str(self.gross), "endless": list(self.endless)}

    @classmethod
    def from_json(cls, stored: Json) -> Extreme:
        amounts = {name: Decimal(stored[name]) for name in ("net", "gross")}
        return cls(**stored | amounts | {"endless": tuple(stored["endless"])})


@dataclass(frozen=True, slots=True)
class Clash:
    """What leaves no configuration: rules and questions of which each is needed for it.

    Each is ("rule", key), ("required", group) or ("available", group). `group` is the question that cannot be
    answered where all others can; '' where nothing can be ordered at all. Without rules it is the formulas
    that are an error whatever is chosen.
    """

    rules: tuple[tuple[str, str], ...]
    group: str = ""

    def to_json(self) -> Json:
        return {"rules": [list(rule) for rule in self.rules], "group": self.group}

    @classmethod
    def from_json(cls, stored: Json) -> Clash:
        return cls(tuple((kind, name) for kind, name in stored["rules"]), stored["group"])


@dataclass(frozen=True, slots=True)
class Proof:
    """`complete`: everything was looked at to the end. `looked`: how many configurations were priced.

    `unreachable` holds what was proved so; what the time did not suffice for is counted as `unsure`.
    """

    clashes: tuple[Clash, ...]
    lowest: Extreme | None
    highest: Extreme | None
    unreachable: tuple[Choice, ...]
    unsure: int
    complete: bool
    looked: int
    seconds: float

    def to_json(self) -> Json:
        return {
            "clashes": [clash.to_json() for clash in self.clashes],
            "lowest": self.lowest.to_json() if self.lowest else None,
            "highest": self.highest.to_json() if self.highest else None,
            "unreachable": [list(choice) for choice in self.unreachable],
            "unsure": self.unsure,
            "complete": self.complete,
            "looked": self.looked,
            "seconds": str(self.seconds),
        }

    @classmethod
    def from_json(cls, stored: Json) -> Proof:
        lowest, highest = (
            Extreme.from_json(end) if end else None for end in (stored["lowest"], stored["highest"])
        )
        return cls(
            clashes=tuple(map(Clash.from_json, stored["clashes"])),
            lowest=lowest,
            highest=highest,
            unreachable=tuple((group, option) for group, option in stored["unreachable"]),
            unsure=stored["unsure"],
            complete=stored["complete"],
            looked=stored["looked"],
            seconds=float(stored["seconds"]),
        )
