"""Leads in a file: who is in it, who is not, who is told, and when it is gone."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from audit.models import Disclosure, Event
from delivery.drain import drain
from delivery.jobs import TryLater
from delivery.leases import MAX_ATTEMPTS
from leads.exports import asking, file, making
from leads.models import ExportState, Lead, LeadExport, Status
from leads.tasks import remove_exports
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.leads.exports.conftest import again, ask, download, make, text_of, url


def rows_of(export: LeadExport, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(export), newline=""), delimiter=separator))


@pytest.mark.promise("H30")
def test_a_file_holds_every_request_once(alice: Member) -> None:
    leads = [make_lead(alice.organisation, email=f"v{n}@example.org") for n in range(3)]

    export = make(ask(alice, for_programs=True))

    assert [row["id"] for row in rows_of(export)] == [str(lead.pk) for lead in leads]
    assert [row["email"] for row in rows_of(export)] == [f"v{n}@example.org" for n in range(3)]
    assert (export.state, export.rows, export.total) == ("ready", 3, 3)


def test_price_and_configuration_are_in_words(alice: Member) -> None:
    lead = make_lead(alice.organisation)

    [row] = rows_of(make(ask(alice, language="nl")), ";")

    assert row["Prijs met btw"] == f"{lead.gross:f}".replace(".", ",")
    assert row["Status"] == "Nieuw"
    assert ": " in row["Configuratie"]


@pytest.mark.promise("H9")
def test_no_network_address_is_in_the_file(alice: Member) -> None:
    make_lead(alice.organisation)

    assert "203.0.113.7" not in text_of(make(ask(alice)))


def test_suspected_spam_is_left_out(alice: Member) -> None:
    make_lead(alice.organisation, status=Status.QUARANTINED)

    assert rows_of(make(ask(alice))) == []


def test_filters_narrow_what_is_in_it(alice: Member) -> None:
    won = make_lead(alice.organisation, status=Status.WON)
    make_lead(alice.organisation)
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)

    assert [r["id"] for r in rows_of(make(ask(alice, status="won", for_programs=True)))] == [str(won.pk)]
    assert len(rows_of(make(ask(alice, since=today, until=today)))) == 2
    assert rows_of(make(ask(alice, until=yesterday))) == []


def test_charlie_exports_nothing_of_acme(alice: Member, charlie: Member) -> None:
    make_lead(alice.organisation)

    assert rows_of(make(ask(charlie))) == []


def test_formulas_of_visitors_do_not_run(alice: Member) -> None:
    make_lead(alice.organisation, name="=HYPERLINK(1)")

    [row] = rows_of(make(ask(alice, for_programs=True)))

    assert row["name"] == "'=HYPERLINK(1)"


@pytest.mark.promise("H15")
def test_who_took_whom_along_is_recorded(alice: Member) -> None:
    leads = {make_lead(alice.organisation).pk for _ in range(2)}

    export = make(ask(alice))

    with tenant(alice.organisation.pk):
        noted = Disclosure.objects.filter(
            recipient_kind="export", recipient_id=alice.user.pk, batch_id=export.pk
        )
        assert set(noted.values_list("object_id", flat=True)) == leads
        assert Event.objects.get(action="lead.exported", object_id=export.pk).detail == {"rows": 2}


def test_a_killed_worker_is_followed_by_another(alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "BATCH", 2)
    leads = [str(make_lead(alice.organisation).pk) for _ in range(5)]
    export = ask(alice, for_programs=True)
    monkeypatch.setattr(making, "SLICE_SECONDS", 0.0)
    with pytest.raises(TryLater):
        make(export)
    half = again(export)
    with file.path_of(half).open("ab") as torn:
        torn.write(b"half a frame, written by a process that was killed before its commit")

    monkeypatch.setattr(making, "SLICE_SECONDS", 60.0)
    whole = make(export)

    assert half.rows == 2
    assert [row["id"] for row in rows_of(whole)] == leads


def test_the_job_is_left_with_the_request_for_it(alice: Member) -> None:
    make_lead(alice.organisation)
    export = ask(alice)

    drain()

    assert again(export).state == ExportState.READY


def test_a_file_that_cannot_be_made_says_so_in_the_end(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(alice)
    monkeypatch.setattr(file, "append", lambda *_: 1 / 0)

    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(ZeroDivisionError):
            make(export, attempt=attempt)

    assert again(export).state == ExportState.FAILED


def test_the_file_is_sealed_and_for_the_owner_of_the_process_alone(alice: Member, folder: Path) -> None:
    make_lead(alice.organisation, name="Sanne de Vries")

    make(ask(alice))

    [made] = folder.iterdir()
    assert b"Sanne" not in made.read_bytes()
    assert (folder.stat().st_mode & 0o777, made.stat().st_mode & 0o777) == (0o700, 0o600)


def test_one_at_a_time(alice: Member, bob: Member) -> None:
    ask(alice)

    with pytest.raises(asking.ExportUnderWay):
        ask(bob)


def test_an_organisation_keeps_so_many(alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_KEPT", 1)
    make(ask(alice))

    with pytest.raises(asking.TooManyExports):
        ask(alice)


def test_cancelling_stops_it_and_removes_the_file(
    alice: Member, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "BATCH", 1)
    monkeypatch.setattr(making, "SLICE_SECONDS", 0.0)
    make_lead(alice.organisation)
    export = ask(alice)
    with pytest.raises(TryLater):
        make(export)

    with tenant(alice.organisation.pk):
        asking.cancel_export(export, by=alice.user.pk)

    assert make(export).state == ExportState.CANCELLED
    assert list(folder.iterdir()) == []


# --- Taking it away --------------------------------------------------------------------------------


def test_download_streams_the_file_and_leaves_evidence(alice: Member, client: Client) -> None:
    make_lead(alice.organisation, name="Zoë")
    export = make(ask(alice))
    sign_in(client, alice)

    answer = download(client, alice, export)

    body = b"".join(answer.streaming_content)
    assert body.startswith("\ufeffReference,".encode())
    assert "Zoë" in body.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="requests-{timezone.localdate()}.csv"'
    with tenant(alice.organisation.pk):
        assert Event.objects.filter(action="lead.export_downloaded", object_id=export.pk).count() == 1
    assert again(export).downloaded_at


def test_who_went_since_is_not_in_the_download(alice: Member) -> None:
    gone, spam, stays = (make_lead(alice.organisation) for _ in range(3))
    export = make(ask(alice, for_programs=True))
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=gone.pk).delete()
        Lead.objects.filter(pk=spam.pk).update(status=Status.QUARANTINED)

    assert [row["id"] for row in rows_of(export)] == [str(stays.pk)]


@pytest.mark.parametrize("name", ["export-download", "export-progress"])
def test_a_colleague_and_a_stranger_find_nothing(
    alice: Member, bob: Member, charlie: Member, client: Client, name: str
) -> None:
    export = make(ask(alice))

    for member in (bob, charlie):
        sign_in(client, member)
        assert client.get(url(member, name, pk=export.pk)).status_code == 404


def test_after_seven_days_it_is_gone(alice: Member, folder: Path, client: Client) -> None:
    export = make(ask(alice))
    remove_exports()
    assert len(list(folder.iterdir())) == 1

    with travel(timezone.now() + timedelta(days=7, minutes=1)):
        remove_exports()
        sign_in(client, alice)
        answer = download(client, alice, export)

    assert list(folder.iterdir()) == []
    assert answer.status_code == 404


def test_a_file_that_is_not_there_is_said_to_be_gone(alice: Member, client: Client) -> None:
    export = make(ask(alice))
    file.remove(export)
    sign_in(client, alice)

    answer = client.get(url(alice, "export-download", pk=export.pk), follow=True)

    assert "not there any more" in answer.content.decode()


# --- The page --------------------------------------------------------------------------------------


def test_asking_on_the_page(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    answer = client.post(url(alice, "export"), {"status": "won"}, follow=True)

    [export] = answer.context["exports"]
    assert (export.status, export.requested_by, export.language) == ("won", alice.user.pk, "en")


def test_a_period_that_ends_before_it_begins_is_refused(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    answer = client.post(url(alice, "export"), {"since": "2026-03-02", "until": "2026-03-01"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["until"])


@pytest.mark.parametrize("value", ["0000-00-00", "x", "99999-01-01", "\x00"])
def test_a_date_that_is_none_is_refused(alice: Member, client: Client, value: str) -> None:
    sign_in(client, alice)

    assert client.post(url(alice, "export"), {"since": value}).status_code == 422


def test_progress_asks_for_itself_until_it_is_done(alice: Member, client: Client) -> None:
    make_lead(alice.organisation)
    export = ask(alice)
    sign_in(client, alice)

    waiting = client.get(url(alice, "export-progress", pk=export.pk)).content.decode()
    make(export)
    ready = client.get(url(alice, "export-progress", pk=export.pk)).content.decode()

    assert ("every 2s" in waiting, "every 2s" in ready, "1 request" in ready) == (True, False, True)
