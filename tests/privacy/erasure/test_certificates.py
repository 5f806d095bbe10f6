"""The certificate: signed, complete, about nobody, and checked by a program that knows nothing of us."""

from __future__ import annotations

import base64
import copy
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from audit import recipients
from audit.models import NoticeState, RecipientNotice
from delivery.drain import drain
from leads.models import Lead
from privacy.declarations import Subject
from privacy.erasure import certificates, collecting
from privacy.erasure.plan import plan_erasure
from privacy.erasure.printing import as_pdf
from privacy.models import ErasureState, LeadErasure
from tenancy.context import tenant
from tests.cast import Member
from tests.privacy.erasure.conftest import as_it_is, carried_out, order

Document = dict[str, Any]

PROGRAM = Path(settings.BASE_DIR) / "docs" / "verify_certificate.py"
_spec = importlib.util.spec_from_file_location("verify_certificate", PROGRAM)
assert _spec
assert _spec.loader
verify_certificate: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verify_certificate)


def everyone_is_told(erasure: LeadErasure) -> LeadErasure:
    with tenant(erasure.organisation_id):
        for notice in RecipientNotice.objects.filter(case_id=erasure.case_id):
            recipients.mark(notice.pk, NoticeState.CONFIRMED, receipt="ok")
    while drain():
        pass
    return as_it_is(erasure)


@pytest.fixture
def certified(lead: Lead, alice: Member) -> LeadErasure:
    return everyone_is_told(carried_out(order(lead, alice)))


@pytest.fixture
def document(certified: LeadErasure) -> Document:
    assert certified.certificate is not None
    return certified.certificate


def keys() -> list[str]:
    return [each["public"] for each in Client().get("/privacy/signing-key.json").json()["keys"]]


# --- When it is issued --------------------------------------------------------------------------------


@pytest.mark.promise("H15")
def test_it_waits_for_every_recipient(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))

    assert (done.state, done.certificate) == (ErasureState.DONE, None)
    assert everyone_is_told(done).state == ErasureState.CERTIFIED


@pytest.mark.parametrize("state", ["pending", "sent", "failed", "manual"])
def test_one_that_has_not_answered_holds_it_back(lead: Lead, alice: Member, state: str) -> None:
    done = carried_out(order(lead, alice))
    with tenant(done.organisation_id):
        RecipientNotice.objects.filter(case_id=done.case_id).update(state=state)
        assert certificates.issue(as_it_is(done)) is None
        statement = certificates.interim(done)

    assert statement["statement"]["status"] == "interim"
    assert verify_certificate.verify(statement, keys())["recipients"][0]["state"] == state


def test_once_issued_it_never_changes(certified: LeadErasure, document: Document) -> None:
    with tenant(certified.organisation_id):
        RecipientNotice.objects.update(receipt="something else")
        again = certificates.issue(as_it_is(certified))

    assert again == document


# --- What it says -------------------------------------------------------------------------------------


def test_it_says_what_went_what_stays_and_until_when(certified: LeadErasure, document: Document) -> None:
    said = document["statement"]
    erased_on = timezone.localdate(certified.erased_at)

    assert {each["table"]: each["rows"] for each in said["erased"]["tables"]} == certified.counts
    assert [(each["table"], each["ground"]) for each in said["kept"]] == [
        ("audit_disclosure", "17(3)(b)"),
        ("tenancy_ledgerentry", "17(3)(b)"),
    ]
    assert [(each["kind"], each["state"], each["receipt"]) for each in said["recipients"]] == [
        ("webhook", "confirmed", "ok")
    ]
    assert said["last_backup_gone_on"] == (erased_on + timedelta(days=85)).isoformat()
    assert said["ledger"]["sequence"] == certified.ledger_seq


def test_it_names_nobody(lead: Lead, document: Document) -> None:
    text = json.dumps(document, ensure_ascii=False).lower()

    assert [
        word for word in ("sanne", "vries", "example.org", str(lead.pk), "203.0.113") if word in text
    ] == []


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Verklaring van wissing"), ("fr", "Attestation d’effacement"), ("en", "Certificate of erasure")],
)
def test_it_is_printed_in_the_readers_language(document: Document, language: str, title: str) -> None:
    with override(language):
        reader = PdfReader(io.BytesIO(as_pdf(document)))

    text = " ".join(page.extract_text() for page in reader.pages)
    assert title in text.replace("'", "’")
    assert document["statement"]["key"]["public"][:20] in text.replace("\n", "")


def test_what_a_name_contains_is_no_template(document: Document) -> None:
    changed = copy.deepcopy(document)
    changed["statement"]["scope"]["controller"] = '#panic("x") *Acme* $x$ @who'

    text = PdfReader(io.BytesIO(as_pdf(changed))).pages[0].extract_text()

    assert '#panic("x") *Acme* $x$ @who' in text.replace("“", '"').replace("”", '"')


