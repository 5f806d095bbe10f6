"""``python -m tests.shop STARTER``: found an organisation, publish a starter, tell about it as JSON."""

import json
import sys
from pathlib import Path

import django

STARTERS = Path(__file__).resolve().parents[1] / "configurators" / "starters"


def open_shop(starter: str) -> dict[str, str]:
    """With the product's own verbs, so that it is what a customer would have."""
    from config.prepare import bring_the_schema_up_to_date, make_the_platforms_keys
    from configurators.models import Configurator
    from configurators.notices import notice_wording
    from configurators.publishing import publish
    from organisations.founding import found_organisation
    from organisations.models import Organisation
    from tenancy.context import tenant
    from tests.factories import make_user

    bring_the_schema_up_to_date()
    make_the_platforms_keys()
    owner = make_user(name="Alice")
    organisation = found_organisation(name="Acme", country="NL", language="nl", by=owner)
    identity = {
        "controller_name": "Acme BV",
        "controller_address": "Dorpsstraat 1, 1234 AB Ons Dorp",
        "controller_email": "privacy@acme.example",
        "privacy_policy_url": "https://acme.example/privacy",
        "lead_retention_days": 365,
        "notification_email": "post@acme.example",
    }
    with tenant(organisation.id):
        Organisation.objects.filter(pk=organisation.pk).update(**identity)
        draft = json.loads((STARTERS / f"{starter}.json").read_text())
        configurator = Configurator.objects.create(name=starter, draft=draft)
        version = publish(configurator, by=owner.id)
    organisation.refresh_from_db()
    return {
        "key": configurator.public_key,
        "organisation_id": str(organisation.id),
        "version_id": str(version.id),
        "notice_sha256": notice_wording(organisation, "nl").sha256,
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(open_shop(sys.argv[1])) + "\n")
