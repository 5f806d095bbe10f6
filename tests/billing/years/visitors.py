"""A visitor's request, ready to be stored."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from uuid import UUID

from configurators.answers import initial_answers
from configurators.compiled import Compiled
from configurators.evaluation import evaluate, quote_json
from configurators.models import Configurator, ConfiguratorVersion
from leads.capture import Submission
from tenancy.context import tenant


@cache
def _page_of(organisation: UUID) -> tuple[str, UUID, UUID, str, Decimal, str]:
    with tenant(organisation):
        version = ConfiguratorVersion.objects.get()
        compiled = Compiled.from_json(version.compiled)
        quote = quote_json(evaluate(compiled, initial_answers(compiled)), language="nl")
        key = Configurator.objects.get(pk=version.configurator_id).public_key
    amount, currency = Decimal(quote["gross"]), quote["currency"]
    return key, version.configurator_id, version.pk, json.dumps(quote), amount, currency


def submission(organisation: UUID, *, key: str) -> Submission:
    public_key, configurator, version, quote, gross, currency = _page_of(organisation)
    return Submission(
        organisation_id=organisation,
        public_key=public_key,
        configurator_id=configurator,
        version_id=version,
        submission_key=key,
        body=b"{}",
        language="nl",
        source="page",
        quote=quote,
        gross=gross,
        currency=currency,
        notice_sha256="0" * 64,
        marketing_sha256=None,
        quarantine_reason="",
        retention_days=365,
        origin_days=90,
        name="Sanne de Vries",
        email="sanne@example.org",
        email_key="sanne@example.org",
        phone="",
        answers=None,
        ip="203.0.113.7",
    )
