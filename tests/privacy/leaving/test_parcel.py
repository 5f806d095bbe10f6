"""A complete copy: everything in it, nobody else's in it, and put elsewhere it is the same again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import Event
from configurators.images.keeping import keep_image
from configurators.models import Image
from delivery.drain import drain
from leads.models import Lead, LeadContact
from leads.sealed import contact_of
from organisations.leaving import deactivate
from privacy.leaving import contents, parcel
from privacy.leaving.importing import NotAcceptable, import_parcel
from privacy.models import Parcel
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators import photos
from tests.factories import make_lead, sign_in
from tests.privacy.erasure.conftest import whole_lead

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORT_DIR = tmp_path / "exports"
    return settings.EXPORT_DIR


def copy_of(member: Member) -> zipfile.ZipFile:
    with tenant(member.organisation.pk):
        made = parcel.ask_for_parcel(by=member.user.pk)
    while drain():
        pass
    with tenant(member.organisation.pk):
        made.refresh_from_db()
        data = b"".join(parcel.archive(made, organisation=member.organisation))
    return zipfile.ZipFile(io.BytesIO(data))


def lines(copy: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in copy.read(f"data/{table}.jsonl").decode().splitlines()]


@pytest.mark.promise("C22", "H30")
def test_everything_is_in_it_and_readable(transactional_db: None, alice: Member) -> None:
    lead = whole_lead(alice)

    copy = copy_of(alice)

    [contact] = lines(copy, "leads_leadcontact")
    assert (contact["name"], contact["email"]) == ("Sanne de Vries", "sanne@example.org")
    assert [each["text"] for each in lines(copy, "leads_leadnote")] == ["Belt vrijdag terug."]
    assert [each["id"] for each in lines(copy, "leads_lead")] == [str(lead.pk)]
    assert json.loads(copy.read("team.json"))[0]["name"] == "Alice"


def test_the_manifest_has_the_hash_of_every_file(transactional_db: None, alice: Member) -> None:
    whole_lead(alice)

    copy = copy_of(alice)

    manifest = json.loads(copy.read("manifest.json"))
    assert set(manifest["files"]) == set(copy.namelist()) - {"manifest.json"}
    assert {name: said["sha256"] for name, said in manifest["files"].items()} == {
        name: hashlib.sha256(copy.read(name)).hexdigest() for name in manifest["files"]
    }


@pytest.mark.promise("H9")
def test_the_network_address_is_not_in_it(transactional_db: None, alice: Member) -> None:
    make_lead(alice.organisation)

    copy = copy_of(alice)

    assert not [name for name in copy.namelist() if b"203.0.113.7" in copy.read(name)]
    assert "data/leads_leadorigin.jsonl" not in copy.namelist()


@pytest.mark.promise("C14")
def test_nothing_of_charlie_is_in_it(transactional_db: None, alice: Member, charlie: Member) -> None:
    make_lead(alice.organisation)
    make_lead(charlie.organisation, name="Zoë Quibus", email="quibus@example.org")

    copy = copy_of(alice)

    assert not [name for name in copy.namelist() if "quibus" in copy.read(name).decode().lower()]


def test_the_file_is_sealed(transactional_db: None, alice: Member, folder: Path) -> None:
    make_lead(alice.organisation)
    copy_of(alice)

    [file] = folder.iterdir()
    assert b"sanne" not in file.read_bytes().lower()


def test_small_batches_make_the_same_copy(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_lead(alice.organisation, email=f"sanne{number}@example.org")
    monkeypatch.setattr(parcel, "BATCH", 2)

    assert len(lines(copy_of(alice), "leads_lead")) == 3


# --- Put elsewhere ---------------------------------------------------------------------------------


def saved(copy: zipfile.ZipFile, path: Path) -> Path:
    assert copy.fp is not None
    copy.fp.seek(0)
    path.write_bytes(copy.fp.read())
    return path


@pytest.mark.promise("C22")
def test_in_an_empty_organisation_it_is_the_same_again(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path
) -> None:
    whole_lead(alice)
    file = saved(copy_of(alice), tmp_path / "copy.zip")

    found = import_parcel(file, organisation_id=charlie.organisation.pk)

    with tenant(charlie.organisation.pk):
        [lead] = Lead.objects.all()
        assert contact_of(lead).email == "sanne@example.org"
    assert [each.table for each in found if not each.is_complete] == []
    again = copy_of(charlie)
    for each in found:
        if not each.left_out:
            assert len(lines(again, each.table)) == each.rows


def test_images_come_along_and_are_the_same_elsewhere(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path
) -> None:
    with tenant(alice.organisation.pk):
        kept = [keep_image(photos.png(width, 900), by=alice.user.pk) for width in (300, 1400)]
    file = saved(copy_of(alice), tmp_path / "copy.zip")

    import_parcel(file, organisation_id=charlie.organisation.pk)

    with tenant(charlie.organisation.pk):
        found = {image.sha256: (bytes(image.wide), bytes(image.small)) for image in Image.objects.all()}
    assert found == {image.sha256: (image.wide, image.small) for image in kept}


def test_an_address_is_found_under_the_new_key(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path
) -> None:
    whole_lead(alice)
    file = saved(copy_of(alice), tmp_path / "copy.zip")
    import_parcel(file, organisation_id=charlie.organisation.pk)

    indexes = set()
    for member in (alice, charlie):
        with tenant(member.organisation.pk):
            indexes.add(bytes(LeadContact.objects.get().email_index))
    assert len(indexes) == 2


def test_an_organisation_with_something_in_it_is_refused(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path
) -> None:
    make_lead(charlie.organisation)
    file = saved(copy_of(alice), tmp_path / "copy.zip")

    with pytest.raises(NotAcceptable):
        import_parcel(file, organisation_id=charlie.organisation.pk)


def test_a_damaged_copy_is_refused(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path
) -> None:
    make_lead(alice.organisation)
    copy = copy_of(alice)
    with zipfile.ZipFile(tmp_path / "damaged.zip", "w") as damaged:
        for name in copy.namelist():
            damaged.writestr(name, copy.read(name).replace(b"sanne@", b"sonne@"))

    with pytest.raises(NotAcceptable, match="damaged"):
        import_parcel(tmp_path / "damaged.zip", organisation_id=charlie.organisation.pk)


def test_the_command_says_what_came_back(
    transactional_db: None, alice: Member, charlie: Member, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_lead(alice.organisation)
    file = saved(copy_of(alice), tmp_path / "copy.zip")

    call_command("import_organisation", str(file), into=charlie.organisation.slug)

    assert "leads_lead: 1 of 1 equal" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_organisation", str(file), into="nowhere")


# --- The page --------------------------------------------------------------------------------------


def page(member: Member, name: str = "privacy:data", **kwargs: object) -> str:
    return reverse(name, kwargs={"organisation": member.organisation.slug, **kwargs})


@pytest.mark.promise("C22")
def test_one_click_makes_it_and_one_takes_it_along(
    transactional_db: None, alice: Member, client: Client
) -> None:
    make_lead(alice.organisation)
    sign_in(client, alice)
    client.post(page(alice))
    while drain():
        pass
    with tenant(alice.organisation.pk):
        made = Parcel.objects.get()

    answer = client.get(page(alice, "privacy:data-download", pk=made.pk))

    copy = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    assert len(lines(copy, "leads_lead")) == 1
    with tenant(alice.organisation.pk):
        acts = set(Event.objects.filter(kind="parcel").values_list("action", flat=True))
    assert acts == {"data.export_asked", "data.exported", "data.export_downloaded"}


def test_the_owner_of_one_that_left_takes_it_along(
    transactional_db: None, alice: Member, client: Client
) -> None:
    make_lead(alice.organisation)
    deactivate(alice.organisation, by=alice.user.pk)
    sign_in(client, alice)
    client.post(page(alice, "left:data"))
    while drain():
        pass
    with tenant(alice.organisation.pk):
        made = Parcel.objects.get()

    answer = client.get(page(alice, "left:data-download", pk=made.pk))

    assert zipfile.is_zipfile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]


def test_sales_and_charlie_take_nothing_along(
    transactional_db: None, alice: Member, bob: Member, charlie: Member, client: Client
) -> None:
    copy_of(alice)
    with tenant(alice.organisation.pk):
        made = Parcel.objects.get()
    answers = []
    for member in (bob, charlie):
        sign_in(client, member)
        answers.append(client.get(page(alice, "privacy:data-download", pk=made.pk)).status_code)

    assert answers == [403, 404]


def test_a_copy_that_is_no_copy_is_not_found(transactional_db: None, alice: Member, client: Client) -> None:
    sign_in(client, alice)

    assert client.get(page(alice, "privacy:data-download", pk=alice.user.pk)).status_code == 404


def test_every_table_of_the_organisation_as_controller_is_in_it() -> None:
    assert {"leads_lead", "leads_leadcontact", "configurators_configuratorversion", "audit_event"} <= set(
        contents.tables()
    )
    assert "leads_leadorigin" not in contents.tables()
