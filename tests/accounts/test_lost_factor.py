"""Someone lost the app and the codes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.credentials import change_password
from accounts.models import Authenticator, LostFactor, RecoveryCode, User
from audit.models import PlatformEvent
from delivery.models import Job
from organisations.models import Membership
from organisations.permissions import Role
from tests.accounts.conftest import NEW_PASSWORD, code_of, link_in, sign_in_form, with_authenticator
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOST = "/sign-in/lost/"
STOP = "lost-factor-stop"
CONFIRM = "accounts:lost-factor-confirm"


@pytest.fixture
def half_way(client, dana):
    """A browser in which Dana's password was right and the second step is still to come."""
    with_authenticator(dana)
    client.post("/sign-in/", sign_in_form(dana))
    return client


@pytest.fixture
def begun(half_way, post):
    """The wait is on; answers the mails that told of it."""
    post()
    half_way.post(LOST)
    [asked] = post()
    half_way.post(link_in(asked, CONFIRM))
    return post()


def stop_link(message):
    return next(line for line in message.body.splitlines() if line.endswith("/stop/")).removeprefix(
        "http://localhost:8000"
    )


def end_of_the_wait(post):
    """The hours have passed."""
    past = timezone.now() - timedelta(seconds=1)
    LostFactor.objects.update(due_at=past)
    Job.objects.filter(task="accounts.take_off_lost_factor").update(due_at=past)
    return post()


def test_the_second_step_offers_it(half_way):
    assert f'href="{LOST}"' in half_way.get("/sign-in/two-step/").content.decode()


def test_without_the_password_it_is_not_there(client, dana):
    assert [getattr(client, method)(LOST).headers["Location"] for method in ("get", "post")] == [
        "/sign-in/",
        "/sign-in/",
    ]


def test_asking_mails_a_link_to_the_account(half_way, dana, post):
    post()

    half_way.post(LOST)

    assert [(mail.to, link_in(mail, CONFIRM)[:14]) for mail in post()] == [([dana.email], "/sign-in/lost/")]


def test_the_answer_is_the_same_while_it_is_under_way(half_way, dana, post):
    def answer():
        response = half_way.post(LOST)
        return response.status_code, response.content.decode().split("<h1>")[1]

    first = answer()
    LostFactor.objects.update(due_at=timezone.now() + timedelta(hours=1))

    assert answer() == first


def test_asking_again_does_not_begin_the_wait_anew(half_way, begun):
    before = LostFactor.objects.values().get()

    half_way.post(LOST)

    assert LostFactor.objects.values().get() == before


def test_asking_too_often_waits(half_way):
    answers = [half_way.post(LOST).status_code for _ in range(31)]

    assert (answers[0], answers[-1]) == (200, 429)


def test_one_account_gets_few_of_these_mails(half_way, post):
    post()
    for _ in range(7):
        half_way.post(LOST)

    assert len(post()) == 1
    assert Job.objects.filter(task="accounts.answer_lost_factor").count() == 0


def test_opening_the_link_begins_nothing(half_way, post):
    post()
    half_way.post(LOST)

    page = Client().get(link_in(post()[0], CONFIRM))

    assert (page.status_code, LostFactor.objects.get().due_at) == (200, None)


def test_the_link_works_once(half_way, post):
    post()
    half_way.post(LOST)
    link = link_in(post()[0], CONFIRM)

    assert [half_way.post(link).status_code for _ in range(2)] == [200, 404]


def test_without_a_second_factor_nothing_begins(half_way, post):
    post()
    half_way.post(LOST)
    link = link_in(post()[0], CONFIRM)
    Authenticator.objects.all().delete()

    assert half_way.post(link).status_code == 404


def test_the_wait_is_as_long_as_the_setting_says(begun, settings):
    left = LostFactor.objects.get().due_at - timezone.now()

    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=settings.LOST_FACTOR_HOURS)


def test_until_then_the_second_factor_stays(begun, post):
    post()

    assert Authenticator.objects.filter(confirmed=True).exists()


def test_after_it_factor_codes_and_sessions_are_gone(begun, dana, post, signed_in):
    browser = signed_in(dana, device=dana.authenticator)

    end_of_the_wait(post)

    assert (Authenticator.objects.exists(), RecoveryCode.objects.exists(), LostFactor.objects.exists()) == (
        False,
        False,
        False,
    )
    assert browser.get("/account/").status_code == 302


def test_the_next_sign_in_leads_to_a_new_setup(begun, dana, post):
    end_of_the_wait(post)

    response = Client().post("/sign-in/", sign_in_form(dana))

    assert response.headers["Location"] == "/account/two-step/?next=%2Fhome%2F"


