"""What a person sees behind the door: what each organisation holds, and what they asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events import record
from organisations.models import Organisation
from organisations.person_files import PersonFile, files_about
from privacy import registry
from privacy.declarations import Subject
from privacy.door.links import address_of, organisations_of, requests_of
from privacy.models import (
    AccountRequest,
    Channel,
    DeskSettings,
    DoorLink,
    IdentityMethod,
    PrivacyRequest,
    Right,
    Stage,
)
from privacy.models.requests import ENDS
from privacy.requests import cases
from privacy.requests.sealed import AnyRequest
from privacy.subject import finding, objecting, restricting, withdrawing
from privacy.subject.copy import Copy, copy_for_address
from tenancy.context import tenant
from tenancy.encryption import blind_index, normalise_email
from tenancy.keys import PLATFORM

#: Corrections and objections of one person that wait at a time; one more is taken for one of those.
AT_MOST = 5
#: Of so many requests, the newest, the files are offered one by one; everything stands in the ZIP.
FILES_OF_AT_MOST = 10
#: Of what came in under an address and waits, so much is named at each place.
AT_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the person made before, and by when it is answered."""

    reference: str
    right: str
    stage: str
    received_at: datetime
    answer_by: date
    statutory_on: date
    closed_at: datetime | None
    #: When it happens by itself; None where the organisation decides.
    automatic_on: date | None = None

    @classmethod
    def of(cls, request: PrivacyRequest, *, automatic_days: int | None = None) -> Asked:
        waits = automatic_days is not None and request.decided_at is None and not request.closed_at
        return cls(
            reference=request.reference,
            right=request.get_right_display(),
            stage=request.get_stage_display(),
            received_at=request.received_at,
            answer_by=request.extended_until or request.target_on,
            statutory_on=request.due_on,
            closed_at=request.closed_at,
            automatic_on=timezone.localdate(request.received_at) + timedelta(days=automatic_days or 0)
            if waits
            else None,
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """What one organisation holds about the person, in numbers."""

    organisation: Organisation
    keys: tuple[UUID, ...]
    restricted: bool
    consents: int
    asked: tuple[Asked, ...]
    #: What can be taken along of each request, by its key.
    files: tuple[tuple[UUID, PersonFile], ...] = ()

    @property
    def name(self) -> str:
        return self.organisation.controller_name or self.organisation.name


@contextmanager
def at(link: DoorLink, slug: str) -> Iterator[Organisation | None]:
    """Within one of the organisations that the link leads to; None for any other."""
    found = next((each for each in organisations_of(link) if each.slug == slug), None)
    if found is None:
        yield None
        return
    with tenant(found.pk):
        yield found


def holdings_of(link: DoorLink) -> list[Holding]:
    """A plain answer, organisation by organisation; each is entered in turn."""
    found = []
    for organisation in organisations_of(link):
        with tenant(organisation.pk):
            holding = _holding(organisation, address_of(link))
        if holding.keys or holding.asked:
            found.append(holding)
    return found


def _holding(organisation: Organisation, email: str) -> Holding:
    keys = finding.with_address(email)
    days = automatic_days()
    asked = [
        Asked.of(request, automatic_days=days if request.right not in cases.AT_ONCE else 0)
        for request in requests_of(organisation.pk, email)[:20]
    ]
    return Holding(
        organisation=organisation,
        keys=tuple(keys),
        restricted=bool(keys) and len(restricting.restricted_among(keys)) == len(keys),
        consents=withdrawing.consents_given(keys),
        asked=tuple(asked),
        files=tuple((key, file) for key in keys[-FILES_OF_AT_MOST:] for file in _files_about(key)),
    )


def _files_about(key: UUID) -> Sequence[PersonFile]:
    return files_about(registry.root_of(Subject.LEAD).label, key)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody asked under the address of the person, who has not said yet that it was they."""

    key: UUID
    at: str
    right: str
    asks: str
    received_at: datetime
    organisation_id: UUID | None


def waiting_of(link: DoorLink) -> list[Waiting]:
    """What came in by other ways and waits for its person, oldest first.

    The address on a mail is easily forged: that the person came in shows who they are, and not that they
    asked each of these. So each is named to them, and goes on when they say so.
    """
    email = address_of(link)
    index = blind_index(PLATFORM, "email", normalise_email(email))
    at_platform = AccountRequest.objects.filter(person_index=index, stage=Stage.AWAITING_IDENTITY)
    found = [_waiting(request, settings.PRIVACY_CONTACT_NAME) for request in at_platform[:AT_MOST_NAMED]]
    for organisation in organisations_of(link):
        with tenant(organisation.pk):
            waiting = requests_of(organisation.pk, email).filter(stage=Stage.AWAITING_IDENTITY)
            name = organisation.controller_name or organisation.name
            found += [_waiting(request, name) for request in waiting[:AT_MOST_NAMED]]
    return sorted(found, key=lambda each: each.received_at)


def _waiting(request: AnyRequest, at: str) -> Waiting:
    organisation_id = request.organisation_id if isinstance(request, PrivacyRequest) else None
    asks = str(request.get_right_display())
    return Waiting(request.pk, at, str(request.right), asks, request.received_at, organisation_id)


def claim(link: DoorLink, key: UUID, *, right: str, is_mine: bool) -> bool:
    """The person says of one request that waits whether it is theirs; False where there is none.

    ``right`` is what they read that it asks: one that is understood otherwise meanwhile goes on waiting.
    """
    found = next((each for each in waiting_of(link) if each.key == key), None)
    if found is None:
        return False
    if found.organisation_id is None:
        _claimed(AccountRequest, key, right=right, is_mine=is_mine)
    else:
        with tenant(found.organisation_id):
            _claimed(PrivacyRequest, key, right=right, is_mine=is_mine)
    return True


@transaction.atomic
def _claimed(model: type[AnyRequest], key: UUID, *, right: str, is_mine: bool) -> None:
    request = model.objects.select_for_update().get(pk=key)
    if request.stage != Stage.AWAITING_IDENTITY:
        return
    if not is_mine:
        cases.withdraw(request)
    elif request.right == right:
        cases.prove_identity(request, method=IdentityMethod.LINK)


def automatic_days() -> int | None:
    """After how many days the current organisation lets a request be carried out by itself."""
    return DeskSettings.objects.values_list("automatic_after_days", flat=True).first()


def copy_at(link: DoorLink, *, taken: bool) -> Copy:
    """The copy at the current organisation, with a note in its record that the person saw or took it."""
    email = address_of(link)
    keys = finding.with_address(email)
    kind = restricting.kind_of(registry.root_of(Subject.LEAD))
    for key in keys:
        if taken:
            record("subject.copied", actor_id=None, kind=kind, object_id=key, evidence=True)
        else:
            record("subject.seen", actor_id=None, kind=kind, object_id=key)
    return copy_for_address(email, keys)


def file_at(link: DoorLink, key: UUID, form: str) -> PersonFile | None:
    """A file about one of the person's own requests at the current organisation; None for any other."""
    if key not in finding.with_address(address_of(link)):
        return None
    return next((file for file in _files_about(key) if file.form == form), None)


def note_taken(key: UUID) -> None:
    """Put on record that the person took along what is held about one request."""
    kind = restricting.kind_of(registry.root_of(Subject.LEAD))
    record("subject.copied", actor_id=None, kind=kind, object_id=key, evidence=True)


def ask(link: DoorLink, organisation: Organisation, right: str, wish: dict[str, object]) -> PrivacyRequest:
    """Make a request of the person at the current organisation; the one under way, where it is the same.

    What the law gives at once is done in this very transaction: consent ends, commercial mail stops, and what
    is objected to is restricted while it is weighed.
    """
    email = address_of(link)
    request = _under_way(organisation, email, right) or cases.receive(
        right=right,
        channel=Channel.DOOR,
        language=link.language,
        email=email,
        wish=wish,
        proven=IdentityMethod.LINK,
    )
    if request.stage == Stage.AWAITING_IDENTITY:  # asked before by another way, and now by the person
        request = cases.prove_identity(request, method=IdentityMethod.LINK)
    keys = finding.with_address(email)
    if right == Right.WITHDRAWAL:
        withdrawing.withdraw_consent(keys, email=email, case_id=request.pk, by=None)
    elif right == Right.OBJECTION:
        objecting.object_to(str(wish["purpose"]), keys, email=email, case_id=request.pk, by=None)
    return request


def _under_way(organisation: Organisation, email: str, right: str) -> PrivacyRequest | None:
    """The same asked twice is one request; corrections and objections may be about several things."""
    waiting = requests_of(organisation.pk, email).exclude(stage__in=ENDS).filter(right=right)
    several = right in (Right.RECTIFICATION, Right.OBJECTION)
    return waiting.first() if not several or waiting.count() >= AT_MOST else None
