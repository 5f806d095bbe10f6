"""Breaches: the clock that no weekend stops, whoever is concerned is told, and nothing is left undecided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from delivery.models import AccountMail
from leads.work import mark_read
from organisations.models import Membership
from privacy import breaches
from privacy.art33 import draft
from privacy.dated import hours_on
from privacy.models import Breach, BreachEntry, BreachOrganisation, EntryKind
from tenancy.context import tenant
from tests.factories import make_lead, make_user, sign_in, work_that_is_due

#: A Friday evening, before a long weekend in which the clocks change.
FRIDAY = datetime(2027, 3, 26, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    user = make_user(name="Olga", email="olga@opmaat.example")
    PlatformRole.objects.create(user=user, role=PlatformRole.Role.PRIVACY_OFFICER)
    return user


@pytest.fixture
def friday():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def opened(**changes) -> Breach:
    given = {"title": "A lost laptop", "suspected_at": timezone.now(), "what_happened": "It was in a train."}
    return breaches.open_breach(**{**given, "by": None, **changes})


def say(breach: Breach, kind: EntryKind, *, moment: datetime | None = None, text: str = "So it is.") -> None:
    breaches.add_entry(breach, kind=kind, moment=moment or timezone.now(), text=text, by=None)


def mails(template: str) -> list[AccountMail]:
    work_that_is_due()
    return list(AccountMail.objects.filter(template=template).order_by("created_at"))


# --- The clock to the authority ----------------------------------------------------------------------


@pytest.mark.promise("H45")
def test_seventy_two_hours_from_awareness_whatever_day_it_is(friday) -> None:
    breach = opened(suspected_at=FRIDAY - timedelta(days=2))
    assert breaches.clock(breach).due_at is None

    say(breach, EntryKind.AWARE)

    assert breaches.clock(breach).due_at == datetime(2027, 3, 29, 18, 0, tzinfo=UTC)  # Easter Monday


@pytest.mark.promise("H45")
@pytest.mark.parametrize(("hours", "alarms"), [(23, []), (25, [24]), (49, [24, 48]), (67, [24, 48, 66])])
def test_the_officer_is_woken_three_times(friday, olga, hours, alarms) -> None:
    breach = opened()
    say(breach, EntryKind.AWARE)

    friday.shift(timedelta(hours=hours))
    woken = [mail for mail in mails("breach_alarm") if mail.user_id == olga.pk]

    assert len(woken) == len(alarms)


@pytest.mark.promise("H45")
@pytest.mark.parametrize("decision", [EntryKind.AUTHORITY_TOLD, EntryKind.AUTHORITY_NOT_TOLD])
def test_once_it_is_decided_nobody_is_woken(friday, olga, decision) -> None:
    breach = opened()
    say(breach, EntryKind.AWARE)
    say(breach, decision)

    friday.shift(timedelta(hours=70))

    assert mails("breach_alarm") == []


@pytest.mark.promise("H45")
def test_correcting_the_moment_of_awareness_wins_no_time(friday) -> None:
    breach = opened()
    say(breach, EntryKind.AWARE, moment=FRIDAY - timedelta(hours=1))
    due = breaches.clock(breach).due_at

    say(breach, EntryKind.AWARE, moment=FRIDAY)
    assert breaches.clock(breach).due_at == due

    say(breach, EntryKind.AWARE, moment=FRIDAY - timedelta(hours=5))
    assert breaches.clock(breach).due_at == due - timedelta(hours=4)


@pytest.mark.promise("H45")
@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_said_is_never_changed(act) -> None:
    opened()
    rows = BreachEntry.objects.all()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(moment=FRIDAY) if act == "update" else rows._raw_delete(rows.db)

    assert rows.count() == 1


def test_not_telling_somebody_needs_reasons() -> None:
    breach = opened()
    for kind in (EntryKind.AUTHORITY_NOT_TOLD, EntryKind.PEOPLE_NOT_TOLD):
        with pytest.raises(breaches.NeedsReasons):
            say(breach, kind, text="  ")


@pytest.mark.promise("H45")
def test_the_hours_are_dated_settings() -> None:
    with override_settings(BREACH_AUTHORITY_HOURS=["2018-05-25:72", "2028-01-01:96"]):
        now, later = datetime(2027, 12, 31, 12, tzinfo=UTC), datetime(2028, 1, 1, 12, tzinfo=UTC)

        assert [hours_on("BREACH_AUTHORITY_HOURS", moment) for moment in (now, later)] == [72, 96]


# --- The organisations that it concerns --------------------------------------------------------------


@pytest.fixture
def seen_by_bob(alice, bob, charlie):
    """Bob looked at two of Acme's leads; Globex has a lead that he never saw."""
    for email in ("one@example.com", "two@example.com"):
        lead = make_lead(alice.organisation, email=email)
        with tenant(alice.organisation.pk):
            mark_read(lead, by=bob.user.pk)
    make_lead(charlie.organisation, email="three@example.com")
    return bob


