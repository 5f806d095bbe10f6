"""Processors are told until each has forgotten, or a person says that they told it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import override_settings
from django.utils import timezone
from time_machine import travel

from audit.models import Event, NoticeState, RecipientNotice
from audit.processors import Answer, Forget, processor_id
from config import postmark
from config.postmark import NotAsked
from config.postmark_removal import PostmarkRemoval
from delivery.jobs import JobCall, TryLater
from delivery.models import AccountMail
from leads.models import Lead
from privacy.declarations import Subject
from privacy.erasure import propagation
from privacy.erasure.carrying_out import erase, order_account_erasure
from privacy.erasure.plan import plan_erasure
from privacy.erasure.propagation import NothingToConfirm, confirm_by_hand, hand_over_to_officers
from privacy.models import AccountNotice, LeadErasure
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.factories import make_user
from tests.privacy.erasure.conftest import as_it_is, carried_out, order

Wishes = list[Forget]


class Post:
    """A processor that got every mail, and answers what the test says."""

    wishes: Wishes = []
    answers: list[Answer | Exception] = []

    def got_any(self, counts: dict[str, int]) -> bool:
        return "delivery_sentmail" in counts or "delivery_accountmail" in counts

    def forget(self, wish: Forget) -> Answer:
        self.wishes.append(wish)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def post(settings: Any) -> type[Post]:
    settings.PRIVACY_PROCESSORS = {"post": f"{__name__}.Post"}
    Post.wishes, Post.answers = [], []
    return Post


def notice_of(erasure: LeadErasure) -> RecipientNotice:
    with tenant(erasure.organisation_id):
        return RecipientNotice.objects.get(case_id=erasure.case_id, recipient_id=processor_id("post"))


def tell(erasure: LeadErasure) -> RecipientNotice:
    """One run of the job; that it wants to come back is no failure."""
    call = JobCall(erasure.organisation_id, {"notice": str(notice_of(erasure).pk)})
    with suppress(TryLater):
        propagation.tell_of_lead(call)
    return notice_of(erasure)


def test_a_processor_is_told_the_address_and_then_it_is_forgotten(
    lead: Lead, alice: Member, post: type[Post]
) -> None:
    done = carried_out(order(lead, alice))
    post.answers = [Answer(NoticeState.SENT, "removals 7"), Answer(NoticeState.CONFIRMED, "removals 7")]

    first, second = tell(done).state, tell(done)

    assert (first, second.state, second.receipt) == ("sent", "confirmed", "removals 7")
    assert [(list(wish.addresses), wish.receipt) for wish in post.wishes] == [
        (["sanne@example.org"], ""),
        (["sanne@example.org"], "removals 7"),
    ]
    with tenant(done.organisation_id):
        propagation.forget_addresses(as_it_is(done))
    assert as_it_is(done).addresses is None


def test_the_address_waits_sealed(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))

    assert b"sanne" not in bytes(done.addresses or b"")
    assert propagation.addresses_of(done) == ["sanne@example.org"]


def test_whoever_got_nothing_is_not_told(lead: Lead, alice: Member, settings: Any) -> None:
    settings.PRIVACY_PROCESSORS = {"postmark": "config.postmark_removal.PostmarkRemoval"}

    done = carried_out(order(lead, alice))

    with tenant(done.organisation_id):
        assert RecipientNotice.objects.filter(recipient_kind="processor").count() == 0
    assert done.addresses is None


def test_a_failure_is_repeated_ever_more_slowly(lead: Lead, alice: Member, post: type[Post]) -> None:
    done = carried_out(order(lead, alice))
    call = JobCall(done.organisation_id, {"notice": str(notice_of(done).pk)})
    post.answers = [ConnectionError("sanne@example.org")] * 14
    waits = []
    for _ in range(14):
        with pytest.raises(TryLater) as later:
            propagation.tell_of_lead(call)
        waits.append(later.value.delay)

    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert max(waits) == timedelta(days=1)
    notice = notice_of(done)
    assert (notice.state, notice.attempts, notice.last_error) == ("pending", 14, "ConnectionError")


@pytest.mark.promise("H15")
def test_after_five_days_it_is_a_persons_task(lead: Lead, alice: Member, post: type[Post]) -> None:
    done = carried_out(order(lead, alice))
    post.answers = [ConnectionError()]

    with travel(timezone.now() + timedelta(days=5, minutes=1), tick=False):
        told = tell(done)

    assert told.state == NoticeState.MANUAL
    with tenant(done.organisation_id):
        assert propagation.outstanding(done) == 2  # the webhook too


def test_a_recipient_that_cannot_be_told_is_handed_over(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))

    with tenant(done.organisation_id), travel(timezone.now() + timedelta(days=6), tick=False):
        assert hand_over_to_officers() == 2

    assert notice_of(done).state == NoticeState.MANUAL


def test_an_officer_says_when_they_told_it(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))
    notice, today = notice_of(done), timezone.localdate()
    with tenant(done.organisation_id):
        RecipientNotice.objects.filter(pk=notice.pk).update(state=NoticeState.MANUAL)
        confirm_by_hand(done, notice.pk, told_on=today, by=alice.user.pk)
        event = Event.objects.get(action="recipient.told")

    settled = notice_of(done)
    assert (settled.state, settled.receipt) == ("confirmed", f"told by hand on {today}")
    assert (event.actor_id, event.evidence) == (alice.user.pk, True)


@pytest.mark.parametrize(("state", "days"), [("pending", 0), ("confirmed", 0), ("manual", 1), ("manual", -1)])
def test_nothing_else_is_confirmed_by_hand(lead: Lead, alice: Member, state: str, days: int) -> None:
    """Not what a machine still does, and no day in the future or before the erasure."""
    done = carried_out(order(lead, alice))
    notice = notice_of(done)
    with tenant(done.organisation_id):
        RecipientNotice.objects.filter(pk=notice.pk).update(state=state)
        told_on = timezone.localdate() + timedelta(days=days)
        with pytest.raises(NothingToConfirm):
            confirm_by_hand(done, notice.pk, told_on=told_on, by=alice.user.pk)


def test_a_processor_that_is_gone_is_a_persons_task(lead: Lead, alice: Member, settings: Any) -> None:
    done = carried_out(order(lead, alice))
    settings.PRIVACY_PROCESSORS = {}

    assert tell(done).state == NoticeState.MANUAL


def test_an_account_is_forgotten_too(alice: Member, post: type[Post]) -> None:
    user = make_user(name="Bea")
    AccountMail.objects.create(
        user_id=user.pk, template="t", language="en", recipient=b"", content=b"", recipient_index=b"",
        created_at=timezone.now(),
    )  # fmt: skip
    plan = plan_erasure(Subject.ACCOUNT, [user.pk])
    erasure = order_account_erasure(case_id=uuid7(), user_id=user.pk, approved=plan.digest, by=user.pk)
    erase(erasure.pk, organisation_id=None)
    post.answers = [Answer(NoticeState.CONFIRMED, "1")]
    notice = AccountNotice.objects.get(case_id=erasure.case_id)

    propagation.tell_of_account(JobCall(None, {"notice": str(notice.pk)}))

    notice.refresh_from_db()
    assert (notice.state, list(post.wishes[0].addresses)) == ("confirmed", ["bea@example.org"])


# --- Postmark ---------------------------------------------------------------------------------------

ERASED = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_without_a_token_postmarks_own_period_counts(settings: Any) -> None:
    settings.POSTMARK_ACCOUNT_TOKEN = ""
    wish = Forget(["sanne@example.org"], ERASED)

    with travel(ERASED, tick=False):
        at_first = PostmarkRemoval().forget(wish)
    with travel(ERASED + timedelta(days=7), tick=False):
        later = PostmarkRemoval().forget(wish)

    assert at_first == Answer(NoticeState.SENT, "expires 2026-12-06", again_in=timedelta(days=7))
    assert (later.state, later.receipt) == (NoticeState.CONFIRMED, "expired 2026-12-06")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Mock:
    settings.POSTMARK_ACCOUNT_TOKEN = "account"
    asked = Mock()
    monkeypatch.setattr(postmark.requests, "request", asked)
    return asked


def _answers(*bodies: dict[str, Any], ok: bool = True) -> list[Mock]:
    return [Mock(ok=ok, status_code=200 if ok else 422, json=lambda body=body: body) for body in bodies]


def test_with_a_token_postmark_is_asked_once_and_then_how_far_it_is(api: Mock) -> None:
    api.side_effect = _answers({"ID": 7}, {"Status": "Pending"}, {"Status": "Done"})

    first = PostmarkRemoval().forget(Forget(["sanne@example.org"], ERASED))
    second = PostmarkRemoval().forget(Forget(["sanne@example.org"], ERASED, receipt=first.receipt))

    assert (first.state, first.receipt) == (NoticeState.SENT, "removals 7")
    assert (second.state, second.receipt) == (NoticeState.CONFIRMED, "removals 7")
    assert [call.args[0] for call in api.call_args_list] == ["POST", "GET", "GET"]
    assert api.call_args_list[0].kwargs["json"]["RequestedFor"] == "sanne@example.org"


def test_a_refusal_quotes_nobody(api: Mock) -> None:
    api.side_effect = _answers({"Message": "sanne@example.org"}, ok=False)

    with pytest.raises(NotAsked) as refused:
        PostmarkRemoval().forget(Forget(["sanne@example.org"], ERASED))

    assert "sanne" not in str(refused.value)


def test_only_what_went_by_postmark_is_asked_of_it() -> None:
    counts = {"delivery_sentmail": 1}
    with override_settings(EMAIL_BACKEND="config.postmark.PostmarkBackend"):
        assert PostmarkRemoval().got_any(counts)
        assert not PostmarkRemoval().got_any({"leads_lead": 1})
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        assert not PostmarkRemoval().got_any(counts)
