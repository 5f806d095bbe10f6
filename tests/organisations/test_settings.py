"""The settings page and what it decides."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from leads.models import Lead
from organisations.administering import change_settings, count_deleted_by
from organisations.models import Organisation
from organisations.signals import lead_retention_changed
from tenancy.context import tenant
from tests.factories import make_lead

FILLED = {
    "name": "Acme",
    "country": "NL",
    "language": "en",
    "accent": "ember",
    "controller_name": "Acme B.V.",
    "controller_address": "Dorpsstraat 1\n1234 AB Zwolle",
    "controller_email": "privacy@example.org",
    "privacy_policy_url": "https://www.example.org/privacy",
    "lead_retention_days": "365",
    "notification_email": "sales@example.org",
    "embed_domains": "www.example.org\n\nSHOP.example.org:8443\nwww.example.org",
}


def _post(sign_in, member, **changes):
    url = reverse("organisations:settings", kwargs={"organisation": member.organisation.slug})
    response = sign_in(member.user).post(url, FILLED | changes)
    member.organisation.refresh_from_db()
    return response


def test_everything_is_kept(alice, sign_in):
    response = _post(sign_in, alice)

    saved = alice.organisation
    assert response.status_code == 302
    assert (saved.accent, saved.controller_name, saved.controller_address, saved.lead_retention_days) == (
        "ember",
        "Acme B.V.",
        "Dorpsstraat 1\n1234 AB Zwolle",
        365,
    )
    assert saved.embed_domains == ["www.example.org", "shop.example.org:8443"]
    assert saved.missing_before_publishing == []


def test_a_new_organisation_lacks_what_publishing_needs(alice):
    assert alice.organisation.missing_before_publishing == [
        "controller_name",
        "controller_address",
        "controller_email",
        "privacy_policy_url",
        "lead_retention_days",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Acme\r\nBcc: x@example.org"),
        ("country", "XX"),
        ("language", "xx"),
        ("accent", "pink"),
        ("controller_name", "A" * 201),
        ("controller_address", "A" * 501),
        ("controller_address", "Dorps\x00straat"),
        ("controller_email", "privacy"),
        ("privacy_policy_url", "http://www.example.org/privacy"),
        ("privacy_policy_url", "javascript:alert(1)"),
        ("privacy_policy_url", "https://" + "a" * 600 + ".example.org"),
        ("privacy_policy_url", "https://www.example.org@evil.example/"),
        ("privacy_policy_url", "https://10.0.0.1/privacy"),
        ("privacy_policy_url", "https://www.example.org/\u202eycavirp"),
        ("lead_retention_days", "0"),
        ("lead_retention_days", "-1"),
        ("lead_retention_days", "3651"),
        ("lead_retention_days", "9" * 5000),
        ("lead_retention_days", "1e400"),
        ("notification_email", "sales@"),
        ("embed_domains", "https://www.example.org"),
        ("embed_domains", "x" * 20_001),
        ("embed_domains", "user@www.example.org"),
        ("embed_domains", "192.168.0.1"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_saved(alice, sign_in, field, value):
    response = _post(sign_in, alice, **{field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert alice.organisation.accent == "pine"


def test_the_frame_keeps_the_stored_name_while_the_form_is_wrong(alice, sign_in):
    response = _post(sign_in, alice, name="Other", country="XX")

    assert (response.context["organisation"].name, response.context["form"]["name"].value()) == (
        "Acme",
        "Other",
    )


def test_each_wrong_line_of_the_sites_is_named(alice, sign_in):
    response = _post(sign_in, alice, embed_domains="www.example.org\n*.example.org\nhttps://example.org/x")

    assert response.context["form"].errors["embed_domains"] == [
        "Line 2: Name each host: an asterisk would let in hosts that are not yours.",
        "Line 3: Leave out “https://”: write the host name alone, such as www.example.org.",
    ]


def test_a_shorter_period_asks_first(alice, sign_in):
    _post(sign_in, alice, lead_retention_days="365")

    asked = _post(sign_in, alice, lead_retention_days="30")
    before = alice.organisation.lead_retention_days
    confirmed = _post(
        sign_in, alice, lead_retention_days="30", confirmed_period="30", confirm_shorter_retention="on"
    )

    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["confirm_shorter_retention"])
    assert (before, confirmed.status_code, alice.organisation.lead_retention_days) == (365, 302, 30)


def test_a_tick_for_one_period_says_nothing_about_a_shorter_one(alice, sign_in):
    _post(sign_in, alice, lead_retention_days="365")

    response = _post(
        sign_in, alice, lead_retention_days="7", confirmed_period="30", confirm_shorter_retention="on"
    )

    form = response.context["form"]
    assert (
        response.status_code,
        form["confirmed_period"].value(),
        form["confirm_shorter_retention"].value(),
    ) == (
        422,
        "7",
        False,
    )


def test_a_shorter_period_says_how_many_requests_it_would_delete(alice, sign_in):
    _post(sign_in, alice, lead_retention_days="365")
    now = timezone.now()
    for days in (10, 40, 50, 400):
        submitted = now - timedelta(days=days)
        lead = make_lead(alice.organisation, email=f"{days}@example.org")
        with tenant(alice.organisation.id):
            Lead.objects.filter(pk=lead.pk).update(
                submitted_at=submitted, purge_after=submitted + timedelta(days=365)
            )

    response = _post(sign_in, alice, lead_retention_days="30")

    assert response.context["form"].errors["confirm_shorter_retention"] == [
        "You make the period shorter: from 365 to 30 days. 2 requests are older than that and will be"
        " deleted for good, with everything that belongs to them. Tick the box if this is what you want."
    ]


def test_requests_of_others_are_not_counted(alice, charlie):
    lead = make_lead(charlie.organisation)
    with tenant(charlie.organisation.id):
        Lead.objects.filter(pk=lead.pk).update(submitted_at=timezone.now() - timedelta(days=40))

    with tenant(alice.organisation.id):
        assert count_deleted_by(organisation=alice.organisation, days=30) == 0


def test_a_longer_period_does_not_ask(alice, sign_in):
    _post(sign_in, alice, lead_retention_days="30")

    assert _post(sign_in, alice, lead_retention_days="31").status_code == 302


def test_a_period_once_chosen_stays(alice, sign_in):
    _post(sign_in, alice)

    response = _post(sign_in, alice, lead_retention_days="")

    assert (response.status_code, alice.organisation.lead_retention_days) == (422, 365)


def test_a_new_period_is_news_for_who_keeps_the_leads(alice):
    heard = []

    def listen(organisation, **kwargs):
        heard.append((organisation.id, organisation.lead_retention_days))

    lead_retention_changed.connect(listen)
    try:
        with tenant(alice.organisation.id):
            for changes in ({"lead_retention_days": 90}, {"lead_retention_days": 90}, {"name": "Acme Two"}):
                change_settings(organisation=alice.organisation, changes=changes, by=alice.membership)
    finally:
        lead_retention_changed.disconnect(listen)

    assert heard == [(alice.organisation.id, 90)]


def test_a_change_is_on_record_by_the_names_of_its_fields(alice, sign_in):
    with tenant(alice.organisation.id):
        change_settings(
            organisation=alice.organisation,
            changes={"controller_name": "Acme B.V.", "country": "BE", "language": "en"},
            by=alice.membership,
        )
        event = Event.objects.get(action="organisation.settings_changed")

    assert (event.actor_id, event.detail) == (alice.user.id, {"fields": "controller_name, country"})


def test_changes_of_two_people_at_once_both_stay(alice):
    stale = Organisation.objects.get(pk=alice.organisation.pk)
    with tenant(alice.organisation.id):
        change_settings(organisation=stale, changes={"country": "BE"}, by=alice.membership)
        change_settings(organisation=stale, changes={"accent": "plum"}, by=alice.membership)

    alice.organisation.refresh_from_db()
    assert (alice.organisation.country, alice.organisation.accent) == ("BE", "plum")


MATTERS = [
    {"controller_name": "Evil B.V."},
    {"controller_address": "Elsewhere 1"},
    {"controller_email": "privacy@evil.example"},
    {"privacy_policy_url": "https://evil.example/privacy"},
    {"embed_domains": "evil.example"},
    {"require_two_step": "on"},
    {"lead_retention_days": "30", "confirmed_period": "30", "confirm_shorter_retention": "on"},
]


@pytest.fixture
def filled(alice, sign_in):
    _post(sign_in, alice)
    return Organisation.objects.values().get(pk=alice.organisation.pk)


def _post_later(sign_in, member, **changes):
    """The same, more than ten minutes after signing in."""
    url = reverse("organisations:settings", kwargs={"organisation": member.organisation.slug})
    return sign_in(member.user, stepped_up=False).post(url, FILLED | changes)


@pytest.mark.parametrize("changes", MATTERS, ids=lambda changes: next(iter(changes)))
def test_what_matters_needs_a_fresh_proof(alice, sign_in, filled, changes):
    response = _post_later(sign_in, alice, **changes)

    assert (response.status_code, response.context["step_up_url"]) == (
        422,
        "/account/step-up/?next=%2Fo%2Facme%2Fsettings%2F",
    )
    assert Organisation.objects.values().get(pk=alice.organisation.pk) == filled


@pytest.mark.parametrize("changes", MATTERS, ids=lambda changes: next(iter(changes)))
def test_with_a_fresh_proof_it_is_saved(alice, sign_in, filled, changes):
    assert _post(sign_in, alice, **changes).status_code == 302


def test_nothing_that_was_typed_is_lost_on_the_way_to_the_proof(alice, sign_in, filled):
    response = _post_later(sign_in, alice, name="Acme Two", controller_name="Acme Two B.V.")

    form = response.context["form"]
    assert (form["name"].value(), form["controller_name"].value()) == ("Acme Two", "Acme Two B.V.")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Acme Two"},
        {"accent": "plum"},
        {"lead_retention_days": "400"},
        {"controller_address": "Dorpsstraat 1\r\n1234 AB Zwolle"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_does_no_lasting_harm_needs_none(alice, sign_in, filled, changes):
    assert _post_later(sign_in, alice, **changes).status_code == 302


@pytest.mark.parametrize(
    ("stepped_up", "address"), [(True, ""), (False, "/account/step-up/?next=%2Fo%2Facme%2Fsettings%2F")]
)
def test_the_page_leads_to_the_proof_before_anything_is_typed(alice, sign_in, stepped_up, address):
    page = sign_in(alice.user, stepped_up=stepped_up).get("/o/acme/settings/")

    assert (page.status_code, page.context["step_up_url"]) == (200, address)


# --- While something is withheld ------------------------------------------------------------------


@pytest.fixture
def suspended(alice, filled):
    """Acme, with everything filled in, and two-step sign-in asked of nobody."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(suspended_at=timezone.now())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"controller_email": "new@example.org"},
        {"notification_email": ""},
        {"require_two_step": "on"},
        {"embed_domains": "www.example.org"},
        {"lead_retention_days": "30", "confirm_shorter_retention": "on", "confirmed_period": "30"},
    ],
)
def test_what_narrows_and_who_is_reached_never_waits(alice, sign_in, suspended, changes):
    assert _post(sign_in, alice, **changes).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another"},
        {"embed_domains": "www.example.org\nother.example.org"},
        {"lead_retention_days": "500"},
        {"name": "Another", "controller_email": "new@example.org"},
    ],
)
def test_other_settings_wait(alice, sign_in, suspended, changes):
    answer = _post(sign_in, alice, **changes)

    assert (answer.status_code, alice.organisation.name, alice.organisation.controller_email) == (
        403,
        "Acme",
        "privacy@example.org",
    )


def test_what_is_no_field_of_the_form_is_ignored(alice, sign_in):
    _post(sign_in, alice, slug="globex", currency="USD", lifecycle="closed", id="1")

    saved = alice.organisation
    assert (saved.slug, saved.currency, saved.lifecycle) == ("acme", "EUR", "active")
