"""The course of a request, one verb for each step.

Every verb locks the row, takes a step that `privacy.models.requests.FOLLOWS` allows, and leaves an event as
evidence, in one transaction. Of a lead's data the organisation decides, as controller: a verb that decides
takes a membership of that organisation, or acts on the instruction that its settings hold; nobody of the
platform can (promise H10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import PlatformRole, User
from accounts.platform import has_role
from accounts.throttle import may_mail
from audit.models import RecipientNotice
from audit.recipients import SETTLED
from delivery.jobs import enqueue
from organisations.models import Membership, Organisation
from organisations.permissions import Permission
from privacy.models.requests import (
    FOLLOWS,
    AccountRequest,
    Channel,
    Concerns,
    DeskSettings,
    ExtensionReason,
    IdentityMethod,
    PrivacyRequest,
    Regime,
    Right,
    Stage,
)
from privacy.requests import carrying_out, clocks, letters, reminding
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import Decision, checked, decided, grant_everything
from privacy.requests.evidence import note
from privacy.requests.sealed import AnyRequest, index_of, person_of, seal_part, wish_of
from tenancy.context import current_organisation_id
from tenancy.encryption import normalise_email
from tenancy.ids import random_key, uuid7_at

#: A request whose person never proved who they are ends after so many days.
UNVERIFIED_AFTER = timedelta(days=7)
#: Acknowledgements to one address within a day: beyond this somebody else is typing it.
ACKNOWLEDGED_PER_DAY = 3

#: Carried out as soon as it is known who asks; the others wait for the organisation, or for its settings.
AT_ONCE = frozenset({Right.ACCESS, Right.PORTABILITY, Right.WITHDRAWAL})

Any_ = TypeVar("Any_", bound=AnyRequest)


class IllegalStep(Exception):
    """The request cannot go from where it stands to there."""

    def __init__(self, request: AnyRequest, to: str) -> None:
        super().__init__(f"A request that is {request.stage or 'new'} does not become {to}.")
        self.to = to


class IdentityNotProven(IllegalStep):
    """Nothing is decided or given before it is known who asks (promise H36)."""


class NotTheController(PermissionError):
    """Who decides is not a privacy officer of the controller (promise H10)."""


class CannotExtend(Exception):
    """A second extension, one without a reason, or one after the first month."""


class NoticeNotGiven(CannotExtend):
    """The person cannot be told by mail, and nobody said that they were told otherwise."""


class RecipientsOutstanding(Exception):
    """A recipient has not yet said what became of the data it had."""


# --- Coming in -----------------------------------------------------------------------------------------


@transaction.atomic
def receive(
    *,
    right: str,
    channel: str,
    language: str,
    country: str = "",
    name: str = "",
    email: str = "",
    contact: str = "",
    wish: str | Mapping[str, Any] = "",
    regime: str = Regime.GDPR,
    received_at: datetime | None = None,
    about_minor: bool = False,
    routed_from: UUID | None = None,
    proven: str = "",
    reference: str = "",
    by: Membership | None = None,
) -> PrivacyRequest:
    """Take in a request to the current organisation, start its clock and acknowledge it.

    The clock runs from receipt, whether or not it is known who asks. ``proven`` names the method where that
    was shown before (IdentityMethod). The acknowledgement says the same whether anything is held or not.
    """
    request = PrivacyRequest(
        reference=reference,
        right=right,
        about_minor=about_minor,
        channel=channel,
        regime=regime,
        country=country or Organisation.objects.get(pk=current_organisation_id()).country,
        language=language,
        received_at=received_at or timezone.now(),
        routed_from=routed_from,
    )
    return _received(request, _person(name, email, contact), wish, proven, by=by.user_id if by else None)


@transaction.atomic
def receive_for_account(
    *,
    right: str,
    channel: str,
    language: str,
    country: str,
    name: str = "",
    email: str = "",
    contact: str = "",
    wish: str | Mapping[str, Any] = "",
    regime: str = Regime.GDPR,
    received_at: datetime | None = None,
    about_minor: bool = False,
    user: User | None = None,
    concerns: str = Concerns.ACCOUNT,
    proven: str = "",
    reference: str = "",
    by: User | None = None,
) -> AccountRequest:
    """Take in a request to the platform: about an account, or about leads, which is then passed on."""
    request = AccountRequest(
        reference=reference,
        right=right,
        about_minor=about_minor,
        channel=channel,
        regime=regime,
        country=country,
        language=language,
        received_at=received_at or timezone.now(),
        user_id=user.pk if user else None,
        concerns=concerns,
    )
    return _received(request, _person(name, email, contact), wish, proven, by=by.pk if by else None)


def _received(
    request: Any_, person: dict[str, str], wish: str | Mapping[str, Any], proven: str, *, by: UUID | None
) -> Any_:
    if request.about_minor and request.right != Right.ERASURE:
        raise ValueError("A report about a minor asks for erasure.")
    request.reference = request.reference or random_key(8).upper()
    seal_part(request, "person", person)
    seal_part(request, "wish", {"text": wish} if wish and isinstance(wish, str) else dict(wish or {}))
    request.person_index = index_of(request, person.get("email", ""))
    request.stage = Stage.OPEN if proven else Stage.AWAITING_IDENTITY
    if proven:
        request.identity_method, request.identity_at = IdentityMethod(proven), timezone.now()
    clocks.set_clock(request)
    request.save(force_insert=True)
    note(request, "received", by=by, right=str(request.right), channel=str(request.channel))
    if _may_acknowledge(request):
        letters.send_received(request)
    if proven:
        _opened(request)
    return request


def _person(name: str, email: str, contact: str) -> dict[str, str]:
    """Letters go to the very address by which the person is found, never to another spelling of it."""
    given = {"name": name.strip(), "email": normalise_email(email), "contact": contact.strip()}
    return {key: value for key, value in given.items() if value}


def _may_acknowledge(request: AnyRequest) -> bool:
    """Counted from when a request was stored: when it was sent is only what a mail says of itself.

    Who has not shown who they are shares the mails that any stranger may cause, everywhere together.
    """
    if request.person_index is None:
        return False
    since = uuid7_at(timezone.now() - timedelta(days=1))
    mine = type(request).objects.filter(person_index=request.person_index, pk__gte=since)
    if mine.count() > ACKNOWLEDGED_PER_DAY:
        return False
    return bool(request.identity_at) or request.channel == Channel.DESK or may_mail(person_of(request).email)


# --- Who asks ------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_identity(request: Any_, *, by: Membership | User) -> Any_:
    """Ask for proof of who asks. The clock stops only where that is done promptly, and never the CCPA's."""
    request = _locked(request)
    _require_officer(request, by)
    now = timezone.now()
    request.identity_asked_at = now
    clocks.suspend(request, now)
    if request.stage == Stage.OPEN:
        request.identity_method, request.identity_at = "", None
        _step(request, Stage.AWAITING_IDENTITY)
    elif request.stage == Stage.AWAITING_IDENTITY:
        request.save()
    else:
        raise IllegalStep(request, Stage.AWAITING_IDENTITY)
    note(request, "identity_asked", by=_id_of(by), suspended=request.suspended_at is not None)
    letters.send_identity_asked(request)
    return request


