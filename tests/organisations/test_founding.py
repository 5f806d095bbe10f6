"""How an organisation comes to be."""

import pytest
from django.urls import reverse

from audit.models import Event
from organisations.founding import found_organisation
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tenancy.encryption import seal, unseal
from tests.factories import make_user


def _found(by, name="Veldkamp Veranda's", country="NL"):
    return found_organisation(name=name, country=country, language="nl", by=by)


def test_the_founder_is_its_owner(db):
    dana = make_user(name="Dana")

    organisation = _found(dana)

    assert list(Membership.objects.filter(organisation=organisation).values_list("user", "role")) == [
        (dana.id, Role.OWNER)
    ]


def test_it_has_keys_of_its_own(db):
    organisation = _found(make_user(name="Dana"))

    sealed = seal(organisation.id, "Sanne", place="t.c:1")

    assert unseal(organisation.id, sealed, place="t.c:1") == "Sanne"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Veldkamp Veranda's", "veldkamp-verandas"),
        ("Čeněk & fils", "cenek-fils"),
        ("株式会社", "organisation"),
    ],
)
def test_its_address_is_its_name(db, name, slug):
    assert _found(make_user(name="Dana"), name=name).slug == slug


def test_two_of_one_name_have_two_addresses(db):
    dana = make_user(name="Dana")

    slugs = [_found(dana, name="Acme").slug for _ in range(7)]

    assert slugs[:5] == ["acme", "acme-2", "acme-3", "acme-4", "acme-5"]
    assert len(set(slugs)) == 7


def test_its_currency_follows_its_country(db):
    dana = make_user(name="Dana")

    assert [_found(dana, country=country).currency for country in ("BE", "DK")] == ["EUR", "DKK"]


def test_it_is_on_record(db):
    dana = make_user(name="Dana")

    organisation = _found(dana)

    with tenant(organisation.id):
        acts = list(Event.objects.order_by("id").values_list("action", "actor_id"))
    assert acts == [("organisation.founded", dana.id), *[("organisation.agreed", dana.id)] * 2]


def test_the_page_founds_and_leads_there(db, sign_in):
    dana = make_user(name="Dana")

    response = sign_in(dana).post(
        reverse("organisations:found"),
        {"name": "Acme", "country": "NL", "language": "en", "accept_agreement": "on"},
    )

    assert response.url == "/o/acme/"


def test_whoever_has_one_may_found_another(alice, sign_in):
    response = sign_in(alice.user).post(
        reverse("organisations:found"),
        {"name": "Side business", "country": "NL", "language": "en", "accept_agreement": "on"},
    )

    assert response.url == "/o/side-business/"
    assert Membership.objects.filter(user=alice.user).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "Ac\x00me"),
        ("name", "Acme\nBcc: everyone@example.org"),
        ("name", "Acme\u202egpj"),
        ("country", "XX"),
        ("country", ""),
        ("country", "N\x00"),
        ("language", "de"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_lost(db, sign_in, field, value):
    dana = make_user(name="Dana")
    typed = {"name": "Acme", "country": "BE", "language": "fr", "accept_agreement": "on"} | {field: value}

    response = sign_in(dana).post(reverse("organisations:found"), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"].data[field] == value
    assert Organisation.objects.count() == 0
