"""What the desk of a privacy officer shows: the queue by deadline, and one request with its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.models import Event, PlatformEvent
from privacy.models.requests import ENDS, IdentityMethod, PrivacyRequest, Right, Stage
from privacy.requests import clocks
from privacy.requests.evidence import KIND
from privacy.requests.sealed import AnyRequest, Person, person_of
from privacy.requests.whose_desk import Desk

LONGEST_QUEUE = 200
PRESSING_DAYS, SOON_DAYS = 3, 10

SHOWS = ("open", "late", "waiting", "ended")


@dataclass(frozen=True, slots=True)
class Row:
    """One request in the queue: who, what, and how much of its time is gone."""

    request: AnyRequest
    person: Person
    left: int
    days: int
    tone: str
    tag: str
    url: str

    @property
    def name(self) -> str:
        return self.person.name or self.person.email or self.request.reference


@dataclass(frozen=True, slots=True)
class Counts:
    late: int
    this_week: int
    later: int


@dataclass(frozen=True, slots=True)
class Handled:
    """How this year's requests went."""

    year: int
    all: int
    in_time: int
    half_within: int


@dataclass(frozen=True, slots=True)
class TimelineStep:
    event: Any
    words: str
    actor: str


def queue(desk: Desk, *, show: str = "open", right: str = "") -> list[Row]:
    """The requests of one desk, what presses most first."""
    rows = _shown(desk.model, show)
    if right:
        rows = rows.filter(right=right)
    today = timezone.localdate()
    return [row_of(request, today, desk) for request in rows[:LONGEST_QUEUE]]


def _shown(model: type[AnyRequest], show: str) -> QuerySet[Any]:
    if show == "late":
        return model.objects.overdue(timezone.localdate())
    if show == "waiting":
        return model.objects.filter(stage=Stage.AWAITING_RECIPIENTS).order_by("answered_at", "id")
    if show == "ended":
        return model.objects.filter(stage__in=ENDS).order_by("-closed_at", "-id")
    return model.objects.unanswered()


def row_of(request: AnyRequest, today: date, desk: Desk) -> Row:
    left = clocks.days_left(request, today)
    tone, tag = _tag(request, left)
    days = (request.target_on - timezone.localdate(request.received_at)).days
    url = desk.url("request", pk=request.pk)
    return Row(request, person_of(request), max(left, 0), max(days, 1), tone, tag, url)


def _tag(request: AnyRequest, left: int) -> tuple[str, str]:
    if request.stage in ENDS or request.answered_at:
        return "slate", str(request.get_stage_display())
    if request.suspended_at:
        return "slate", _("stands still")
    if left < 0:
        return "solid", ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    tone = "ember" if left <= PRESSING_DAYS else "sun" if left <= SOON_DAYS else "pine"
    return tone, ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left} if left else _("today")


def counts(model: type[AnyRequest]) -> Counts:
    """How many are late, due within a week, and due later."""
    today = timezone.localdate()
    waiting = model.objects.unanswered()
    late = model.objects.overdue(today).count()
    week = waiting.filter(target_on__gte=today, target_on__lte=today + timedelta(days=7)).count()
    return Counts(late, week, waiting.count() - late - week)


def handled(model: type[AnyRequest]) -> Handled:
    """The requests answered this year."""
    year = timezone.localdate().year
    done = model.objects.filter(answered_at__year=year).values_list(
        "received_at", "answered_at", "statutory_on", "extended_until"
    )
    took, in_time = [], 0
    for received, answered, statutory, extended in done:
        assert answered is not None
        took.append((answered - received).days)
        in_time += timezone.localdate(answered) <= (extended or statutory)
    return Handled(year, len(took), in_time, round(median(took)) if took else 0)


def filters(desk: Desk, show: str, right: str) -> list[dict[str, Any]]:
    """The ways to look at the queue, each with its address."""
    labels = {
        "open": _("To answer"),
        "late": _("Late"),
        "waiting": _("Waiting for recipients"),
        "ended": _("Ended"),
    }
    keep = {"right": right} if right else {}
    return [
        {
            "label": labels[key],
            "url": f"{desk.url('desk')}?{urlencode({'show': key} | keep)}",
            "current": key == show,
        }
        for key in SHOWS
    ]


ARTICLES: dict[str, str] = {
    Right.ACCESS: "15",
    Right.RECTIFICATION: "16",
    Right.ERASURE: "17",
    Right.RESTRICTION: "18",
    Right.PORTABILITY: "20",
    Right.OBJECTION: "21",
    Right.WITHDRAWAL: "7(3)",
}


def heading(request: AnyRequest, name: str) -> str:
    """ "Hanneke Bos wants to be erased"."""
    sentences = {
        Right.ACCESS: _("%(name)s wants to see what you hold"),
        Right.RECTIFICATION: _("%(name)s wants a correction"),
        Right.ERASURE: _("%(name)s wants to be erased"),
        Right.RESTRICTION: _("%(name)s wants their data stored and not used"),
        Right.PORTABILITY: _("%(name)s wants to take their data along"),
        Right.OBJECTION: _("%(name)s objects"),
        Right.WITHDRAWAL: _("%(name)s withdraws consent"),
    }
    return sentences[Right(request.right)] % {"name": name}


def progress(request: AnyRequest) -> int:
    """Which of the five steps is current: identity, search, decide, carry out, letter."""
    if request.answered_at or request.stage in ENDS:
        return 6
    if request.stage == Stage.AWAITING_IDENTITY:
        return 1
    return 4 if request.stage == Stage.IN_PROGRESS else 3


def progress_labels() -> list[str]:
    return [_("Identity"), _("Searched"), _("Decide"), _("Carry out"), _("Letter")]


def timeline(request: AnyRequest) -> list[TimelineStep]:
    """What happened to a request, latest first, with the names of colleagues who are still there."""
    events = _events(request)
    actors = {actor for _event, actor in events if actor}
    names = {str(key): name for key, name in User.objects.filter(pk__in=actors).values_list("pk", "name")}
    return [TimelineStep(event, _words(event), names.get(actor, "")) for event, actor in events]


def _events(request: AnyRequest) -> list[tuple[Any, str]]:
    """Each event with the key of who did it."""
    if isinstance(request, PrivacyRequest):
        own = Event.objects.about(KIND, request.pk).newest()[:100]
        return [(event, str(event.actor_id or "")) for event in own]
    found = PlatformEvent.objects.filter(
        action__startswith="request.", detail__reference=request.reference
    ).newest()[:100]
    return [(event, str(event.detail.get("actor", ""))) for event in found]


def _words(event: Any) -> str:
    known = {
        "received": _("Received"),
        "identity_asked": _("Proof of identity asked for"),
        "identity_proved": _("Identity shown"),
        "reclassified": _("Understood as another right"),
        "extended": _("Extended, and the person told"),
        "decided": _("Decided"),
        "answered": _("Answer sent"),
        "reminded": _("Reminder sent"),
    }
    name = event.action.removeprefix("request.")
    words = known.get(name) or str(Stage(name).label) if name in known or name in Stage.values else name
    method = event.detail.get("method")
    return f"{words}: {IdentityMethod(method).label}" if method in IdentityMethod.values else words


def earlier_of(request: AnyRequest) -> QuerySet[Any]:
    """Earlier requests of the same person that are still under way: this one may be a duplicate."""
    if request.person_index is None:
        return type(request).objects.none()
    return (
        type(request)
        .objects.under_way()
        .filter(person_index=bytes(request.person_index), received_at__lte=request.received_at)
        .exclude(pk=request.pk)
        .order_by("received_at")
    )