@transaction.atomic
def prove_identity(
    request: Any_, *, method: str, fact: str = "", by: Membership | User | None = None
) -> Any_:
    """Note by what method it was shown who asks, never with what; the clock runs on.

    ``fact`` names what was compared ("reference", "phone"), where the method is a further known fact; an
    officer of the controller then says that it was (of a lead the platform knows none). Shown twice is once.
    """
    request = _locked(request)
    if request.stage != Stage.AWAITING_IDENTITY and request.identity_at:
        return request
    if method == IdentityMethod.FACT and not fact:
        raise ValueError("Say which fact was compared.")
    if by is not None:
        _require_controller(request, by)
    now = timezone.now()
    clocks.resume(request, now)
    request.identity_method, request.identity_at = IdentityMethod(method), now
    _step(request, Stage.OPEN)
    note(request, "identity_proved", by=_id_of(by), method=str(method), **({"fact": fact} if fact else {}))
    _opened(request)
    return request


def _opened(request: AnyRequest) -> None:
    """Lead it on: to other organisations, to who carries it out at once, or to an officer."""
    if isinstance(request, AccountRequest) and request.concerns == Concerns.LEADS:
        _enqueue(request, "privacy.route")
        return
    delay = _automatic_after(request)
    if delay is not None:
        _enqueue(request, "privacy.fulfil", due_at=timezone.now() + delay if delay else None)
    if delay != timedelta(0) and request.channel != Channel.DESK:
        reminding.announce(request)


