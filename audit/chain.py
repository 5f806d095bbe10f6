"""The chain over the evidence: who seals it, and whether it still holds.

Events are written without a link, so writers never wait for one another. One sealer at a time, per
organisation and for the platform, links what has been committed since. The platform's chain lies in the same
tables under the platform's own identifier.

An event that appears later with a time from before the last sealing is not sealed: nothing of ours takes so
long to commit, so somebody has put it there. It stays without a link, and verification finds it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.apps import apps
from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit import signing, verifier
from audit.events import record_platform
from audit.models import Act, Event, Head, Link, PlatformEvent, Verification
from audit.verifier import Problem, Walk
from delivery.models import DeadLetter
from tenancy.context import tenant
from tenancy.ids import uuid7_at
from tenancy.keys import PLATFORM

#: Longer than any transaction of ours may take.
LATE = timedelta(hours=1)
BATCH = 500
#: A link outlives its event a little, so that the beginning is never cut before the day it may be.
MARGIN = timedelta(days=2)
HEAD_MARGIN = timedelta(days=60)

Evidence = Event | PlatformEvent
log = structlog.get_logger(__name__)


def chains() -> Iterator[UUID]:
    """The platform's chain and each organisation's, by their label: ground imports nothing above it."""
    yield PLATFORM
    organisation = apps.get_model("organisations.Organisation")
    yield from organisation.objects.order_by("pk").values_list("pk", flat=True).iterator()


# --- What is hashed ---------------------------------------------------------------------------


def as_hashed(event: Act | PlatformEvent) -> dict[str, Any]:
    """An event in the form of which the hash is taken: everything but the date on which it may go."""
    if isinstance(event, Act):
        actor, kind, thing = event.actor_id, event.kind, event.object_id
    else:
        actor, kind, thing = event.user_id, "", None
    return {
        "id": str(event.pk),
        "organisation": _text(event.organisation_id),
        "action": event.action,
        "actor": _text(actor),
        "kind": kind,
        "object": _text(thing),
        "detail": event.detail,
        "at": verifier.moment(event.occurred_at),
    }


def _text(value: UUID | None) -> str:
    return str(value) if value else ""


def _until(value: datetime | None) -> str:
    return verifier.moment(value) if value else ""


# --- Sealing ----------------------------------------------------------------------------------


def seal_all() -> int:
    """Link what waits, chain by chain; answers how many events were linked."""
    return sum(seal(chain) for chain in chains())


def seal(chain: UUID) -> int:
    """Link what has been recorded since; nothing while somebody else does."""
    sealed = 0
    while made := _seal_some(chain):
        sealed += made
        if made < BATCH:
            break
    return sealed


def _seal_some(chain: UUID) -> int:
    with tenant(chain):
        if not _alone(chain):
            return 0
        last = Link.objects.order_by("-seq").first()
        links = list(_linked(chain, last, _waiting(chain, last)[:BATCH]))
        Link.objects.bulk_create(links)
    return len(links)


def _alone(chain: UUID) -> bool:
    """Until the end of the transaction. Nobody who records asks for this lock."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('audit.seal'), hashtext(%s))", [str(chain)])
        return bool(cursor.fetchone()[0])


def _events(chain: UUID) -> QuerySet[Any]:
    return PlatformEvent.objects.all() if chain == PLATFORM else Event.objects.all()


def without_link(chain: UUID) -> QuerySet[Any]:
    return _events(chain).filter(~Exists(Link.objects.filter(event_id=OuterRef("pk"))))


def _waiting(chain: UUID, last: Link | None) -> QuerySet[Any]:
    """What is to be linked next, in the order in which it happened."""
    waiting = without_link(chain).order_by("pk")
    if last is None:
        return waiting
    since = last.sealed_at - LATE
    return waiting.filter(pk__gt=uuid7_at(since), occurred_at__gt=since)


def _linked(chain: UUID, last: Link | None, events: Iterable[Evidence]) -> Iterator[Link]:
    seq, prev = (last.seq, bytes(last.hash)) if last else (0, verifier.genesis(str(chain)))
    purge_after = last.purge_after if last else None
    now = timezone.now()
    for event in events:
        seq += 1
        hashed, until = verifier.event_hash(as_hashed(event)), event.purge_after
        made = verifier.link_hash(str(chain), seq, prev, str(event.pk), hashed, _until(until))
        # Never before the link in front of it: what is swept is always the beginning of the chain.
        purge_after = max(purge_after, until + MARGIN) if purge_after and until else until and until + MARGIN
        yield Link(
            seq=seq,
            event_id=event.pk,
            event_hash=hashed,
            prev=prev,
            hash=made,
            kept_until=until,
            sealed_at=now,
            purge_after=purge_after,
        )
        prev = made


