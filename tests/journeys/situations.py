"""Where each journey begins: an organisation of its own, the people in it, and what came in before.

Journeys change what they meet, so none of them shares an organisation with the pages that are looked at.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.journeys.making import LANGUAGES, People, Told, fill_in, send

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

#: Who sent a request for an offer to the organisation at whose door they then stand, in their language.
AT_THE_DOOR = {"nl": "Tess Mulder", "en": "Emma Clarke", "fr": "Louise Moreau"}


def situations(people: People) -> Told:
    """What each journey is told about where it begins."""
    return {
        "door": _at_the_door(people),
        "officer": _a_request_to_decide(people),
        "leaving": _two_that_leave(people),
        "support": _one_that_has_a_question(people),
        "buying": _one_that_buys(people),
        "paying": {language: _one_that_pays(people, language) for language in LANGUAGES},
    }


def _found(name: str, country: str, by: "User") -> "Organisation":
    from organisations.founding import found_organisation

    organisation = found_organisation(name=name, country=country, language="nl", by=by)
    fill_in(organisation)
    return organisation


def _publish(organisation: "Organisation", by: "User", name: str = "Veranda") -> str:
    """A configurator on line; answers its public key."""
    from configurators.drafts import create_configurator
    from configurators.publishing import publish
    from tenancy.context import tenant

    with tenant(organisation.pk):
        made = create_configurator(name=name, starting_from="veranda", language="nl", by=by.pk)
        publish(made, by=by.pk)
    return made.public_key


def _at_the_door(people: People) -> Told:
    """Three people who asked for an offer; what is asked about their data is done at once."""
    from django.utils import timezone

    from privacy.models.requests import DeskSettings
    from tenancy.context import tenant

    by = people.one("doorkeeper", "nl", "on")
    organisation = _found("Serre Atelier", "NL", by)
    with tenant(organisation.pk):
        DeskSettings.objects.create(automatic_after_days=0, changed_by=by.pk, changed_at=timezone.now())
    key = _publish(organisation, by)
    for language, name in AT_THE_DOOR.items():
        send(key, name, language, website="")
    return {"slug": organisation.slug, "id": str(organisation.pk)}


def _a_request_to_decide(people: People) -> Told:
    """A lead with a note, of somebody who asked twenty days ago to be erased; and an officer who is no owner."""
    from django.utils import timezone

    from leads import work
    from leads.models import Lead
    from organisations.models import Membership
    from organisations.permissions import Role
    from privacy.models import Channel, Right
    from privacy.requests import cases
    from tenancy.context import tenant

    owner = people.one("awning", "nl", "on")
    officer = people.one("counsel", "en", "on", confirmed=False)
    organisation = _found("Zonwering Zuid", "BE", owner)
    Membership.objects.create(organisation=organisation, user=officer, role=Role.PRIVACY_OFFICER)
    send(_publish(organisation, owner), "Chloe Martin", "fr", website="")
    with tenant(organisation.pk):
        lead = Lead.objects.get()
        work.add_note(lead, text="Wil een zonnescherm boven het terras.", by=owner.pk)
        request = cases.receive(
            right=Right.ERASURE,
            channel=Channel.DOOR,
            language="fr",
            name="Chloe Martin",
            email="chloe.martin@example.com",
            wish="Veuillez effacer tout ce que vous avez sur moi.",
            received_at=timezone.now() - timedelta(days=20),
            proven="link",
        )
    return {
        "slug": organisation.slug,
        "id": str(organisation.pk),
        "request": str(request.pk),
        "lead": str(lead.pk),
        "who": people.told["counsel"]["en"],
    }


def _two_that_leave(people: People) -> Told:
    """Two organisations, each with a team, a configurator on line and a request for an offer."""
    from organisations.models import Membership
    from organisations.permissions import Role

    told: Told = {}
    for place, name in (("back", "Pergola Paleis"), ("gone", "Kozijn Koning")):
        owner, member = f"{place}-owner", f"{place}-member"
        organisation = _found(name, "NL", people.one(owner, "en", "on", confirmed=False))
        by = organisation.created_by
        assert by is not None
        user = people.one(member, "en", "")
        Membership.objects.create(organisation=organisation, user=user, role=Role.SALES)
        key = _publish(organisation, by)
        send(key, f"Ines {place.title()}", "nl", website="")
        told[place] = {
            "slug": organisation.slug,
            "id": str(organisation.pk),
            "name": name,
            "key": key,
            "owner": people.told[owner]["en"],
            "member": people.told[member]["en"],
        }
    return told


def _one_that_has_a_question(people: People) -> Told:
    """An organisation with a request for an offer, and somebody of support who sees nothing of it."""
    from accounts.models import PlatformRole

    owner = people.one("asker", "en", "on", confirmed=False)
    helper = people.one("helper", "en", "on", confirmed=False)
    PlatformRole.objects.create(user=helper, role=PlatformRole.Role.SUPPORT)
    organisation = _found("Luifel Lokaal", "NL", owner)
    send(_publish(organisation, owner), "Mia Mertens", "nl", website="")
    return {
        "slug": organisation.slug,
        "id": str(organisation.pk),
        "who": people.told["asker"]["en"],
        "helper": people.told["helper"]["en"],
    }


def _one_that_buys(people: People) -> Told:
    """An organisation in its trial with two configurators on line, and an owner who decides today."""
    owner = people.one("buyer", "en", "on")
    organisation = _found("Dakraam Direct", "NL", owner)
    for name in ("Veranda", "Dakraam"):
        _publish(organisation, owner, name)
    return {
        "slug": organisation.slug,
        "id": str(organisation.pk),
        "who": people.told["buyer"]["en"],
    }


def _one_that_pays(people: People, language: str) -> Told:
    """An organisation whose trial ended yesterday and whose owner reads that language."""
    from django.utils import timezone

    from billing.models import BillingAccount

    owner = people.one("payer", language, "on")
    organisation = _found(f"Zonwering Zuid {language}", "NL", owner)
    ended = timezone.now() - timedelta(days=1)
    BillingAccount.objects.filter(organisation=organisation).update(trial_ends_at=ended)
    return {
        "slug": organisation.slug,
        "id": str(organisation.pk),
        "who": people.told["payer"][language],
    }