@pytest.mark.promise("A14", "A15")
def test_whom_it_concerns_is_found_in_the_record_and_told_on_suspicion(seen_by_bob, alice, charlie) -> None:
    breach = opened(actor_id=seen_by_bob.user.pk)

    told = mails("breach_organisation")

    [line] = breach.concerned.all()
    assert (line.organisation_id, line.people, line.rows) == (alice.organisation.pk, 2, 2)
    assert "contact" in line.categories
    assert line.told_at is not None
    assert {mail.user_id for mail in told} == {alice.user.pk}  # Bob sells; he does not answer for the data


@pytest.mark.promise("A14", "A15")
@pytest.mark.parametrize(("since", "until", "found"), [(-1, None, 1), (None, -1, 0), (1, None, 0)])
def test_only_within_the_time_in_question(seen_by_bob, since, until, found) -> None:
    now = timezone.now()
    breach = opened(
        actor_id=seen_by_bob.user.pk,
        since=now + timedelta(hours=since) if since else None,
        until=now + timedelta(hours=until) if until else None,
    )
    mails("breach_organisation")

    assert breach.concerned.count() == found


@pytest.mark.promise("A14", "A15")
def test_where_all_are_concerned_all_are_told_once(alice, charlie) -> None:
    breach = opened(everybody=True)
    mails("breach_organisation")
    breaches.look_for_concerned(breach, everybody=True)

    assert len(mails("breach_organisation")) == 2
    assert breach.concerned.filter(told_at=None).count() == 0


@pytest.mark.promise("A14", "A15")
def test_an_organisation_that_is_not_told_within_a_day_wakes_the_officer(friday, alice, olga) -> None:
    breach = opened()
    line = breaches.concern(breach, alice.organisation.pk)
    mails("breach_organisation")
    BreachOrganisation.objects.filter(pk=line.pk).update(told_at=None)

    friday.shift(timedelta(hours=24, seconds=1))

    assert [mail.user_id for mail in mails("breach_untold") if mail.user_id] == [olga.pk]


@pytest.mark.promise("A14", "A15")
def test_an_organisation_reads_what_concerns_it_and_nothing_else(seen_by_bob, alice, charlie, client) -> None:
    breach = opened(actor_id=seen_by_bob.user.pk)
    mails("breach_organisation")
    pages = {}
    for member in (alice, charlie):
        sign_in(client, member)
        pages[member] = client.get(
            reverse("privacy:incidents", kwargs={"organisation": member.organisation.slug})
        ).content.decode()

    assert breach.reference in pages[alice]
    assert "It was in a train." in pages[alice]
    assert breach.reference not in pages[charlie]


# --- The draft, and the end --------------------------------------------------------------------------


@pytest.mark.promise("H45")
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "About 2 people"), ("nl", "Ongeveer 2 personen"), ("fr", "Environ 2 personnes")],
)
def test_the_draft_is_filled_in_from_the_record(seen_by_bob, language, words) -> None:
    breach = opened(actor_id=seen_by_bob.user.pk)
    mails("breach_organisation")
    say(breach, EntryKind.CONSEQUENCES, text="Unwanted calls.")

    text = draft(breach, language).text

    assert words in text
    assert "It was in a train." in text
    assert "Unwanted calls." in text
    assert "privacy@opmaat.example" in text or "@" in text


def test_a_notification_comes_in_phases(friday) -> None:
    breach = opened()
    friday.shift(timedelta(hours=5))
    say(breach, EntryKind.NATURE, text="It was found again.")

    section = draft(breach, "en").sections[1]

    assert [line.rpartition("] ")[2] for line in section.lines] == [
        "It was in a train.",
        "It was found again.",
    ]


def test_a_late_notification_says_why(friday) -> None:
    breach = opened()
    say(breach, EntryKind.AWARE)
    friday.shift(timedelta(hours=80))
    say(breach, EntryKind.AUTHORITY_TOLD, text="The line was down.")

    assert "late, because: The line was down." in draft(breach, "en").text


