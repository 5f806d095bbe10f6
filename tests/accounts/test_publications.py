"""A text changes: announced in time, told to everybody, and nobody is deemed to agree."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import announcing, legal, publications
from accounts.models import LegalNotice, LegalPublication, PlatformRole, TermsAcceptance
from delivery.drain import drain
from delivery.models import AccountMail, MailState
from tests.factories import make_user, sign_in

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A next version of every text lies ready, the same words with a new end."""
    for kind in legal.KINDS:
        folder = tmp_path / kind
        folder.mkdir()
        for file in (legal._TEXTS / kind).glob("*.txt"):
            (folder / file.name).write_bytes(file.read_bytes())
            version, _, rest = file.name.partition(".")
            if version == publications.FIRST[kind][-1][0]:
                (folder / f"2027-01.{rest}").write_text(file.read_text() + "\nNew.\n")
    monkeypatch.setattr(legal, "_TEXTS", tmp_path)
    legal.document.cache_clear()
    yield tmp_path
    legal.document.cache_clear()


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def announce(kind=legal.PRIVACY_POLICY, *, days=15, material=True):
    day = timezone.localdate() + timedelta(days=days)
    return publications.publish(kind=kind, version="2027-01", effective_on=day, material=material)


@pytest.mark.promise("H51")
@pytest.mark.parametrize("days", [0, 13, 14])
def test_what_matters_is_announced_fourteen_whole_days_ahead(written, today, days):
    """Noon on the first: midnight of the fifteenth is less than fourteen days away."""
    with pytest.raises(publications.NotPublishable):
        announce(days=days)

    assert not LegalPublication.objects.exists()


@pytest.mark.promise("H51")
def test_fifteen_days_ahead_is_early_enough(written, today):
    announce(days=15)

    assert publications.in_force(legal.PRIVACY_POLICY).version != "2027-01"
    today.shift(timedelta(days=15))
    assert publications.in_force(legal.PRIVACY_POLICY).version == "2027-01"


@pytest.mark.promise("H51")
def test_postgres_itself_refuses_a_shorter_notice():
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalPublication.objects.create(
            kind="terms",
            version="2027-01",
            sha256={},
            material=True,
            published_at=NOW,
            notice_started_at=NOW,
            effective_at=NOW + timedelta(days=13),
        )


def test_the_terms_promise_a_month(written, today):
    with pytest.raises(publications.NotPublishable):
        announce(legal.TERMS, days=31)

    assert announce(legal.TERMS, days=32).material


def test_what_does_not_matter_may_count_from_tomorrow_and_is_mailed_to_nobody(written, today, alice):
    announce(days=1, material=False)
    drain()

    assert LegalNotice.objects.count() == 0


def test_a_text_without_all_its_languages_is_not_published(written, today):
    (written / legal.PRIVACY_POLICY / "2027-01.fr.txt").unlink()
    legal.document.cache_clear()

    with pytest.raises(publications.NotPublishable, match="in fr"):
        announce()


def test_a_version_is_published_once_and_in_order(written, today):
    announce()

    with pytest.raises(publications.NotPublishable, match="already"):
        announce(days=40)


@pytest.mark.promise("E20", "C10")
def test_everybody_is_written_to_once_in_their_own_language(written, today, alice, monkeypatch):
    dana = make_user(name="Dana", language="nl")
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    publication = announce()
    while drain():
        pass
    publications.send_notices(publication)
    while drain():
        pass

    assert set(LegalNotice.objects.values_list("user", flat=True)) == {alice.user.pk, dana.pk}
    assert AccountMail.objects.filter(template="account_document_changes").count() == 2
    assert AccountMail.objects.get(user_id=dana.pk).language == "nl"


@pytest.mark.promise("E20", "C10")
def test_the_new_text_stands_on_every_page_until_it_counts(written, today, alice, client):
    announce()

    def shown():
        sign_in(client, alice)
        notices = client.get(f"/o/{alice.organisation.slug}/").context["notices"]
        return [(edition.kind, edition.version) for edition in notices.announced]

    assert shown() == [("privacy-policy", "2027-01")]
    today.shift(timedelta(days=15))
    assert shown() == []


@pytest.mark.promise("E20", "C10")
def test_the_officer_sees_whom_the_notice_did_not_reach(written, today, alice, client):
    announce()
    while drain():
        pass
    AccountMail.objects.filter(user_id=alice.user.pk).update(state=MailState.REFUSED)
    PlatformRole.objects.create(user=alice.user, role=PlatformRole.Role.PRIVACY_OFFICER)
    sign_in(client, alice)

    page = client.get(reverse("platform:documents"))

    assert [notice["refused"] for notice in page.context["progress"]] == [[alice.user]]
    assert alice.user.email in page.content.decode()


@pytest.mark.promise("H50")
def test_a_version_to_come_can_be_read_and_the_former_one_stays(written, today):
    announce()
    future = Client().get("/privacy-policy/nl/2027-01/")
    today.shift(timedelta(days=15))
    former = publications.FIRST[legal.PRIVACY_POLICY][-1][0]
    past = Client().get(f"/privacy-policy/nl/{former}/")

    assert future.context["edition"].effective_at > future.context["counts"].effective_at
    assert past.context["counts"].version == "2027-01"
    assert past.context["document"].version == former


def test_a_text_that_lies_ready_and_was_not_announced_is_not_shown(written, today):
    assert Client().get("/privacy-policy/nl/2027-01/").status_code == 404


@pytest.mark.promise("H4")
@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_acceptance_is_never_changed_or_deleted(alice, act):
    accepted = TermsAcceptance.objects.create(
        user=alice.user, document="terms", version="1", sha256="0" * 64, language="nl", accepted_at=NOW
    )
    row = TermsAcceptance.objects.filter(pk=accepted.pk)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        row.update(version="2") if act == "update" else row._raw_delete(row.db)

    assert row.get().version == "1"


def test_the_command_publishes_and_says_so(written, today, capsys):
    call_command("documents", "publish", "cookies", "2027-01", "--effective=2027-01-01", "--material")
    call_command("documents", "notice", "cookies", "2027-01")

    said = capsys.readouterr().out
    assert "cookies 2027-01 counts from 2027-01-01. Everybody" in said
    assert LegalPublication.objects.get().effective_at.date() == date(2026, 12, 31)  # midnight here, in UTC


def test_the_command_says_what_is_wrong(written, today):
    with pytest.raises(CommandError, match="14 days ahead"):
        call_command("documents", "publish", "cookies", "2027-01", "--effective=2026-12-05", "--material")
