"""Files that visitors handed in, in everything that is done about somebody's data."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from leads import work
from leads.files.stored import unseal_content, unseal_name
from leads.models import Lead, LeadFile
from organisations.models import Organisation
from privacy import dating, holds, registry, retention, verification
from privacy.leaving.importing import import_parcel
from privacy.models import LegalHold
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_file, make_lead
from tests.privacy.door.conftest import EMAIL, Person
from tests.privacy.erasure.conftest import carried_out, counted, order, tables_with
from tests.privacy.leaving.test_parcel import copy_of, lines, saved

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = b"\xff\xd8\xff\x00 no text at all \xff"


def rule() -> registry.Swept:
    return next(each for each in registry.dated() if each.label == "leads.LeadFile")


def files_of(lead: Lead) -> list[LeadFile]:
    with tenant(lead.organisation_id):
        return list(LeadFile.objects.order_by("pk"))


def unclaimed(lead: Lead, *, hours_ago: float) -> LeadFile:
    file = make_file(lead)
    with tenant(lead.organisation_id):
        at = timezone.now() - timedelta(hours=hours_ago)
        LeadFile.objects.filter(pk=file.pk).update(
            lead=None, created_at=at, purge_after=at + timedelta(hours=24)
        )
    return file


def test_an_erasure_takes_the_files_along(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    make_file(lead, content=CONTENT)

    carried_out(order(lead, alice))

    assert counted("leads_leadfile") == {"leads_leadfile": 0}


def test_another_persons_files_stay(alice: Member) -> None:
    lead, other = make_lead(alice.organisation), make_lead(alice.organisation, email="jan@example.org")
    make_file(lead)
    kept = make_file(other)

    carried_out(order(lead, alice))

    assert [file.pk for file in files_of(other)] == [kept.pk]


def test_no_name_stands_in_clear_anywhere(alice: Member) -> None:
    make_file(make_lead(alice.organisation), name="zzcanaryzz.jpg")

    assert tables_with("zzcanaryzz") == []


def test_what_no_request_claimed_goes_after_a_day(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    unclaimed(lead, hours_ago=25)
    fresh, claimed = unclaimed(lead, hours_ago=23), make_file(lead)

    retention.sweep(rule(), due_day=timezone.now().date())

    assert {file.pk for file in files_of(lead)} == {fresh.pk, claimed.pk}


def test_dates_come_out_again_by_the_rule(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    claimed, waiting = make_file(lead), unclaimed(lead, hours_ago=1)

    Organisation.objects.filter(pk=alice.organisation.pk).update(lead_retention_days=100)
    dating.redate_organisation(alice.organisation.pk)

    dates = {file.pk: file.purge_after for file in files_of(lead)}
    with tenant(alice.organisation.pk):
        lead.refresh_from_db()
    assert dates[claimed.pk] == lead.purge_after == lead.submitted_at + timedelta(days=100)
    assert not verification.report(rule()).wrong
    [before] = [file.created_at for file in files_of(lead) if file.pk == waiting.pk]
    assert dates[waiting.pk] == before + timedelta(hours=24)


def test_a_hold_on_a_person_keeps_their_files(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    claimed, waiting = make_file(lead), unclaimed(lead, hours_ago=1)

    with tenant(alice.organisation.pk):
        holds.place(
            scope=LegalHold.Scope.PERSON, ground=LegalHold.Ground.CLAIM, reason="A claim", review_on=date(2030, 1, 1),
            by=alice.user.pk, label="leads.Lead", object_id=lead.pk,
        )  # fmt: skip

    dates = {file.pk: file.purge_after for file in files_of(lead)}
    assert (dates[claimed.pk], dates[waiting.pk] is None) == (None, False)


def test_the_person_downloads_their_file_behind_the_door(alice: Member) -> None:
    lead, sanne = make_lead(alice.organisation, email=EMAIL), Person()
    file = make_file(lead, name="Gevel é.jpg", content=CONTENT)
    page = sanne.come_in().content.decode()

    answer = sanne.get(f"{alice.organisation.slug}/file/{lead.pk}/file-{file.pk}/")

    assert "Gevel é.jpg" in page
    assert (answer.content, answer["Content-Type"]) == (CONTENT, "application/octet-stream")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Gevel%20%C3%A9.jpg"
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )


def test_nobody_elses_file_is_behind_the_door(alice: Member, charlie: Member) -> None:
    make_lead(alice.organisation, email=EMAIL)
    other, theirs = make_lead(alice.organisation, email="jan@example.org"), make_lead(charlie.organisation)
    sanne = Person()
    sanne.come_in()

    answers = [
        sanne.get(f"{alice.organisation.slug}/file/{lead.pk}/file-{make_file(lead, content=CONTENT).pk}/")
        for lead in (other, theirs)
    ]

    assert [CONTENT in answer.content for answer in answers] == [False, False]


def test_the_zip_behind_the_door_has_the_file(alice: Member) -> None:
    make_file(make_lead(alice.organisation, email=EMAIL), content=CONTENT)
    sanne = Person()
    sanne.come_in()

    answer = sanne.get(f"{alice.organisation.slug}/download/zip/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("files/1-gevel.jpg") == CONTENT


def test_the_copy_of_everything_has_the_files_and_brings_them_back(
    alice: Member, charlie: Member, settings: Any, tmp_path: Path
) -> None:
    settings.EXPORT_DIR = tmp_path / "exports"
    make_file(make_lead(alice.organisation), content=CONTENT)

    found = import_parcel(
        saved(copy_of(alice), tmp_path / "copy.zip"), organisation_id=charlie.organisation.pk
    )

    assert [each.table for each in found if not each.is_complete] == []
    with tenant(charlie.organisation.pk):
        file = LeadFile.objects.get()
        assert (unseal_name(file), unseal_content(file)) == ("gevel.jpg", CONTENT)
    assert len(lines(copy_of(charlie), "leads_leadfile")) == 1


@pytest.mark.parametrize("scope", ["row", "category"])
def test_what_holds_a_request_holds_its_files(alice: Member, scope: str) -> None:
    lead = make_lead(alice.organisation)
    make_file(lead)

    with tenant(alice.organisation.pk):
        hold = holds.place(
            scope=scope, ground="claim", reason="A claim", review_on=date(2030, 1, 1), by=alice.user.pk,
            label="leads.Lead", object_id=lead.pk if scope == "row" else None,
        )  # fmt: skip
        [held] = files_of(lead)
        holds.release(hold, by=alice.user.pk)

    [released] = files_of(lead)
    assert (held.purge_after, released.purge_after) == (None, lead.purge_after)


def test_a_file_follows_its_request_into_quarantine_and_out_of_it(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    make_file(lead)
    dates = []

    with tenant(alice.organisation.pk):
        for act in (work.set_aside, work.release):
            act(lead, by=alice.user.pk)
            lead.refresh_from_db()
            dates.append([file.purge_after == lead.purge_after for file in files_of(lead)])

    assert dates == [[True], [True]]
