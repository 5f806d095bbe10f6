"""What an organisation agreed to, and what that lets it do.

Without the contracts in force nothing new is published (H49). Nothing else depends on them: requests keep
coming in, and exporting, erasing and answering people is never held back. Going on is never taken for
agreement: only an owner or administrator who says so makes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import legal, publications
from accounts.publications import Edition
from audit import events
from organisations.models import Agreement, Organisation


class NotOffered(ValueError):
    """The version is neither in force nor announced."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation beside one contract: the version in force, one to come, and what it agreed to."""

    edition: Edition
    coming: Edition | None
    agreed: dict[str, Agreement]
    now: datetime

    @property
    def is_agreed(self) -> bool:
        return self.edition.version in self.agreed

    @property
    def blocks_from(self) -> datetime | None:
        """When publishing stops for want of agreement; None where it does not. Past: it has stopped.

        Whoever agreed to an earlier version has some days after the new one took effect.
        """
        if self.is_agreed:
            return None
        if not self.agreed:
            return self.edition.effective_at
        return self.edition.effective_at + timedelta(days=settings.LEGAL_GRACE_DAYS)

    @property
    def blocks_publishing(self) -> bool:
        return self.blocks_from is not None and self.blocks_from <= self.now

    @property
    def open(self) -> list[Edition]:
        """What can be agreed to now and has not been."""
        offered = [self.edition, *([self.coming] if self.coming else [])]
        return [edition for edition in offered if edition.version not in self.agreed]


def standings(organisation: Organisation, *, known: dict[str, list[Edition]] | None = None) -> list[Standing]:
    """The organisation beside each contract."""
    known, now = known or publications.editions(), timezone.now()
    agreed: dict[str, dict[str, Agreement]] = {kind: {} for kind in legal.CONTRACTS}
    for agreement in Agreement.objects.filter(organisation=organisation):
        agreed.setdefault(agreement.document, {})[agreement.version] = agreement
    return [
        Standing(
            edition=publications.current(known[kind]),
            coming=next((e for e in publications.announced({kind: known[kind]})), None),
            agreed=agreed[kind],
            now=now,
        )
        for kind in legal.CONTRACTS
    ]


def blocking(organisation: Organisation) -> list[Standing]:
    """The contracts for want of which nothing new is published."""
    return [standing for standing in standings(organisation) if standing.blocks_publishing]


@transaction.atomic
def agree(
    *, organisation: Organisation, offered: Sequence[tuple[str, str]], language: str, by: UUID
) -> list[Agreement]:
    """Record that somebody agreed for the organisation to these contracts, each as (kind, version).

    Twice is once. Raises NotOffered. Runs inside the organisation's transaction.
    """
    open_now = {(e.kind, e.version): e for standing in standings(organisation) for e in standing.open}
    made = []
    for kind, version in offered:
        if kind not in legal.CONTRACTS:
            raise NotOffered("This is no contract.")
        edition = open_now.get((kind, version))
        if edition is not None:
            made.append(_record(organisation, edition, language, by))
        elif not Agreement.objects.filter(organisation=organisation, document=kind, version=version).exists():
            raise NotOffered("This version is not offered.")
    return made


def agree_at_founding(*, organisation: Organisation, language: str, by: UUID) -> None:
    """The contracts in force are part of founding: its page asks for them first."""
    for standing in standings(organisation):
        _record(organisation, standing.edition, language, by)


def _record(organisation: Organisation, edition: Edition, language: str, by: UUID) -> Agreement:
    document = edition.document(language)
    agreement = Agreement.objects.create(
        organisation=organisation,
        document=edition.kind,
        version=edition.version,
        sha256=document.sha256,
        language=language,
        user_id=by,
        accepted_at=timezone.now(),
    )
    events.record(
        "organisation.agreed",
        actor_id=by,
        kind="organisation",
        object_id=organisation.pk,
        detail={"document": edition.kind, "version": edition.version, "sha256": document.sha256},
        evidence=True,
    )
    return agreement
