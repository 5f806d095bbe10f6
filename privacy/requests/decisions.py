"""What may be decided about a group of fields, and on which ground it may be refused.

A request is granted or refused group by group (Art. 17(3): one invoice that must be kept is no reason to
keep an account). What is refused names the article it rests on; withdrawal of consent and an objection to
marketing cannot be refused at all (Art. 7(3), 21(3)). Every other objection is weighed, whatever terms say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text
from privacy.models.requests import Right


class Outcome(StrEnum):
    """What becomes of one group."""

    PROVIDED = "provided"
    CORRECTED = "corrected"
    ERASED = "erased"
    RESTRICTED = "restricted"
    STOPPED = "stopped"
    KEPT = "kept"
    REFUSED = "refused"


OUTCOME_LABELS: dict[Outcome, Text] = {
    Outcome.PROVIDED: _("Given"),
    Outcome.CORRECTED: _("Corrected"),
    Outcome.ERASED: _("Erased"),
    Outcome.RESTRICTED: _("Restricted"),
    Outcome.STOPPED: _("Stopped"),
    Outcome.KEPT: _("Kept"),
    Outcome.REFUSED: _("Refused"),
}

#: What an officer presses.
ACTION_LABELS: dict[Outcome, Text] = {
    Outcome.PROVIDED: _("Give"),
    Outcome.CORRECTED: _("Correct"),
    Outcome.ERASED: _("Erase"),
    Outcome.RESTRICTED: _("Restrict"),
    Outcome.STOPPED: _("Stop"),
    Outcome.KEPT: _("Keep"),
    Outcome.REFUSED: _("Refuse"),
}

#: For each right: what granting it is called, and what refusing it is.
GRANTED: dict[str, Outcome] = {
    Right.ACCESS: Outcome.PROVIDED,
    Right.PORTABILITY: Outcome.PROVIDED,
    Right.RECTIFICATION: Outcome.CORRECTED,
    Right.ERASURE: Outcome.ERASED,
    Right.RESTRICTION: Outcome.RESTRICTED,
    Right.OBJECTION: Outcome.STOPPED,
    Right.WITHDRAWAL: Outcome.STOPPED,
}
DENIED: dict[str, Outcome | None] = {
    Right.ACCESS: Outcome.REFUSED,
    Right.PORTABILITY: Outcome.REFUSED,
    Right.RECTIFICATION: Outcome.REFUSED,
    Right.ERASURE: Outcome.KEPT,
    Right.RESTRICTION: Outcome.REFUSED,
    Right.OBJECTION: Outcome.REFUSED,
    Right.WITHDRAWAL: None,
}

_UNFOUNDED: dict[str, Text] = {
    "12(5)": _("The request is manifestly unfounded or excessive (Art. 12(5) GDPR)"),
}
_OTHERS: dict[str, Text] = {"15(4)": _("It would harm the rights of somebody else (Art. 15(4) GDPR)")}
GROUNDS: dict[str, dict[str, Text]] = {
    Right.ACCESS: _OTHERS | _UNFOUNDED,
    Right.PORTABILITY: {
        "20(1)": _("It was not given by you on consent or for an agreement (Art. 20(1) GDPR)"),
        "20(4)": _("It would harm the rights of somebody else (Art. 20(4) GDPR)"),
    }
    | _UNFOUNDED,
    Right.RECTIFICATION: {
        "16": _("What is recorded is accurate (Art. 16 GDPR)"),
        "17(3)(b)": _("The law forbids changing it; your remark is kept with it"),
    }
    | _UNFOUNDED,
    Right.ERASURE: {
        "17(3)(b)": _("The law obliges us to keep it (Art. 17(3)(b) GDPR)"),
        "17(3)(e)": _("It is needed for a legal claim (Art. 17(3)(e) GDPR)"),
        "17(1)(a)": _("It is still needed for what you gave it for (Art. 17(1)(a) GDPR)"),
        "7(1)": _("It shows that you gave or withdrew consent (Art. 7(1) GDPR)"),
    }
    | _UNFOUNDED,
    Right.RESTRICTION: {"18(1)": _("None of the conditions of Art. 18(1) GDPR is met")} | _UNFOUNDED,
    Right.OBJECTION: {
        "21(1)": _("Compelling grounds outweigh your interests (Art. 21(1) GDPR)"),
        "17(3)(e)": _("It is needed for a legal claim (Art. 21(1) GDPR)"),
    }
    | _UNFOUNDED,
    Right.WITHDRAWAL: {},
}

#: Of these an objection is always honoured (Art. 21(3)).
NEVER_OVERRIDDEN = frozenset({"consent", "marketing"})
#: Stands for every group, where all are decided alike.
EVERYTHING = "*"


class BadDecision(ValueError):
    """A decision that the law or the request does not allow; names the group and what is wrong with it."""

    def __init__(self, group: str, problem: Text) -> None:
        super().__init__(f"{group}: {problem}")
        self.group = group
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one group of fields, on what ground, and until when it is kept."""

    group: str
    outcome: str
    ground: str = ""
    until: str = ""

    @property
    def grants(self) -> bool:
        return self.outcome not in (Outcome.KEPT, Outcome.REFUSED)

    @property
    def until_day(self) -> date | None:
        return date.fromisoformat(self.until) if self.until else None


def grant_everything(right: str) -> list[Decision]:
    return [Decision(EVERYTHING, str(GRANTED[right]))]


def decided(decisions: Iterable[Mapping[str, Any]]) -> list[Decision]:
    """The decisions of a request as they are stored."""
    return [Decision(**each) for each in decisions]


def checked(right: str, decisions: Iterable[Decision | Mapping[str, Any]]) -> list[dict[str, str]]:
    """Decisions ready to be stored. Raises BadDecision."""
    read = [each if isinstance(each, Decision) else Decision(**each) for each in decisions]
    if not read:
        raise BadDecision(EVERYTHING, _("Decide about every group."))
    for each in read:
        _check(right, each)
    return [asdict(each) for each in read]


def _check(right: str, decision: Decision) -> None:
    if decision.outcome == GRANTED[right]:
        return
    if decision.outcome != DENIED[right]:
        raise BadDecision(decision.group, _("This cannot be the outcome of such a request."))
    if right == Right.OBJECTION and decision.group in NEVER_OVERRIDDEN:
        raise BadDecision(decision.group, _("An objection to marketing is always honoured (Art. 21(3))."))
    if decision.ground not in GROUNDS[right]:
        raise BadDecision(decision.group, _("Choose the ground on which it is refused."))
    _check_day(decision)


def _check_day(decision: Decision) -> None:
    try:
        _day = decision.until_day
    except ValueError:
        raise BadDecision(decision.group, _("Enter a date.")) from None