def sign_head(chain: UUID) -> Head | None:
    """Sign where the chain stands, unless that was signed before."""
    with tenant(chain):
        last = Link.objects.order_by("-seq").first()
        if last is None or Head.objects.filter(seq=last.seq).exists():
            return None
        now = timezone.now()
        # In the log, out of reach of the owner of the database: a chain made anew has other hashes.
        log.info("record_signed", chain=str(chain), seq=last.seq, hash=bytes(last.hash).hex())
        message = verifier.head_message(
            str(chain), last.seq, bytes(last.hash), _until(last.kept_until), verifier.moment(now)
        )
        return Head.objects.create(
            seq=last.seq,
            hash=last.hash,
            kept_until=last.kept_until,
            signed_at=now,
            signature=signing.sign(message),
            purge_after=last.purge_after and last.purge_after + HEAD_MARGIN,
        )


# --- Verifying --------------------------------------------------------------------------------


def verify_all() -> list[Verification]:
    """Seal, sign and check every chain; what is broken is told loudly."""
    return [look_after(chain) for chain in chains()]


def look_after(chain: UUID) -> Verification:
    seal(chain)
    problem, links = verify(chain)
    if problem is None:  # what does not hold never gets a signature that says it did
        sign_head(chain)
    return _keep(chain, problem, links)


def verify(chain: UUID) -> tuple[Problem | None, int]:
    """The first thing that is wrong with a chain, and how many links it has. Writes nothing."""
    walk = Walk(str(chain), timezone.now())
    for page in pages(chain):
        for link in page:
            walk.step(link)
    with tenant(chain):
        heads = [as_head(head) for head in Head.objects.order_by("seq")]
        stranger = _has_stranger(chain)
    problem = walk.finish(heads, signing.public_key())
    return problem or (Problem("event_not_linked") if stranger else None), walk.links


def _has_stranger(chain: UUID) -> bool:
    """Whether an event without a link is there that no sealer would take."""
    waiting = _waiting(chain, Link.objects.order_by("-seq").first())
    return without_link(chain).exclude(pk__in=waiting.order_by().values("pk")).exists()


def pages(chain: UUID) -> Iterator[list[verifier.Link]]:
    """The chain from its first remaining link, each page in a transaction of its own."""
    after = 0
    while True:
        with tenant(chain):
            links = list(Link.objects.filter(seq__gt=after).order_by("seq")[:BATCH])
            events = _events(chain).in_bulk([link.event_id for link in links])
        if not links:
            return
        yield [_as_link(link, events.get(link.event_id)) for link in links]
        after = links[-1].seq


def _as_link(link: Link, event: Evidence | None) -> verifier.Link:
    return verifier.Link(
        link.seq,
        str(link.event_id),
        bytes(link.event_hash),
        bytes(link.prev),
        bytes(link.hash),
        _until(link.kept_until),
        as_hashed(event) if event else None,
    )


def as_head(head: Head) -> verifier.Head:
    return verifier.Head(
        head.seq,
        bytes(head.hash),
        _until(head.kept_until),
        verifier.moment(head.signed_at),
        bytes(head.signature),
    )


def _keep(chain: UUID, problem: Problem | None, links: int) -> Verification:
    known = Verification.objects.filter(chain_id=chain).first()
    if problem and (known is None or known.problem != problem.code):
        _alarm(chain, problem)
    told = {"problem": problem.code if problem else "", "seq": problem.seq if problem else 0}
    kept, _made = Verification.objects.update_or_create(
        chain_id=chain, defaults={**told, "links": links, "checked_at": timezone.now()}
    )
    return kept


def _alarm(chain: UUID, problem: Problem) -> None:
    """Once when it breaks: among the dead letters, in the log, and in the platform's own evidence."""
    log.error("record_broken", chain=str(chain), problem=problem.code, seq=problem.seq)
    organisation_id = None if chain == PLATFORM else chain
    DeadLetter.objects.create(
        task="audit.verify",
        organisation_id=organisation_id,
        ids={"chain": str(chain), "seq": str(problem.seq)},
        error=problem.code,
        attempts=1,
        created_at=timezone.now(),
    )
    record_platform(
        "record.found_broken",
        organisation_id=organisation_id,
        detail={"problem": problem.code, "seq": problem.seq},
        evidence=True,
    )


def is_broken() -> bool:
    """Whether the last look at any chain found something wrong."""
    return Verification.objects.exclude(problem="").exists()
