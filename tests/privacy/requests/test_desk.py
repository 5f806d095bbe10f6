"""The desk of a privacy officer, at an organisation and at the platform."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.step_up import CONFIRMED_AT
from organisations.models import Membership
from organisations.permissions import Role
from privacy.models import Channel, Concerns, DeskSettings, PrivacyRequest, Right, Stage
from privacy.requests import cases
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, make_user, sign_in
from tests.privacy.requests.conftest import again, letters_of, work

pytestmark = pytest.mark.django_db


def url(organisation, name, request=None):
    kwargs = {"organisation": organisation.slug} | ({"pk": request.pk} if request else {})
    return reverse(f"privacy:{name}", kwargs=kwargs)


@pytest.fixture
def at_desk(client: Client, alice: Member) -> Client:
    sign_in(client, alice)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_empty_desk_says_what_it_is_for(at_desk, controller):
    response = at_desk.get(url(controller, "desk"))

    assert response.status_code == 200
    assert "lands here" in text_of(response)


def test_the_queue_begins_with_what_is_due_first(at_desk, receive, controller, on_monday):
    late = receive(name="Ria Hoekstra")
    on_monday.shift(timedelta(days=3))
    later = receive(name="Hanneke Bos")
    sign_in(at_desk, _owner(controller))

    response = at_desk.get(url(controller, "desk"))

    assert [row.request for row in response.context["rows"]] == [late, later]


def _owner(organisation):
    membership = Membership.objects.get(organisation=organisation, role=Role.OWNER)
    return Member(membership.user, organisation, membership)


def test_what_is_late_is_loud(at_desk, receive, controller, on_monday):
    request = receive(name="Ria Hoekstra")
    on_monday.shift(timedelta(days=31))
    sign_in(at_desk, _owner(controller))

    for page in (url(controller, "desk"), url(controller, "request", request), url(controller, "overview")):
        text = text_of(at_desk.get(page))
        assert "late" in text
    assert "3 days late" in text_of(at_desk.get(url(controller, "desk")))


@pytest.mark.parametrize(("show", "expected"), [("open", 1), ("late", 0), ("waiting", 0), ("ended", 1)])
def test_the_queue_can_be_looked_at_in_four_ways(at_desk, receive, controller, show, expected):
    receive()
    ended = receive()
    with tenant(controller.pk):
        cases.withdraw(ended)

    response = at_desk.get(url(controller, "desk"), {"show": show})

    assert len(response.context["rows"]) == expected


def test_a_way_that_does_not_exist_is_a_clear_400(at_desk, controller):
    assert at_desk.get(url(controller, "desk"), {"show": "all"}).status_code == 400


def test_a_request_shows_what_is_held_group_by_group(at_desk, receive, controller):
    make_lead(controller, email="sanne@example.org")
    request = receive()

    response = at_desk.get(url(controller, "request", request))

    labels = [group["label"] for group in response.context["groups"]]
    assert "Contact details" in labels
    assert "sanne@example.org" in text_of(response)


def test_globex_does_not_find_a_request_of_acme(client, charlie, receive, globex):
    request = receive()
    sign_in(client, charlie)

    assert client.get(url(globex, "request", request)).status_code == 404


def decisions(at_desk, controller, request, **changes):
    page = at_desk.get(url(controller, "request", request))
    given = {f"outcome-{name}": "erased" for name, _label in page.context["form"].groups}
    return given | changes


def test_an_officer_decides_and_the_person_is_answered(at_desk, receive, controller, carried):
    make_lead(controller, email="sanne@example.org")
    request = receive()
    given = decisions(at_desk, controller, request, remark="Tot ziens.")

    response = at_desk.post(url(controller, "decide", request), given)
    work()

    assert response.status_code == 302
    assert again(request).stage == Stage.FULFILLED
    [letter] = letters_of(controller, "request_answer")
    assert "Tot ziens." in letter.text


def test_what_is_kept_needs_a_ground(at_desk, receive, controller, carried):
    make_lead(controller, email="sanne@example.org")
    request = receive()
    given = decisions(at_desk, controller, request) | {"outcome-contact": "kept"}

    response = at_desk.post(url(controller, "decide", request), given)

    assert response.status_code == 422
    assert response.context["form"].errors["ground-contact"]
    assert again(request).stage == Stage.OPEN


def test_a_decision_that_comes_too_long_after_signing_in_is_not_lost(at_desk, receive, controller, carried):
    make_lead(controller, email="sanne@example.org")
    request = receive()
    given = decisions(at_desk, controller, request, remark="Nog even dit.")
    session = at_desk.session
    session[CONFIRMED_AT] = 0
    session.save()

    response = at_desk.post(url(controller, "decide", request), given)

    assert response.status_code == 422
    assert "Nog even dit." in response.content.decode()
    assert again(request).stage == Stage.OPEN


def test_the_letter_follows_what_is_on_the_page(at_desk, receive, controller):
    make_lead(controller, email="sanne@example.org")
    request = receive()
    given = decisions(at_desk, controller, request) | {
        "outcome-contact": "kept",
        "ground-contact": "17(3)(b)",
        "until-contact": "2033-12-31",
    }

    text = at_desk.post(url(controller, "letter", request), given).content.decode()

    assert "tot 31 december 2033" in text
    assert again(request).stage == Stage.OPEN


def test_a_request_by_phone_is_entered_by_hand(at_desk, controller):
    given = {
        "right": "erasure",
        "name": "Els Vandamme",
        "contact": "Kerkstraat 1, Ons Dorp",
        "received_on": str(timezone.localdate() - timedelta(days=2)),
        "language": "nl",
        "country": "BE",
        "regime": "gdpr",
    }

    response = at_desk.post(url(controller, "new"), given)

    with tenant(controller.pk):
        made = PrivacyRequest.objects.get()
    assert response.status_code == 302
    assert (made.channel, made.country, made.stage) == (Channel.DESK, "BE", Stage.AWAITING_IDENTITY)
    assert timezone.localdate(made.received_at) == timezone.localdate() - timedelta(days=2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"email": "", "contact": ""}, "email"),
        ({"right": "access", "about_minor": "on"}, "right"),
        ({"country": "XX"}, "country"),
    ],
)
def test_what_is_wrong_with_a_new_request_is_said_beside_its_field(at_desk, controller, wrong, field):
    given = {
        "right": "erasure",
        "email": "els@example.org",
        "received_on": str(timezone.localdate()),
        "language": "nl",
        "country": "BE",
        "regime": "gdpr",
    } | wrong

    response = at_desk.post(url(controller, "new"), given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.promise("D19")
def test_no_page_of_the_desk_takes_a_file(at_desk, receive, controller):
    request = receive(proven="")
    pages = [url(controller, "new"), url(controller, "desk"), url(controller, "request", request)]

    for page in pages:
        text = at_desk.get(page).content.decode()
        assert 'type="file"' not in text
        assert "multipart/form-data" not in text


@pytest.mark.parametrize(
    ("step", "given", "stage"),
    [
        ("ask-identity", {}, Stage.AWAITING_IDENTITY),
        ("withdraw", {}, Stage.WITHDRAWN),
        ("extend", {"reason": "complex"}, Stage.OPEN),
        ("reclassify", {"right": "access"}, Stage.OPEN),
    ],
)
def test_an_officer_takes_a_step(at_desk, receive, controller, nobody_carries_out, step, given, stage):
    request = receive()

    response = at_desk.post(url(controller, step, request), given)

    assert response.status_code == 302
    assert again(request).stage == stage


def test_a_step_that_is_too_late_says_so_and_changes_nothing(at_desk, receive, controller):
    request = receive()
    with tenant(controller.pk):
        cases.withdraw(request)

    response = at_desk.post(url(controller, "withdraw", request), follow=True)

    assert "has moved on" in text_of(response)


def test_identity_by_a_known_fact(at_desk, receive, controller):
    request = receive(proven="")

    at_desk.post(url(controller, "prove-identity", request), {"fact": "reference"})

    assert (again(request).stage, again(request).identity_method) == (Stage.OPEN, "fact")


def test_a_duplicate_is_ended_from_the_desk(at_desk, receive, controller):
    receive()
    second = receive()

    at_desk.post(url(controller, "duplicate", second))

    assert again(second).stage == Stage.DUPLICATE


def test_how_the_desk_works_is_set_and_recorded(at_desk, controller):
    response = at_desk.post(
        url(controller, "settings"), {"answer_within_days": "14", "automatic_after_days": "0"}
    )

    with tenant(controller.pk):
        settings = DeskSettings.objects.get()
    assert response.status_code == 302
    assert (settings.answer_within_days, settings.automatic_after_days) == (14, 0)


def test_a_desk_cannot_be_slower_than_four_weeks(at_desk, controller):
    assert at_desk.post(url(controller, "settings"), {"answer_within_days": "29"}).status_code == 422


def test_sales_does_not_see_the_desk(client, bob, controller):
    sign_in(client, bob)

    assert client.get(url(controller, "desk")).status_code == 403


# --- The platform's ------------------------------------------------------------------------------------


@pytest.fixture
def pia(client: Client, platform_officer) -> Client:
    sign_in(client, Member(platform_officer, None, None))
    return client


def account_request(**given):
    user = make_user(name="Dana")
    wanted = {
        "right": Right.ERASURE,
        "channel": Channel.ACCOUNT,
        "language": "nl",
        "country": "NL",
        "email": user.email,
        "name": "Dana",
        "user": user,
        "proven": "session",
    } | given
    return cases.receive_for_account(**wanted)


def test_the_platforms_officer_sees_requests_about_accounts(pia):
    request = account_request()

    queue = pia.get(reverse("platform:requests"))
    page = pia.get(reverse("platform:request", kwargs={"pk": request.pk}))

    assert [row.request for row in queue.context["rows"]] == [request]
    assert "Name and account" in [group["label"] for group in page.context["groups"]]


def test_the_platforms_officer_decides_there(pia, carried):
    request = account_request()
    page = pia.get(reverse("platform:request", kwargs={"pk": request.pk}))
    given = {f"outcome-{name}": "erased" for name, _label in page.context["form"].groups}

    pia.post(reverse("platform:request-decide", kwargs={"pk": request.pk}), given)
    work()

    assert again(request).stage == Stage.FULFILLED


@pytest.mark.promise("H10")
def test_the_platforms_desk_offers_no_decision_about_leads(pia):
    request = account_request(concerns=Concerns.LEADS)

    page = pia.get(reverse("platform:request", kwargs={"pk": request.pk}))
    posted = pia.post(
        reverse("platform:request-decide", kwargs={"pk": request.pk}), {"outcome-*": "erased"}, follow=True
    )

    assert not page.context["may_decide"]
    assert again(request).stage == Stage.OPEN
    assert posted.status_code in (200, 422)


def test_nobody_else_finds_the_platforms_desk(at_desk):
    assert at_desk.get(reverse("platform:requests")).status_code == 404


@pytest.mark.parametrize(
    ("step", "form"), [("prove-identity", {"fact": "phone"}), ("reclassify", {"right": "erasure"})]
)
def test_what_may_end_in_an_erasure_by_itself_asks_again_who_is_there(
    at_desk, receive, controller, step, form
):
    """Where the organisation lets erasures happen by themselves, this is the last that an officer does."""
    request = receive(right="access", channel="mail", proven="")
    session = at_desk.session
    session[CONFIRMED_AT] = 0
    session.save()

    response = at_desk.post(url(controller, step, request), form)

    assert (response.status_code, "step-up" in response.headers["Location"]) == (302, True)
    with tenant(controller.pk):
        asked = PrivacyRequest.objects.get(pk=request.pk)
        assert (asked.right, asked.stage) == ("access", Stage.AWAITING_IDENTITY)
