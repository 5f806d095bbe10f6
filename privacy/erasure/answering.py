"""Between a request and its erasure: what was decided becomes an order, and the deed becomes the answer.

The answer is written in the transaction that destroys, so nobody is told of what did not happen.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit.processors import name_of
from privacy import holds, registry
from privacy.declarations import Subject
from privacy.erasure import collecting, propagation
from privacy.erasure.keeping import Keeping
from privacy.erasure.reach import with_hash
from privacy.models import AccountErasure, AccountRequest, LeadErasure, PrivacyRequest, Stage
from privacy.requests import cases
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import EVERYTHING, Outcome, decided
from privacy.requests.sealed import AnyRequest, open_part, seal_part, wish_of

Order = LeadErasure | AccountErasure


def leads_of(request: PrivacyRequest) -> list[UUID]:
    """The leads that a request is about: those it names, else all of its person's address.

    Kept in the request once found, so that a second try after the first erased finds them too.
    """
    located = open_part(request, "locators").get("roots")
    if located:
        return [UUID(key) for key in located]
    if request.person_index is None:
        return []
    held = with_hash(registry.root_of(Subject.LEAD), bytes(request.person_index))
    named = wish_of(request).get("roots")
    return [key for key in held if str(key) in named] if named else held


def remember_leads(request: PrivacyRequest, keys: list[UUID]) -> None:
    seal_part(request, "locators", {"roots": [str(key) for key in keys]})
    request.save(update_fields=["locators"])


def keeping_of(request: AnyRequest) -> Keeping:
    """The kinds of data that were decided to stay."""
    return {
        each.group: (each.ground, each.until)
        for each in decided(request.decisions)
        if each.outcome == Outcome.KEPT
    }


def answer(erasure: Order) -> None:
    """Tell the person what was done, where a request of theirs waits for it."""
    request = _request_of(erasure)
    if request is not None and request.stage == Stage.IN_PROGRESS:
        if held := held_back(erasure):
            _say_what_is_held(request, everything=len(held) == len(erasure.root_ids))
        cases.carried_out(request, carried(erasure))


def held_back(erasure: Order) -> list[str]:
    """The leads of an order that a legal hold has kept."""
    root = registry.root_of(Subject.LEAD).label
    if not isinstance(erasure, LeadErasure):
        return []
    return [key for key in erasure.root_ids if holds.held(root, UUID(key))]


def _say_what_is_held(request: AnyRequest, *, everything: bool) -> None:
    """What a hold keeps was not erased, whatever was decided: the answer and the outcome say so."""
    kept = {"group": EVERYTHING if everything else "lead", "outcome": str(Outcome.KEPT), "ground": "17(3)(e)"}
    request.decisions = ([] if everything else request.decisions) + [kept | {"until": ""}]
    request.save(update_fields=["decisions"])


def begin_anew(erasure: Order) -> None:
    """What would go has changed since: carry the decision out on the plan as it is now."""
    request = _request_of(erasure)
    if request is not None and request.stage == Stage.IN_PROGRESS:
        cases.enqueue_carrying_out(request)


def carried(erasure: Order) -> Carried:
    erased_on = timezone.localdate(erasure.erased_at)
    return Carried(
        recipients=tuple(recipient_names(erasure)),
        pending=bool(propagation.outstanding(erasure)),
        backups_until=erased_on + timedelta(days=settings.BACKUP_KEPT_DAYS),
        collect_at=collecting.link_to(erasure),
    )


def recipient_names(erasure: Order) -> list[str]:
    """Recipients as a letter names them: a processor by its name, the others by their kind."""
    found = {
        name_of(notice.recipient_id) or getattr(notice, "recipient_kind", propagation.KIND)
        for notice in propagation.notices_of(erasure)
    }
    return sorted(found)


def end(erasure: Order) -> None:
    """Close the request once every recipient has answered."""
    request = _request_of(erasure)
    if request is not None and request.stage == Stage.AWAITING_RECIPIENTS:
        cases.close(request)


def _request_of(erasure: Order) -> AnyRequest | None:
    model = PrivacyRequest if isinstance(erasure, LeadErasure) else AccountRequest
    return model.objects.filter(pk=erasure.case_id).first()
