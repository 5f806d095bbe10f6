"""What is looked after each day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.mail import open_letter, open_recipient
from delivery.models import AccountMail
from organisations.models import Membership
from organisations.permissions import Role
from privacy.models import AccountRequest, Stage
from privacy.requests import cases, daily, reminding
from privacy.tasks import look_after_requests
from tenancy.context import current_organisation_id_or_none, tenant
from tenancy.keys import PLATFORM
from tests.factories import make_user
from tests.privacy.requests.conftest import again, events_of

pytestmark = pytest.mark.django_db


def mails(template="request_reminder"):
    found = AccountMail.objects.filter(template=template).order_by("id")
    return [(open_recipient(mail, PLATFORM), open_letter(mail, PLATFORM)) for mail in found]


def run():
    daily.look_after(timezone.now().date())


@pytest.mark.parametrize(
    ("left", "reminds"),
    [(15, 0), (14, 1), (13, 0), (7, 1), (3, 0), (2, 1), (1, 0), (0, 0), (-1, 1), (-2, 1), (-9, 1)],
)
def test_officers_are_reminded_some_days_before_and_each_day_after(receive, on_monday, left, reminds):
    request = receive()
    on_monday.shift(timedelta(days=(request.target_on - timezone.localdate()).days - left))

    run()

    assert len(mails()) == reminds


@pytest.mark.promise("C24")
def test_an_answer_that_is_late_raises_an_alert_that_says_so(receive, controller, on_monday):
    request = receive()
    on_monday.shift(timedelta(days=29))

    run()

    [(to, letter)] = mails()
    assert to == "alice@example.org"
    assert f"{request.reference}, Erasure: LATE" in letter.text
    assert "reminded" in events_of(controller, request)


def test_a_reminder_names_nobody(receive, on_monday):
    receive(name="Sanne de Vries")
    on_monday.shift(timedelta(days=29))

    run()

    [(_to, letter)] = mails()
    assert "Sanne" not in letter.text
    assert "sanne" not in letter.text


def test_a_day_that_is_run_twice_reminds_once(receive, on_monday):
    receive()
    on_monday.shift(timedelta(days=29))

    run()
    run()

    assert len(mails()) == 1


def test_days_that_were_missed_remind_once(receive, on_monday):
    receive()
    on_monday.shift(timedelta(days=29))
    look_after_requests()
    on_monday.shift(timedelta(days=5))

    look_after_requests()

    assert len(mails()) == 2


def test_privacy_officers_come_before_owners(receive, controller, on_monday):
    Membership.objects.create(user=make_user(name="Gus"), organisation=controller, role=Role.PRIVACY_OFFICER)
    receive()
    on_monday.shift(timedelta(days=29))

    run()

    assert [to for to, _letter in mails()] == ["gus@example.org"]


def test_what_stands_still_or_is_answered_reminds_nobody(receive, officer, controller, on_monday):
    still, withdrawn = receive(), receive()
    with tenant(controller.pk):
        cases.ask_for_identity(still, by=officer)
        cases.withdraw(withdrawn)

        assert reminding.due(type(still), still.target_on + timedelta(days=1)) == []


def test_a_new_request_is_announced_to_who_decides(receive, carried):
    receive()
    receive(right="access")  # is given at once

    assert [to for to, _letter in mails("request_arrived")] == ["alice@example.org"]


def test_who_never_showed_who_they_are_is_no_longer_waited_for(receive, on_monday):
    request = receive(proven="")
    on_monday.shift(timedelta(days=7))

    run()

    assert again(request).stage == Stage.UNVERIFIED


def test_one_organisation_that_fails_does_not_stop_the_others(receive, globex, on_monday, monkeypatch):
    request = receive(proven="")
    on_monday.shift(timedelta(days=7))
    real = daily._look_after

    def fail_at_globex(model, due_day):
        if current_organisation_id_or_none() == globex.pk:
            raise RuntimeError("broken")
        real(model, due_day)

    monkeypatch.setattr(daily, "_look_after", fail_at_globex)
    monkeypatch.setattr(daily, "organisations", lambda: [globex.pk, request.organisation_id])
    with pytest.raises(ExceptionGroup):
        run()

    assert again(request).stage == Stage.UNVERIFIED


def test_the_platforms_own_requests_are_looked_after_too(platform_officer, on_monday):
    request = cases.receive_for_account(
        right="erasure", channel="door", language="nl", country="NL", email="dana@example.org", proven="link"
    )
    on_monday.shift(timedelta(days=29))

    run()

    assert [to for to, _letter in mails()] == ["pia@example.org"]
    assert AccountRequest.objects.get() == request
