"""The answer under Art. 15 GDPR holds everything about the person, and nothing about anybody else."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connections
from django.utils.translation import override

from accounts.models import Authenticator, User
from audit.events import record
from organisations.models import Organisation
from privacy import registry
from privacy.declarations import JSONKeys, Personal, Subject
from privacy.subject import formats
from privacy.subject.copy import copy_for_account, copy_for_address, without_what_is_not_the_organisations
from privacy.subject.schema import copy_schema
from tenancy.context import tenant
from tenancy.planes import TABLES
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.subject.conftest import EMAIL, Known, fill_in

#: Where Sanne's rows stand, written down by hand: the copy finds them through the declarations.
WHERE = {
    "leads_lead": "id", "leads_leadcontact": "id", "leads_leadorigin": "id", "leads_leadnote": "lead_id",
    "leads_leadfile": "lead_id", "leads_leadevent": "lead_id", "leads_consentrecord": "lead_id", "leads_consentlink": "lead_id", "delivery_sentmail": "lead_id",
    "audit_disclosure": "object_id", "delivery_suppression": "", "privacy_privacyrequest": "",
    "privacy_legalhold": "object_id", "delivery_webhookdelivery": "object_id",
    "audit_personalvalue": "object_id",
}  # fmt: skip


def rows_of(table: str, known: Known) -> list[dict[str, Any]]:
    which, values = (f"WHERE {WHERE[table]} = %s", [known.lead.pk]) if WHERE[table] else ("", [])
    with tenant(known.organisation.pk), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} {which}", values)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def names_that_ought_to_be_there(table: str, row: dict[str, Any]) -> set[str]:
    label = next(d for d in registry.declarations().values() if registry.table_of(d) == table)
    names = set()
    for column, declared in registry.by_column(label).items():
        if row[column] in (None, "", {}, []):
            continue
        if isinstance(declared, Personal):
            names.add(column)
        elif isinstance(declared, JSONKeys):
            stored = json.loads(row[column]) if isinstance(row[column], str) else row[column]
            if isinstance(stored, dict):
                names |= {
                    f"{column}.{key}"
                    for key, value in stored.items()
                    if key in declared.personal() and value not in (None, "", [], {})
                }
    return names


@pytest.mark.promise("H26")
@pytest.mark.promise("E5")
def test_every_declared_field_with_a_value_is_in_the_copy(known: Known) -> None:
    document = formats.as_document(known.copy())

    for table in WHERE:
        label = next(label for label, d in registry.declarations().items() if registry.table_of(d) == table)
        rows = rows_of(table, known)
        assert rows, table
        ought = sorted(sorted(names_that_ought_to_be_there(table, row)) for row in rows)
        assert sorted(sorted(row) for row in document["data"][label]) == ought


def test_no_table_about_a_lead_is_missing_from_the_list_above() -> None:
    held = {each.table for each in registry.held_about(registry.root_of(Subject.LEAD))}

    assert {table for table in held if TABLES[table].plane == "tenant"} == set(WHERE)


def test_sealed_values_are_opened_and_keyed_hashes_are_named_but_not_shown(known: Known) -> None:
    data = formats.as_document(known.copy())["data"]

    [contact] = data["leads.LeadContact"]
    assert (contact["name"], contact["email"], contact["phone"]) == ("Sanne de Vries", EMAIL, "+31201234567")
    assert contact["answers"] == {"opmerking": "graag in mei"}
    assert contact["email_index"] == {"withheld": "hashed"}
    assert data["leads.LeadOrigin"][0]["ip"] == "203.0.113.7"


@pytest.mark.promise("H26")
def test_notes_about_the_person_are_hers_to_read_without_who_wrote_them(known: Known, alice: Member) -> None:
    [note] = formats.as_document(known.copy())["data"]["leads.LeadNote"]

    assert note["text"] == "belt liever na zes uur"
    assert note["author_id"] == {"withheld": "another"}


@pytest.mark.promise("H26")
def test_nothing_of_anybody_else_is_in_the_copy(known: Known, alice: Member, charlie: Member) -> None:
    User.objects.filter(pk=alice.user.pk).update(name="Canary Colleague")
    other = make_lead(alice.organisation, name="Canary Jan", email="canary@example.org")
    theirs = make_lead(charlie.organisation, name="Canary Globex", email=EMAIL)
    with tenant(alice.organisation.pk):
        fill_in(alice, other, note="canary note")
    with tenant(charlie.organisation.pk):
        fill_in(charlie, theirs, note="canary note of globex")

    made = known.copy()
    packed = formats.as_zip(made, page=b"")
    written = formats.as_json(made) + formats.as_csv(made)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        written += b"".join(archive.read(name) for name in archive.namelist())

    for canary in ("canary", "post@acme.example", str(alice.user.pk), str(other.pk), "alice"):
        assert canary.encode() not in written.lower(), canary
    assert b"sanne" in written.lower()


@pytest.mark.promise("H26")
def test_the_copy_says_everything_that_article_15_asks_for(known: Known) -> None:
    with override("en"):
        document = formats.as_document(known.copy())

    assert {use["basis"] for use in document["uses"]} >= {
        "Agreement, or steps asked for before one, Art. 6(1)(b) GDPR",
        "Consent, Art. 6(1)(a) GDPR",
    }
    assert document["controller"]["name"] == "Acme BV"
    assert document["complain_to"]["name"] == "Autoriteit Persoonsgegevens (AP)"
    assert len(document["rights"]) == 6
    assert document["kept"].keys() == document["data"].keys()
    assert all(document["kept"].values())
    assert document["source"]
    assert "computer alone" in document["automated_decisions"]
    assert [access["action"] for access in document["accesses"]] == ["lead.viewed"]


@pytest.mark.promise("H26")
def test_recipients_are_named(known: Known) -> None:
    with override("en"):
        named = formats.as_document(known.copy())["recipients"]

    assert named[0] == "Software of the organisation at crm.acme.example"


@pytest.mark.promise("H9")
def test_the_organisations_desk_never_sees_the_network_address(known: Known) -> None:
    seen = without_what_is_not_the_organisations(known.copy())

    written = formats.as_json(seen)
    assert b"203.0.113.7" not in written
    assert b"belt liever na zes uur" in written


# --- JSON and its schema -----------------------------------------------------------------------------


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(copy_schema())


@pytest.mark.promise("H30")
def test_the_json_is_as_its_schema_says(known: Known) -> None:
    document = json.loads(formats.as_json(known.copy()))

    validator().validate(document)


@pytest.mark.parametrize("spoil", ["undeclared column", "undeclared table", "readable hash", "no controller"])
def test_the_schema_sees_what_does_not_belong(known: Known, spoil: str) -> None:
    document = formats.as_document(known.copy())
    contact = document["data"]["leads.LeadContact"][0]
    if spoil == "undeclared column":
        contact["shoe_size"] = "43"
    elif spoil == "undeclared table":
        document["data"]["leads.Shoe"] = []
    elif spoil == "readable hash":
        contact["email_index"] = "00ff"
    else:
        del document["controller"]

    assert list(validator().iter_errors(document))


def test_the_schema_is_printed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("personal_data", schema=True)

    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(copy_schema()))


# --- To take along -----------------------------------------------------------------------------------


@pytest.mark.promise("H30")
def test_what_a_person_takes_along_is_what_they_gave(known: Known) -> None:
    rows = list(csv.DictReader(io.StringIO(formats.as_csv(known.copy()).decode("utf-8-sig"))))

    assert [row["field"] for row in rows] == [
        "configurator_id", "quote.inputs", "quote.language", "submitted_at",
        "name", "email", "phone", "answers", "given_at", "name", "media_type", "created_at",
    ]  # fmt: skip


@pytest.mark.promise("H30")
def test_what_was_made_of_it_is_not_taken_along(known: Known) -> None:
    written = formats.as_csv(known.copy()).decode("utf-8-sig")

    for derived in (
        "status",
        "gross",
        "quote.lines",
        "quarantine_reason",
        "belt liever na zes uur",
        "203.0.113.7",
    ):
        assert derived not in written


def test_a_spreadsheet_calculates_nothing_that_a_person_wrote(known: Known) -> None:
    with tenant(known.organisation.pk):
        made = copy_for_address(EMAIL, [known.lead.pk])

    lines = list(csv.DictReader(io.StringIO(formats.as_csv(made).decode("utf-8-sig"))))
    assert next(line["value"] for line in lines if line["field"] == "phone") == "'+31201234567"


@pytest.mark.parametrize("text", [" =1+1", "\u00a0@SUM(A1)", "\u200b+1", "\n=1", "＝1+1"])
def test_a_formula_is_harmless_however_it_is_dressed(text: str) -> None:
    assert formats._harmless(text) == f"'{text}"


def test_the_zip_holds_the_page_the_json_its_schema_and_the_csv(known: Known) -> None:
    with zipfile.ZipFile(io.BytesIO(formats.as_zip(known.copy(), page=b"<p>"))) as archive:
        names = archive.namelist()

    assert names == [
        "copy.html", "copy.json", "copy.schema.json", "portable.csv", "README.txt", "files/1-gevel.jpg",
    ]  # fmt: skip


def test_a_file_is_in_the_zip_and_named_elsewhere(known: Known) -> None:
    made = known.copy()

    [file] = formats.as_document(made)["data"]["leads.LeadFile"]
    with zipfile.ZipFile(io.BytesIO(formats.as_zip(made, page=b"<p>"))) as archive:
        content = archive.read("files/1-gevel.jpg")
    assert (file["name"], file["content"]) == ("gevel.jpg", {"withheld": "file"})
    assert content == b"belt liever na zes uur"


# --- Accounts ----------------------------------------------------------------------------------------


@pytest.mark.promise("H26")
def test_an_account_holders_copy_says_what_they_are_and_did(alice: Member, bob: Member) -> None:
    with tenant(alice.organisation.pk):
        record("lead.viewed", actor_id=alice.user.pk, kind="lead", object_id=alice.user.pk)
        record("lead.viewed", actor_id=bob.user.pk, kind="lead", object_id=bob.user.pk)

    document = formats.as_document(copy_for_account(alice.user))

    [user] = document["data"]["accounts.User"]
    assert (user["name"], user["email"], user["password"]) == (
        "Alice", "alice@example.org", {"withheld": "hashed"},
    )  # fmt: skip
    assert [
        row["actor_id"] for row in document["data"]["audit.AccessEvent"] if row["action"] == "lead.viewed"
    ] == [str(alice.user.pk)]
    assert str(bob.user.pk) not in json.dumps(document)
    validator().validate(json.loads(json.dumps(document)))


def test_the_secret_of_a_second_factor_stays_secret(alice: Member) -> None:
    device = Authenticator(user=alice.user, name="Authenticator", confirmed=True)
    device.set_seed("ab" * 20)
    device.save()

    written = formats.as_json(copy_for_account(alice.user))

    assert b"abab" not in written


def test_a_lead_at_the_other_organisation_is_another_copy(known: Known, charlie: Member) -> None:
    make_lead(charlie.organisation, name="Sanne at Globex", email=EMAIL)

    assert b"Sanne at Globex" not in formats.as_json(known.copy())
    assert Organisation.objects.count() == 2


@pytest.mark.promise("H26")
def test_who_founded_an_organisation_reads_that_and_not_what_it_keeps_of_others(alice: Member) -> None:
    Organisation.objects.filter(pk=alice.organisation.pk).update(notification_email="canary@acme.example")

    document = formats.as_document(copy_for_account(alice.user))

    assert document["data"]["organisations.Organisation"] == [{"created_by_id": "Alice"}]