def _enqueue(request: AnyRequest, task: str, *, due_at: datetime | None = None) -> None:
    """Leave a job of the request's own plane, once while it waits."""
    enqueue(
        task if isinstance(request, PrivacyRequest) or task == "privacy.route" else f"{task}_for_account",
        organisation_id=_organisation_of(request),
        ids={"request": str(request.pk)},
        due_at=due_at,
        dedupe_key=str(request.pk),
    )


def _automatic_after(request: AnyRequest) -> timedelta | None:
    if not carrying_out.is_known(request.right, of=_kind_of(request)):
        return None
    if isinstance(request, AccountRequest) and request.concerns == Concerns.LEADS:
        return None
    if request.right in AT_ONCE or _cannot_be_refused(request):
        return timedelta(0)
    if isinstance(request, AccountRequest):
        return None
    days = DeskSettings.objects.values_list("automatic_after_days", flat=True).first()
    return None if days is None else timedelta(days=days)


def _cannot_be_refused(request: AnyRequest) -> bool:
    """An objection to commercial mail is honoured at once (Art. 21(3) GDPR)."""
    return request.right == Right.OBJECTION and wish_of(request).get("purpose") == "marketing"


@transaction.atomic
def reclassify(request: Any_, *, right: str, by: Membership | User) -> Any_:
    """Say what a person asks for who said so in their own words; the clock is that of receipt, as before."""
    request = _locked(request)
    _require_officer(request, by)
    if request.stage not in (Stage.OPEN, Stage.AWAITING_IDENTITY):
        raise IllegalStep(request, request.stage)
    before, request.right = str(request.right), Right(right)
    request.save()
    note(request, "reclassified", by=_id_of(by), before=before, after=str(request.right))
    if request.stage == Stage.OPEN and _automatic_after(request) == timedelta(0):
        _enqueue(request, "privacy.fulfil")
    return request


# --- More time -----------------------------------------------------------------------------------------


@transaction.atomic
def extend(request: Any_, *, reason: str, by: Membership | User, told_otherwise: bool = False) -> Any_:
    """Two more months (CCPA: 45 days), once, told to the person before the first month ends (Art. 12(3)).

    ``told_otherwise`` says that somebody without an e-mail address was told in another way.
    """
    request = _locked(request)
    _require_officer(request, by)
    if reason not in ExtensionReason.values:
        raise CannotExtend("An extension has a reason: the request is complex, or there are many.")
    if request.answered_at or request.stage in (Stage.IN_PROGRESS, *_ENDED):
        raise CannotExtend("The request has been decided.")
    if request.extended_until:
        raise CannotExtend("A request is extended once.")
    now = timezone.now()
    if timezone.localdate(now) > request.statutory_on:
        raise CannotExtend("The first month has ended.")
    clocks.extend(request)
    request.extension_reason, request.extended_at = ExtensionReason(reason), now
    request.save()
    note(request, "extended", by=_id_of(by), reason=str(reason), until=str(request.extended_until))
    if letters.send_extended(request) is None and not told_otherwise:
        raise NoticeNotGiven("The person has to be told of the extension, and has no e-mail address.")
    return request


# --- Deciding ------------------------------------------------------------------------------------------