@pytest.mark.parametrize("path", ["/account/", "/account/email/", "/account/password/", "/home/"])
def test_nothing_opens_before_there_is_another_factor(begun, dana, post, path):
    end_of_the_wait(post)
    browser = Client()
    browser.post("/sign-in/", sign_in_form(dana))

    assert browser.get(path).headers["Location"].startswith("/account/two-step/")


def test_setting_up_opens_everything_again(begun, dana, post):
    end_of_the_wait(post)
    browser = Client()
    browser.post("/sign-in/", sign_in_form(dana))
    browser.post("/account/two-step/begin/")

    browser.post("/account/two-step/", {"code": code_of(Authenticator.objects.get())})

    assert browser.get("/account/").status_code == 200
    assert not User.objects.get(pk=dana.pk).must_set_up_two_step


def test_the_step_up_on_the_way_to_the_setup_stays_open(begun, dana, post, signed_in):
    end_of_the_wait(post)
    dana.refresh_from_db()

    assert signed_in(dana, confirmed=False).get("/account/step-up/").status_code == 200


def test_the_account_is_told_at_the_beginning_and_at_the_end(begun, dana, post):
    [told] = begun
    [ended] = end_of_the_wait(post)

    assert (told.to, told.subject) == ([dana.email], "Two-step sign-in will be taken off")
    assert (ended.to, ended.subject) == ([dana.email], "Two-step sign-in has been taken off")


def test_the_link_in_the_mail_changes_nothing_by_itself(begun):
    page = Client().get(stop_link(begun[0]))

    assert (page.status_code, LostFactor.objects.count()) == (200, 1)


def test_one_button_stops_it_without_signing_in(begun, post):
    stopped = Client().post(stop_link(begun[0]))
    end_of_the_wait(post)

    assert (stopped.status_code, Authenticator.objects.filter(confirmed=True).count()) == (200, 1)


def test_a_stopped_wait_is_told_and_cannot_be_stopped_again(begun, post):
    link = stop_link(begun[0])
    Client().post(link)

    assert [mail.subject for mail in post()] == ["Two-step sign-in stays on"]
    assert Client().post(link).status_code == 404


def test_the_two_links_are_of_different_kinds(half_way, post):
    post()
    half_way.post(LOST)
    link = link_in(post()[0], CONFIRM)

    assert Client().post(f"{link}stop/").status_code == 404


def test_a_code_given_meanwhile_stops_it(begun, half_way, dana):
    half_way.post("/sign-in/two-step/", {"code": code_of(dana.authenticator)})

    assert not LostFactor.objects.exists()


def test_another_password_stops_it(begun, dana):
    change_password(user=dana, password=NEW_PASSWORD)

    assert not LostFactor.objects.exists()


def test_each_step_is_kept_as_evidence(begun, dana, post):
    end_of_the_wait(post)

    kept = PlatformEvent.objects.filter(action__contains="lost_factor", user_id=dana.pk)
    assert list(kept.order_by("occurred_at").values_list("action", flat=True)) == [
        "account.lost_factor_asked",
        "account.lost_factor_waits",
        "account.lost_factor_taken_off",
    ]


def test_tokens_are_kept_as_hashes(begun):
    token = stop_link(begun[0]).split("/")[-3]
    wish = LostFactor.objects.get()

    assert wish.token_hash is None
    assert token.encode() not in bytes(wish.stop_hash)


def test_someone_who_may_no_longer_sign_in_gets_nothing(half_way, dana, post):
    post()
    half_way.post(LOST)
    User.objects.filter(pk=dana.pk).update(is_active=False)

    assert post() == []


def test_other_owners_are_told_once_each_and_can_stop_it(half_way, dana, alice, charlie, bob, post):
    for organisation in (alice.organisation, charlie.organisation):
        Membership.objects.create(organisation=organisation, user=dana, role=Role.SALES)
    Membership.objects.create(organisation=charlie.organisation, user=alice.user, role=Role.OWNER)
    stranger = make_user(name="Erin")
    post()
    half_way.post(LOST)
    [asked] = post()

    half_way.post(link_in(asked, CONFIRM))

    told = post()
    assert sorted(mail.to[0] for mail in told) == sorted([alice.user.email, charlie.user.email, dana.email])
    assert stranger.email not in [mail.to[0] for mail in told]
    to_alice = next(mail for mail in told if mail.to == [alice.user.email])
    assert "Dana (Acme, Globex)" in " ".join(to_alice.body.split())
    assert Client().post(stop_link(to_alice)).status_code == 200


def test_other_owners_read_that_it_has_happened(half_way, dana, alice, post):
    Membership.objects.create(organisation=alice.organisation, user=dana, role=Role.SALES)
    post()
    half_way.post(LOST)
    half_way.post(link_in(post()[0], CONFIRM))
    post()

    assert sorted(mail.to[0] for mail in end_of_the_wait(post)) == sorted([alice.user.email, dana.email])
