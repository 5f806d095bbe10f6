"""Where one lands after signing in."""

from django.urls import reverse

from organisations.founding import found_organisation
from organisations.invitations import invite
from organisations.models import Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.factories import make_user


def _home(client):
    return client.get(reverse("organisations:home")).url


def test_who_has_one_organisation_goes_there(alice, sign_in):
    assert _home(sign_in(alice.user)) == "/o/acme/"


def test_who_has_none_starts_one(db, sign_in):
    assert _home(sign_in(make_user(name="Dana"))) == reverse("organisations:found")


def test_who_has_several_chooses(alice, sign_in):
    found_organisation(name="Second", country="NL", language="en", by=alice.user)

    client = sign_in(alice.user)

    assert _home(client) == reverse("organisations:chooser")
    chosen = client.get(reverse("organisations:chooser")).context["places"]
    assert [place.organisation.name for place in chosen] == ["Acme", "Second"]


def test_a_closed_organisation_is_not_offered(alice, sign_in):
    Organisation.objects.filter(pk=alice.organisation.pk).update(lifecycle=Organisation.Lifecycle.CLOSED)

    assert _home(sign_in(alice.user)) == reverse("organisations:found")


def test_who_was_invited_is_told_first(alice, sign_in, letters):
    dana = make_user(name="Dana")
    with tenant(alice.organisation.id):
        invite(
            organisation=alice.organisation, email="Dana@Example.org", role=Role.SALES, by=alice.membership
        )

    client = sign_in(dana)

    assert _home(client) == reverse("organisations:chooser")
    offered = client.get(reverse("organisations:chooser")).context["invitations"]
    assert [invitation.organisation for invitation in offered] == [alice.organisation]


def test_strangers_sign_in_first(client, db):
    answers = [client.get(reverse(f"organisations:{name}")) for name in ("home", "chooser", "found")]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