# --- The program that checks it -----------------------------------------------------------------------


def verifier(tmp_path: Path, document: Document, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In an empty folder, in a process that cannot see the product."""
    (tmp_path / "certificate.json").write_text(json.dumps(document))
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), "certificate.json", *arguments],
        cwd=tmp_path, capture_output=True, text=True, timeout=30, env={},
    )  # fmt: skip


def test_a_good_one_holds(document: Document, lead: Lead, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(Client().get("/privacy/signing-key.json").content)

    checked = verifier(tmp_path, document, "--keys", "keys.json")

    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "HOLDS")


def test_a_key_that_was_not_compared_is_not_trusted(document: Document, tmp_path: Path) -> None:
    assert verifier(tmp_path, document).returncode == 3


def test_it_commits_to_the_very_rows(lead: Lead, alice: Member, tmp_path: Path) -> None:
    with tenant(lead.organisation_id):
        rows = [f"{table}:{key}" for table, key in plan_erasure(Subject.LEAD, [lead.pk]).refs]
    made = everyone_is_told(carried_out(order(lead, alice))).certificate
    (tmp_path / "rows").write_text("\n".join(rows))
    (tmp_path / "fewer").write_text("\n".join(rows[1:]))

    assert verifier(tmp_path, made or {}, "--key", keys()[0], "--rows", "rows").returncode == 0
    assert verifier(tmp_path, made or {}, "--key", keys()[0], "--rows", "fewer").returncode == 1


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name in value:
            yield from _places(value[name], (*at, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _places(each, (*at, number))
    else:
        yield at


def _changed(document: Document, at: tuple[Any, ...]) -> Document:
    copied = copy.deepcopy(document)
    inner: Any = copied
    for part in at[:-1]:
        inner = inner[part]
    old = inner[at[-1]]
    inner[at[-1]] = {int: lambda: old + 1, str: lambda: old[:-1] + ("a" if old[-1:] != "a" else "b")}.get(
        type(old), lambda: "x"
    )()
    return copied


def test_every_single_change_is_seen(document: Document) -> None:
    trusted = keys()
    changes = list(_places(document))

    missed = [at for at in changes if _holds(_changed(document, at), trusted)]

    assert len(changes) > 40
    assert missed == []
    assert _holds(document, trusted)


def test_what_is_added_or_left_out_is_seen(document: Document) -> None:
    def without(name: str) -> Document:
        return document | {"statement": {k: v for k, v in document["statement"].items() if k != name}}

    assert [name for name in document["statement"] if _holds(without(name), keys())] == []
    more = document | {"statement": document["statement"] | {"note": "x"}}
    assert not _holds(more, keys())
    assert not _holds(document | {"note": "x"}, keys())


def test_a_signature_of_somebody_else_does_not_hold(document: Document) -> None:
    """Signed as well as ours, with a key that we do not publish."""
    other = Ed25519PrivateKey.generate()
    said = copy.deepcopy(document["statement"])
    raw = other.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    said["key"]["public"] = base64.b64encode(raw).decode()
    forged = {
        "statement": said,
        "signature": base64.b64encode(other.sign(certificates.canonical(said))).decode(),
    }

    assert not _holds(forged, keys())
    assert _holds(forged, None)


def _holds(document: Document, trusted: list[str] | None) -> bool:
    try:
        verify_certificate.verify(document, trusted)
    except (verify_certificate.DoesNotHold, KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


# --- Collecting it ------------------------------------------------------------------------------------


def test_the_person_collects_it_by_a_link(certified: LeadErasure, document: Document) -> None:
    link = collecting.link_to(certified).removeprefix(settings.SITE_URL)

    answer = Client().get(link)
    printed = Client().get(f"{link}?as=pdf&lang=nl")

    assert answer.json() == document
    assert (answer["Cache-Control"], answer.cookies) == ("private, no-store", {})
    assert printed.content[:5] == b"%PDF-"


def test_before_that_the_link_gives_an_interim_statement(lead: Lead, alice: Member) -> None:
    link = collecting.link_to(carried_out(order(lead, alice))).removeprefix(settings.SITE_URL)

    assert Client().get(link).json()["statement"]["status"] == "interim"


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "WyJ4Il0:1:x", "00000000-0000-7000-8000-000000000000"])
def test_nobody_guesses_a_link(token: str) -> None:
    assert Client().get(f"/privacy/certificate/{token}/").status_code == 404


def test_a_name_that_stands_twice_does_not_hold(document: Document, tmp_path: Path) -> None:
    """A reader who stops at the first, and a program that takes the last, would see two certificates."""
    told = json.dumps(document)
    forged = '{"statement": {"status": "final", "erased": "everything"}, ' + told[1:]
    path = tmp_path / "twice.json"
    path.write_text(forged)

    assert verify_certificate.main([str(path), "--key", keys()[0]]) == 1