DECIDED = (
    EntryKind.AWARE, EntryKind.DATA, EntryKind.CONSEQUENCES, EntryKind.MEASURES,
    EntryKind.AUTHORITY_NOT_TOLD, EntryKind.PEOPLE_NOT_TOLD,
)  # fmt: skip


@pytest.mark.promise("D1")
@pytest.mark.parametrize("left_out", DECIDED)
def test_an_undecided_case_cannot_close(olga, left_out) -> None:
    breach = opened()
    for kind in DECIDED:
        if kind != left_out:
            say(breach, kind)

    with pytest.raises(breaches.Undecided) as refusal:
        breaches.close(breach, text="Locked away.", by=olga.pk)

    assert len(refusal.value.missing) == 1
    assert Breach.objects.open().count() == 1


@pytest.mark.promise("D1")
def test_a_decided_case_closes_and_takes_nothing_more(olga) -> None:
    breach = opened()
    for kind in DECIDED:
        say(breach, kind)

    breaches.close(breach, text="Locked away.", by=olga.pk)

    assert Breach.objects.open().count() == 0
    with pytest.raises(breaches.IsClosed):
        say(breach, EntryKind.NATURE)


@pytest.mark.promise("D1")
def test_a_case_cannot_close_while_an_organisation_does_not_know(olga, alice) -> None:
    breach = opened()
    for kind in DECIDED:
        say(breach, kind)
    breaches.concern(breach, alice.organisation.pk)

    with pytest.raises(breaches.Undecided):
        breaches.close(breach, text="Locked away.", by=olga.pk)


# --- The pages ----------------------------------------------------------------------------------------


@pytest.fixture
def officer(alice, client):
    PlatformRole.objects.create(user=alice.user, role=PlatformRole.Role.PRIVACY_OFFICER)
    sign_in(client, alice)
    return client


def test_an_officer_opens_a_case_and_adds_to_it(officer, bob) -> None:
    form = {
        "title": "A lost laptop", "suspected_at": "2026-11-01T10:00", "what_happened": "In a train.",
        "actor": bob.user.email,
    }  # fmt: skip
    answer = officer.post(reverse("platform:breach-new"), form)
    breach = Breach.objects.get()
    officer.post(answer.url, {"kind": "aware", "moment": "2026-11-01T11:00", "text": ""})

    assert answer.url == reverse("platform:breach", args=[breach.pk])
    assert breach.actor_id == bob.user.pk
    assert officer.get(answer.url).context["clock"].aware_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("suspected_at", "2099-01-01T00:00"),
        ("suspected_at", "yesterday"),
        ("what_happened", ""),
        ("actor", "nobody@example.org"),
        ("until", "2020-01-01T00:00"),
    ],
)
def test_a_mistake_is_named_at_its_field(officer, field, value) -> None:
    form = {
        "title": "A laptop", "suspected_at": "2026-11-01T10:00", "what_happened": "Lost.",
        "since": "2026-10-01T00:00",
    }  # fmt: skip
    response = officer.post(reverse("platform:breach-new"), form | {field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Breach.objects.count() == 0


def test_an_entry_without_its_words_is_refused(officer) -> None:
    page = reverse("platform:breach", args=[opened().pk])

    response = officer.post(page, {"kind": "people_not_told", "moment": "2026-11-01T10:00", "text": " "})

    assert (response.status_code, list(response.context["entry_form"].errors)) == (422, ["text"])


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_draft_is_downloaded(officer, language) -> None:
    breach = opened()

    file = officer.get(reverse("platform:breach-draft", args=[breach.pk, language]))

    assert file.headers["Content-Disposition"] == f'attachment; filename="{breach.reference}-{language}.txt"'
    assert file.content.decode() == draft(breach, language).text


def test_a_colleague_without_the_role_learns_nothing(bob, client) -> None:
    breach = opened()
    sign_in(client, bob)

    assert client.get(reverse("platform:breach", args=[breach.pk])).status_code == 404
    assert Membership.objects.filter(user=bob.user).count() == 1


# --- Misuse that a person reports (D17) --------------------------------------------------------------


@pytest.mark.promise("D17")
def test_reporting_misuse_ends_every_session_and_opens_a_case(alice, client) -> None:
    sign_in(client, alice)

    client.post(reverse("accounts:report-misuse"))

    breach = Breach.objects.get()
    assert breach.actor_id == alice.user.pk
    assert client.get("/account/").status_code == 302
    assert AccountMail.objects.filter(template="account_misuse_reported", user_id=alice.user.pk).exists()
