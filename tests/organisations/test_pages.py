"""Every page of an organisation × every role: what opens, and what says which right is missing."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from organisations.checks import every_page_names_its_permission, tenant_pages
from organisations.permissions import Permission, Role
from organisations.urls import tenant_urlpatterns
from tests.factories import make_user

PAGES = {
    "agreements": Permission.ORGANISATION_MANAGE,
    "overview": Permission.ORGANISATION_VIEW,
    "settings": Permission.ORGANISATION_MANAGE,
    "members": Permission.MEMBERS_VIEW,
    "invite": Permission.MEMBERS_MANAGE,
    "leave-organisation": Permission.ORGANISATION_LEAVE,
    "record": Permission.AUDIT_VIEW,
    "record-export": Permission.AUDIT_VIEW,
    "suspension": Permission.ORGANISATION_VIEW,
    "suspension-appeal": Permission.SUSPENSION_APPEAL,
    "support": Permission.SUPPORT_GRANT,
    "support-let-in": Permission.SUPPORT_GRANT,
    "support-end": Permission.SUPPORT_GRANT,
    "ownership": Permission.ORGANISATION_VIEW,
    "ownership-offer": Permission.OWNERSHIP_OFFER,
    "ownership-withdraw": Permission.OWNERSHIP_OFFER,
    "ownership-decline": Permission.ORGANISATION_VIEW,
    "ownership-accept": Permission.ORGANISATION_VIEW,
    "leave": Permission.ORGANISATION_VIEW,
    "integrations": Permission.INTEGRATIONS_MANAGE,
    "webhook": Permission.INTEGRATIONS_MANAGE,
    "webhook-secret": Permission.INTEGRATIONS_MANAGE,
    "webhook-switch": Permission.INTEGRATIONS_MANAGE,
    "webhook-test": Permission.INTEGRATIONS_MANAGE,
    "webhook-remove": Permission.INTEGRATIONS_MANAGE,
    "webhook-retry": Permission.INTEGRATIONS_MANAGE,
    "api-key": Permission.INTEGRATIONS_MANAGE,
    "api-key-revoke": Permission.INTEGRATIONS_MANAGE,
    "member-role": Permission.MEMBERS_MANAGE,
    "member-remove": Permission.MEMBERS_MANAGE,
    "invitation-resend": Permission.MEMBERS_MANAGE,
    "invitation-withdraw": Permission.MEMBERS_MANAGE,
}
#: What names the thing that a page is about.
OF_ONE_THING = {
    "support-let-in": "pk",
    "support-end": "pk",
    "webhook-retry": "delivery",
    "api-key-revoke": "api_key",
}
SOMEBODY = "0197e3a0-0000-7000-8000-000000000000"


def _address(name, organisation, member=SOMEBODY):
    kwargs = {"organisation": organisation.slug}
    if name.startswith("member-"):
        kwargs["member"] = member
    if name in OF_ONE_THING:
        kwargs[OF_ONE_THING[name]] = SOMEBODY
    if name.startswith("invitation-"):
        kwargs["invitation"] = SOMEBODY
    return reverse(f"organisations:{name}", kwargs=kwargs)


def test_the_pages_here_are_all_pages():
    assert {pattern.name for pattern in tenant_urlpatterns} == set(PAGES)


def test_each_page_names_its_permission():
    named = {pattern.name: pattern.callback.permission for pattern in tenant_urlpatterns}

    assert named == PAGES


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_exactly_its_pages(alice, join, sign_in, role):
    person = join(alice.organisation, role, name="Dana")
    client = sign_in(person.user)

    answers = {name: client.get(_address(name, alice.organisation)).status_code for name in PAGES}

    refused = {name for name, status in answers.items() if status == 403}
    assert refused == {name for name, permission in PAGES.items() if not person.may(permission)}


@pytest.mark.parametrize("name", ["settings", "invite"])
def test_a_refused_post_changes_nothing(alice, bob, sign_in, name):
    response = sign_in(bob.user).post(
        _address(name, alice.organisation), {"name": "Bob's", "email": "x@example.org"}
    )

    alice.organisation.refresh_from_db()
    assert (response.status_code, alice.organisation.name) == (403, "Acme")


def test_the_refusal_says_which_right_is_missing_and_who_can_give_it(alice, bob, sign_in):
    response = sign_in(bob.user).get(_address("settings", alice.organisation))

    page = response.content.decode()
    assert response.status_code == 403
    assert escape(str(Permission.ORGANISATION_MANAGE.label)) in page
    assert (response.context["missing"], [owner.user for owner in response.context["owners"]]) == (
        Permission.ORGANISATION_MANAGE,
        [alice.user],
    )


def test_strangers_are_sent_to_sign_in_whatever_the_slug(alice, client):
    answers = [client.get(f"/o/{slug}/") for slug in (alice.organisation.slug, "no-such-place")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [answer.url.split("?")[0] for answer in answers] == [reverse("accounts:sign-in")] * 2


def test_no_template_tag_of_a_component_reaches_the_browser(alice, sign_in):
    client = sign_in(alice.user)

    pages = [
        client.get(_address(name, alice.organisation, member=alice.membership.pk))
        for name in ("overview", "settings", "members", "invite", "leave", "member-role")
    ]

    assert [page.status_code for page in pages] == [200] * 6
    assert [b"<c-" in page.content for page in pages] == [False] * 6


def test_the_urlconf_as_it_is_passes_the_check():
    assert every_page_names_its_permission(None) == []


def test_the_check_sees_these_pages():
    assert {
        pattern.name for route, pattern in tenant_pages() if "organisations" in pattern.lookup_str
    } >= set(PAGES)


def test_the_check_refuses_a_page_without_permission(settings):
    settings.ROOT_URLCONF = "tests.organisations.careless_urls"

    found = every_page_names_its_permission(None)

    assert [error.id for error in found] == ["organisations.E001", "organisations.E002"]


def test_a_person_without_organisation_cannot_enter_one(alice, sign_in):
    stranger = make_user(name="Dana")

    assert sign_in(stranger).get(_address("overview", alice.organisation)).status_code == 404