@transaction.atomic
def decide(
    request: Any_,
    *,
    decisions: Iterable[Decision | Mapping[str, Any]],
    by: Membership | User,
    remark: str = "",
) -> Any_:
    """Decide group by group; what is granted is carried out by a job, what is all refused is answered now.

    ``remark`` goes into the letter, in the officer's words. Raises BadDecision.
    """
    request = _locked(request)
    _require_controller(request, by)
    return _decided(request, decisions, by=_id_of(by), remark=remark)


@transaction.atomic
def decide_as_instructed(request: Any_) -> Any_:
    """Grant everything: a right that is fulfilled at once, or the organisation's standing instruction.

    Changes nothing where the instruction was taken back meanwhile, or an officer was first.
    """
    request = _locked(request)
    if request.stage != Stage.OPEN or _automatic_after(request) is None:
        return request
    return _decided(request, grant_everything(request.right), by=None, remark="")


def _decided(
    request: Any_, decisions: Iterable[Decision | Mapping[str, Any]], *, by: UUID | None, remark: str
) -> Any_:
    if request.stage == Stage.AWAITING_IDENTITY:
        raise IdentityNotProven(request, Stage.IN_PROGRESS)
    request.decisions = checked(request.right, decisions)
    request.decided_by, request.decided_at = by, timezone.now()
    if remark:
        seal_part(request, "remark", {"text": remark})
    _step(request, Stage.IN_PROGRESS)
    granted = sum(each.grants for each in decided(request.decisions))
    note(request, "decided", by=by, granted=granted, refused=len(request.decisions) - granted)
    if not granted:
        carrying_out.turned_down(request)
        return carried_out(request, Carried())
    if carrying_out.is_known(request.right, of=_kind_of(request)):
        enqueue_carrying_out(request)
    return request


def enqueue_carrying_out(request: AnyRequest) -> None:
    """Leave the job that does what was decided; once while it waits."""
    _enqueue(request, "privacy.carry_out")


@transaction.atomic
def carried_out(request: Any_, carried: Carried, *, by: Membership | User | None = None) -> Any_:
    """Answer the person, and close unless recipients still owe us their acknowledgement. Twice is once."""
    request = _locked(request)
    if request.answered_at:
        return request
    if request.stage != Stage.IN_PROGRESS:
        raise IllegalStep(request, Stage.FULFILLED)
    if by is not None:
        _require_controller(request, by)
    request.answered_at = timezone.now()
    letters.send_answer(request, carried)
    note(request, "answered", by=_id_of(by), recipients=len(carried.recipients))
    if carried.pending:
        _step(request, Stage.AWAITING_RECIPIENTS)
        return request
    return _closed(request, _outcome(request))


@transaction.atomic
def close(request: Any_) -> Any_:
    """End what was answered, once every recipient has acknowledged. Raises RecipientsOutstanding."""
    request = _locked(request)
    if request.stage in _ENDED:
        return request
    if request.stage != Stage.AWAITING_RECIPIENTS:
        raise IllegalStep(request, Stage.FULFILLED)
    if recipients_outstanding(request):
        raise RecipientsOutstanding
    return _closed(request, _outcome(request))


def recipients_outstanding(request: AnyRequest) -> int:
    """How many recipients have not yet said what became of the data."""
    if not isinstance(request, PrivacyRequest):
        return 0
    return RecipientNotice.objects.filter(case_id=request.pk).exclude(state__in=SETTLED).count()


def _outcome(request: AnyRequest) -> Stage:
    granted = [each.grants for each in decided(request.decisions)]
    if all(granted):
        return Stage.FULFILLED
    return Stage.PARTLY_FULFILLED if any(granted) else Stage.REFUSED


# --- Other ends ----------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(request: Any_, *, by: Membership | User | None = None) -> Any_:
    """The person no longer asks."""
    request = _locked(request)
    _closed(request, Stage.WITHDRAWN, by=_id_of(by))
    return request


