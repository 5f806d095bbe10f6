"""A year of requests, written as they would stand there had the product run for a year.

The capture path stores the present only, so history is written by the ORM, as nothing else does.
"""

import json
import random
from datetime import datetime, timedelta
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.utils import timezone

from billing.models import UsageRecord
from configurators.compiling import Compiled
from configurators.evaluation import Evaluation, quote_json
from configurators.models import ConfiguratorVersion
from configurators.notices import notice_wording
from leads.demo.businesses import NOTES, Business
from leads.demo.people import Visitor, configuration, visitor
from leads.models import Lead, LeadContact, LeadEvent, LeadNote, LeadOrigin, Status
from leads.sealed import seal_note
from leads.signatures import sign
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.encryption import blind_index, normalise_email, seal
from tenancy.ids import random_key, uuid7

#: A transaction of the app lasts seconds at most.
_PER_TRANSACTION = 25
_FRESH_DAYS = 3
_OPEN_DAYS = 30
_LATER = (Status.WON, Status.LOST, Status.QUOTED, Status.CONTACTED)


class History:
    """Writes the requests of one organisation, a few in each transaction."""

    def __init__(self, organisation: Organisation, version: ConfiguratorVersion, workers: list[UUID]) -> None:
        self.organisation = organisation
        self.version = version
        self.compiled = Compiled.from_json(version.compiled)
        self.workers = workers
        # The seed is the name, so that each demo is the same and no two organisations are.
        self.source = random.Random(organisation.name)  # noqa: S311  nothing here is a secret
        self.now = timezone.now()

    def write(self, business: Business) -> None:
        """Everything that happened within the last year, oldest first."""
        moments = sorted(self._moment() for _ in range(business.leads))
        for start in range(0, len(moments), _PER_TRANSACTION):
            with tenant(self.organisation.pk):
                for moment in moments[start : start + _PER_TRANSACTION]:
                    self._write_one(moment, self._language(business.language))

    def _moment(self) -> datetime:
        """More of late than long ago, by day rather than by night."""
        age = min(self.source.random(), self.source.random()) * 360
        return self.now - timedelta(days=age, hours=self.source.random() * 2)

    def _language(self, usual: str) -> str:
        return usual if self.source.random() < 0.88 else self.source.choice(list(self.compiled.languages))

    def _write_one(self, moment: datetime, language: str) -> None:
        who = visitor(self.source, language)
        lead = self._lead(moment, language, configuration(self.source, self.compiled))
        self._contact(lead, who)
        self._origin(lead)
        self._steps(lead)
        if lead.status != Status.QUARANTINED:
            UsageRecord.objects.create(lead_ref=lead.pk, occurred_at=moment)

    def _lead(self, moment: datetime, language: str, chosen: Evaluation) -> Lead:
        status = self._status(self.now - moment)
        quarantined = status == Status.QUARANTINED
        days = (
            settings.RETENTION_QUARANTINE_DAYS
            if quarantined
            else self.organisation.lead_retention_days or 730
        )
        quote = quote_json(chosen, language=language)
        return Lead.objects.create(
            id=uuid_utils.compat.uuid7(nanoseconds=int(moment.timestamp() * 10**9)),
            reference=random_key(10),
            configurator_id=self.version.configurator_id,
            version=self.version,
            status=status,
            language=language,
            source="embed" if self.source.random() < 0.7 else "page",
            quote=quote,
            quote_signature=sign(quote, configurator=self.version.configurator.public_key),
            gross=quote["gross"],
            currency=quote["currency"],
            notice_sha256=notice_wording(self.organisation, language).sha256,
            submission_key=uuid7().hex,
            body_sha256=blind_index(self.organisation.pk, "submission", random_key()),
            quarantine_reason="fast" if quarantined else "",
            submitted_at=moment,
            read_at=moment + timedelta(hours=2) if status != Status.NEW and not quarantined else None,
            purge_after=moment + timedelta(days=days),
        )

    def _status(self, age: timedelta) -> Status:
        if age.days < 20 and self.source.random() < 0.03:
            return Status.QUARANTINED
        if age.days <= _FRESH_DAYS:
            return Status.NEW
        if age.days <= _OPEN_DAYS:
            return self.source.choice(
                (Status.NEW, Status.CONTACTED, Status.QUOTED, Status.QUOTED, Status.WON)
            )
        return self.source.choices(_LATER, weights=(5, 4, 2, 1))[0]

    def _contact(self, lead: Lead, who: Visitor) -> None:
        owner = self.organisation.pk

        def sealed(column: str, value: str) -> bytes:
            return seal(owner, value, place=f"leads_leadcontact.{column}:{lead.pk}")

        answers = json.dumps({"opmerking": who.remark}) if who.remark else ""
        LeadContact.objects.create(
            lead=lead,
            name=sealed("name", who.name),
            email=sealed("email", who.email),
            phone=sealed("phone", who.phone) if who.phone else None,
            answers=sealed("answers", answers) if answers else None,
            email_index=blind_index(owner, "email", normalise_email(who.email)),
            phone_index=blind_index(owner, "phone", who.phone) if who.phone else None,
        )

    def _origin(self, lead: Lead) -> None:
        """Only where its 90 days have not passed: the demo holds nothing that has expired."""
        until = lead.submitted_at + timedelta(days=settings.RETENTION_LEAD_ORIGIN_DAYS)
        if until > self.now + timedelta(days=1):
            # 203.0.113.0/24 is set aside for documentation (RFC 5737).
            address = f"203.0.113.{self.source.randrange(1, 255)}"
            place = f"leads_leadorigin.ip:{lead.pk}"
            LeadOrigin.objects.create(
                lead=lead, ip=seal(self.organisation.pk, address, place=place), purge_after=until
            )

    def _steps(self, lead: Lead) -> None:
        if lead.status == Status.QUARANTINED:
            return
        self._event(lead, "received", 0)
        self._event(lead, "confirmed", 0)
        if lead.status == Status.NEW:
            return
        worker = self.source.choice(self.workers)
        self._event(lead, "read", 2, actor=worker)
        self._event(lead, "status", 26, actor=worker, detail={"from": "new", "to": lead.status})
        if self.source.random() < 0.3:
            note = LeadNote(lead=lead, author_id=worker, created_at=lead.submitted_at + timedelta(hours=3))
            seal_note(note, self.source.choice(NOTES.get(self.organisation.language, NOTES["nl"])))
            note.save()

    def _event(
        self, lead: Lead, kind: str, hours: int, *, actor: UUID | None = None, detail: dict | None = None
    ) -> None:
        LeadEvent.objects.create(
            lead=lead,
            kind=kind,
            actor_id=actor,
            detail=detail or {},
            created_at=min(lead.submitted_at + timedelta(hours=hours), self.now),
        )
