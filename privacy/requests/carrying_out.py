"""How each right is carried out: the module that knows it registers a function here.

    @carries_out(Right.ERASURE)
    def erase(request: PrivacyRequest) -> Carried:
        ...

The function runs from a job in the transaction that also moves the request on, after the decision. It reads
the decisions from the request (`privacy.requests.decisions.decided`), finds its rows by `request.locators`
or the address, and may run again after a crash. One that cannot finish within that transaction answers
`None` and later calls `privacy.requests.cases.carried_out` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from privacy.models import PrivacyRequest
from privacy.requests.sealed import AnyRequest


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of it, for the letter. Holds names of recipients and dates, nothing else about the person.

    `pending` means that recipients still owe us their acknowledgement: the person is answered all the same,
    and the case stays until they have given it.
    """

    recipients: tuple[str, ...] = ()
    pending: bool = False
    backups_until: date | None = None
    #: Where the person collects their copy; a page that asks who they are.
    collect_at: str = ""
    nothing_held: bool = False


CarryOut = Callable[[AnyRequest], Carried | None]

_known: dict[tuple[str, str], CarryOut] = {}

LEADS, ACCOUNTS = "leads", "accounts"


TurnedDown = Callable[[AnyRequest], None]

_turned_down: dict[tuple[str, str], TurnedDown] = {}


def when_turned_down(*rights: str, of: str = LEADS) -> Callable[[TurnedDown], TurnedDown]:
    """Register what follows where all of a request is refused: what was done meanwhile is undone."""

    def register(undo: TurnedDown) -> TurnedDown:
        _turned_down.update({(of, str(right)): undo for right in rights})
        return undo

    return register


def turned_down(request: AnyRequest) -> None:
    """Undo what was done while a request was weighed, within the transaction that refuses it."""
    of = LEADS if isinstance(request, PrivacyRequest) else ACCOUNTS
    undo = _turned_down.get((of, str(request.right)))
    if undo is not None:
        undo(request)


class NobodyCarriesOut(LookupError):
    """No module has registered itself for this right."""


def carries_out(*rights: str, of: str = LEADS) -> Callable[[CarryOut], CarryOut]:
    """Register the function that carries out rights, of `LEADS` (PrivacyRequest) or `ACCOUNTS`."""

    def register(carry_out: CarryOut) -> CarryOut:
        for right in rights:
            known = _known.get((of, str(right)))
            if known is not None and known.__qualname__ != carry_out.__qualname__:
                raise ValueError(f"Two functions want to carry out {right} of {of}.")
            _known[of, str(right)] = carry_out
        return carry_out

    return register


def is_known(right: str, *, of: str = LEADS) -> bool:
    return (of, str(right)) in _known


def find(right: str, *, of: str = LEADS) -> CarryOut:
    """Raises NobodyCarriesOut."""
    try:
        return _known[of, str(right)]
    except KeyError:
        raise NobodyCarriesOut(f"{right} of {of}") from None