@transaction.atomic
def mark_duplicate(request: Any_, *, of: AnyRequest, by: Membership | User) -> Any_:
    """The same person asked the same before; that request goes on, with its earlier clock."""
    request = _locked(request)
    _require_officer(request, by)
    if type(of) is not type(request) or of.pk == request.pk or of.received_at > request.received_at:
        raise ValueError("A duplicate is of an earlier request of the same kind.")
    return _closed(request, Stage.DUPLICATE, by=_id_of(by), of=of.reference)


@transaction.atomic
def forwarded(request: AccountRequest, *, organisations: int) -> AccountRequest:
    """It was passed on to so many organisations; with none, nothing was held and it is answered."""
    request = _locked(request)
    request.passed_on_to, request.answered_at = organisations, timezone.now()
    return _closed(request, Stage.FORWARDED if organisations else Stage.FULFILLED)


def expire_unverified(*, model: type[AnyRequest] = PrivacyRequest, now: datetime | None = None) -> int:
    """End the requests, here or at the platform, whose person never proved who they are."""
    now = now or timezone.now()
    ended = 0
    for request in model.objects.filter(stage=Stage.AWAITING_IDENTITY):
        if (request.identity_asked_at or request.received_at) + UNVERIFIED_AFTER <= now:
            _expire(request)
            ended += 1
    return ended


@transaction.atomic
def _expire(request: AnyRequest) -> None:
    request = _locked(request)
    if request.stage != Stage.AWAITING_IDENTITY:
        return
    if request.identity_asked_at:
        letters.send_unverified(request)
    _closed(request, Stage.UNVERIFIED)


# --- What all steps share ------------------------------------------------------------------------------

_ENDED = frozenset(stage for stage in Stage if stage not in FOLLOWS)


def _locked(request: Any_) -> Any_:
    """The row as it is now, locked until the transaction ends."""
    return type(request).objects.select_for_update().get(pk=request.pk)  # type: ignore[return-value]


def _step(request: AnyRequest, to: Stage) -> None:
    if to not in FOLLOWS.get(request.stage, ()):
        raise IllegalStep(request, to)
    request.stage_before, request.stage = str(request.stage), to
    request.save()


def _closed(request: Any_, end: Stage, *, by: UUID | None = None, **detail: str | int | bool) -> Any_:
    now = timezone.now()
    clocks.resume(request, now)
    request.closed_at = now
    request.identifiers_until = now + timedelta(days=settings.RETENTION_REQUEST_IDENTIFIERS_DAYS)
    request.purge_after = now + timedelta(days=settings.RETENTION_REQUEST_DAYS)
    _step(request, end)
    letters.date_mails(request)
    note(request, str(end), by=by, late=timezone.localdate(now) > request.due_on, **detail)
    return request


def _require_officer(request: AnyRequest, by: Membership | User) -> None:
    """Who handles requests to this addressee."""
    if isinstance(request, PrivacyRequest):
        if not _decides_here(request, by):
            raise NotTheController("Only a privacy officer of the organisation handles its requests.")
    elif not (isinstance(by, User) and has_role(by, PlatformRole.Role.PRIVACY_OFFICER)):
        raise NotTheController("Only the platform's privacy officer handles its requests.")


def _require_controller(request: AnyRequest, by: Membership | User) -> None:
    """Who decides: of a lead's data only the organisation that is its controller."""
    _require_officer(request, by)
    if isinstance(request, AccountRequest) and request.concerns == Concerns.LEADS:
        raise NotTheController("The platform passes a request about leads on; it does not decide on it.")


def _decides_here(request: PrivacyRequest, by: Membership | User) -> bool:
    return (
        isinstance(by, Membership)
        and by.organisation_id == request.organisation_id
        and by.may(Permission.PRIVACY_DECIDE)
    )


def _id_of(by: Membership | User | None) -> UUID | None:
    if by is None:
        return None
    return by.user_id if isinstance(by, Membership) else by.pk


def _organisation_of(request: AnyRequest) -> UUID | None:
    return request.organisation_id if isinstance(request, PrivacyRequest) else None


def _kind_of(request: AnyRequest) -> str:
    return carrying_out.LEADS if isinstance(request, PrivacyRequest) else carrying_out.ACCOUNTS
