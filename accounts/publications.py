"""Which version of a text is in force, which was, and which will be.

What is in FIRST was in force before anything was ever announced, so it needs no row. Every later version is a
publication: when it was announced, whether it changes something that matters, and from when it counts. A
change that matters is announced at least fourteen days ahead, by mail and on every page (H51), the terms a
month, as the terms themselves say. Nobody is deemed to agree by going on.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import legal
from accounts.models import LegalPublication
from audit.events import record_platform
from delivery.jobs import enqueue

FIRST: dict[str, tuple[tuple[str, date], ...]] = {
    legal.TERMS: (("2026-11", date(2026, 11, 1)),),
    legal.PROCESSING_AGREEMENT: (("2026-11", date(2026, 11, 1)),),
    legal.PRIVACY_POLICY: (("2026-11", date(2026, 11, 1)), ("2026-11-29", date(2026, 11, 29))),
    legal.COOKIES: (("2026-11", date(2026, 11, 1)),),
}
#: What a text promises beyond the setting.
_PROMISED_DAYS = {legal.TERMS: 31}


class NotPublishable(ValueError):
    """The version cannot be put in force as asked; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a text and its place in time."""

    kind: str
    version: str
    effective_at: datetime
    material: bool = False
    notice_started_at: datetime | None = None

    @property
    def name(self) -> str:
        return str(legal.NAMES[self.kind])

    @property
    def is_in_force_or_was(self) -> bool:
        return self.effective_at <= timezone.now()

    def document(self, language: str) -> legal.Document:
        return legal.document(self.kind, language, self.version)


def editions() -> dict[str, list[Edition]]:
    """All editions of every text, those to come included, oldest first. One statement."""
    found = {kind: [Edition(kind, v, _midnight(day)) for v, day in known] for kind, known in FIRST.items()}
    for row in LegalPublication.objects.order_by("effective_at", "id"):
        if row.kind in found:
            found[row.kind].append(
                Edition(row.kind, row.version, row.effective_at, row.material, row.notice_started_at)
            )
    return found


def current(of_one_kind: list[Edition], *, at: datetime | None = None) -> Edition:
    """The edition in force among all of a text's; the first where none was yet."""
    now = at or timezone.now()
    return next((e for e in reversed(of_one_kind) if e.effective_at <= now), of_one_kind[0])


def in_force(kind: str) -> Edition:
    """The version of a text that counts now."""
    return current(editions()[kind])


def announced(all_editions: dict[str, list[Edition]]) -> list[Edition]:
    """What will change for people and has been announced: shown on their pages until it counts."""
    now = timezone.now()
    return [
        edition
        for of_one_kind in all_editions.values()
        for edition in of_one_kind
        if edition.material and edition.effective_at > now
    ]


def notice_days(kind: str) -> int:
    """How many days ahead a change that matters is announced."""
    return max(settings.LEGAL_NOTICE_DAYS, _PROMISED_DAYS.get(kind, 0))


@transaction.atomic
def publish(*, kind: str, version: str, effective_on: date, material: bool) -> LegalPublication:
    """Announce a version of a text; where it changes something that matters, the notice begins at once.

    Raises NotPublishable when a language is missing, the version is known already, it would take effect
    before an earlier one, in the past, or sooner than the notice allows.
    """
    now, effective_at = timezone.now(), _midnight(effective_on)
    _refuse_unwritten(kind, version)
    _refuse_disorder(kind, version, effective_at)
    if effective_at < (now + timedelta(days=notice_days(kind)) if material else now):
        raise NotPublishable(_refusal(kind, material=material))
    publication = LegalPublication.objects.create(
        kind=kind,
        version=version,
        sha256={code: legal.document(kind, code, version).sha256 for code in legal.LANGUAGES},
        material=material,
        published_at=now,
        notice_started_at=now if material else None,
        effective_at=effective_at,
    )
    record_platform(
        "document.published", detail={"kind": kind, "version": version, "material": material}, evidence=True
    )
    if material:
        send_notices(publication)
    return publication


def send_notices(publication: LegalPublication) -> None:
    """Leave the job that writes to everybody with an account who has not been written to."""
    enqueue(
        "accounts.announce_publication",
        organisation_id=None,
        ids={"publication": str(publication.pk)},
        dedupe_key=str(publication.pk),
    )


def _refuse_unwritten(kind: str, version: str) -> None:
    shapes = set()
    for language in legal.LANGUAGES:
        try:
            document = legal.document(kind, language, version)
        except FileNotFoundError:
            raise NotPublishable(f"There is no text {kind} {version} in {language}.") from None
        shapes.add(tuple((block.kind, len(block.lines)) for block in document.blocks))
        if missing := [part for part in document.parts if not legal.is_filled(part)]:
            raise NotPublishable(f"Nothing makes the part {missing[0]} of {kind} {version}.")
    if len(shapes) > 1:
        raise NotPublishable(f"The languages of {kind} {version} do not say the same in the same order.")


def _refuse_disorder(kind: str, version: str, effective_at: datetime) -> None:
    known = editions()[kind]
    if version in {edition.version for edition in known}:
        raise NotPublishable(f"{kind} {version} is published already.")
    if effective_at <= known[-1].effective_at:
        raise NotPublishable(f"{kind} {known[-1].version} takes effect on that day or later.")


def _refusal(kind: str, *, material: bool) -> str:
    if not material:
        return _("It cannot take effect in the past.")
    days = notice_days(kind)
    return _("A change that matters is announced at least {days} days ahead.").format(days=days)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
