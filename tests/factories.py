"""Makers of rows, without surprises: each makes one thing and what it cannot exist without."""

import json
import os
import time
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import Authenticator, User
from accounts.step_up import CONFIRMED_AT
from configurators.answers import initial_answers
from configurators.compiled import Compiled
from configurators.drafts import create_configurator
from configurators.evaluation import evaluate, quote_json
from configurators.models import Configurator, ConfiguratorVersion
from configurators.publishing import publish
from delivery.drain import drain
from delivery.models import Job
from leads import capture
from leads.files.stored import seal_content, seal_name
from leads.models import FileState, Lead, LeadFile, Status
from leads.signatures import sign
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.encryption import normalise_email
from tenancy.ids import random_key

PASSWORD = "correct horse battery staple"
#: What publishing asks of an organisation.
IDENTITY = {
    "controller_name": "Acme BV",
    "controller_address": "Dorpsstraat 1, 1234 AB Ons Dorp",
    "controller_email": "privacy@acme.example",
    "privacy_policy_url": "https://acme.example/privacy",
    "lead_retention_days": 365,
}


def make_user(*, name: str = "Dana", email: str | None = None, language: str = "en") -> User:
    """A person with a verified address at example.org and the password PASSWORD."""
    user = User(name=name, email=email or f"{name.lower()}@example.org", language=language)
    user.email_verified_at = timezone.now()
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, member: Any) -> None:
    """Give the client a session of this member that has shown its second factor just now."""
    device = Authenticator.objects.filter(user=member.user).first()
    if device is None:
        device = Authenticator(user=member.user, name="Authenticator", confirmed=True)
        device.set_seed("00" * 20)
        device.save()
    client.force_login(member.user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session[CONFIRMED_AT] = int(time.time())
    session.save()


def make_version(organisation: Organisation, *, starter: str = "veranda") -> ConfiguratorVersion:
    """The live version of a configurator made from a starting point; made once per organisation."""
    with tenant(organisation.pk):
        Organisation.objects.filter(pk=organisation.pk).update(**IDENTITY)
        found = ConfiguratorVersion.objects.first()
        if found is not None:
            return found
        by = organisation.created_by_id
        configurator = create_configurator(name="Veranda", starting_from=starter, language="nl", by=by)
        return publish(configurator, by=by)


def make_lead(
    organisation: Organisation,
    *,
    name: str = "Sanne de Vries",
    email: str = "sanne@example.org",
    status: Status = Status.NEW,
) -> Lead:
    """A lead stored by the capture path, then moved to a status."""
    version = make_version(organisation)
    compiled = Compiled.from_json(version.compiled)
    quote = quote_json(evaluate(compiled, initial_answers(compiled)), language="nl")
    with tenant(organisation.pk):
        public_key = Configurator.objects.get(pk=version.configurator_id).public_key
    # Within a test's transaction another connection would not see what the test made.
    with tenant(organisation.pk), patch.object(capture, "ALIAS", "default"):
        captured = capture.capture_lead(
            capture.Submission(
                organisation_id=organisation.pk,
                public_key=public_key,
                configurator_id=version.configurator_id,
                version_id=version.pk,
                submission_key=random_key(16),
                body=b"{}",
                language="nl",
                source="page",
                quote=json.dumps(quote),
                gross=Decimal(quote["gross"]),
                currency=quote["currency"],
                notice_sha256="0" * 64,
                marketing_sha256=None,
                quarantine_reason="fast" if status == Status.QUARANTINED else "",
                retention_days=365,
                origin_days=90,
                name=name,
                email=email,
                email_key=normalise_email(email),
                phone="",
                answers=None,
                ip="203.0.113.7",
            )
        )
    with tenant(organisation.pk):
        signature = sign(quote, configurator=public_key)
        Lead.objects.filter(pk=captured.lead_id).update(status=status, quote_signature=signature)
        return Lead.objects.get(pk=captured.lead_id)


def make_file(
    lead: Lead, *, name: str = "gevel.jpg", content: bytes = b"a picture", question: str = "sketch"
) -> LeadFile:
    """A file that came with a lead, looked at already."""
    with tenant(lead.organisation_id):
        file = LeadFile(
            lead=lead, configurator_id=lead.configurator_id, question=question, media_type="image/jpeg",
            receipt_hash=os.urandom(32), fingerprint=os.urandom(32), submission_key=random_key(16),
            size=len(content), sent_size=len(content), state=FileState.READY, created_at=lead.submitted_at,
            purge_after=lead.purge_after,
        )  # fmt: skip
        file.name, file.content = seal_name(file, name), seal_content(file, content)
        file.save(force_insert=True)
    return file


def work_that_is_due() -> None:
    """Do the jobs that are due by the test's clock. Postgres, which leases them, does not travel with it."""
    while True:
        Job.objects.filter(due_at__lte=timezone.now()).update(due_at=Now())
        if not drain():
            return
