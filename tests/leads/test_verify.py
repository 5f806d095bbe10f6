"""Anybody who holds a quote can have it checked, and learns nothing but what is in it."""

import base64
import copy
import json
import random
import string
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import signing
from configurators.compiled import canonical_json
from configurators.models import Configurator
from configurators.publishing import publish
from delivery.drain import drain
from leads import rates
from leads.models import Lead
from leads.signatures import fingerprint, signed_file
from leads.verifying import Difference, NotAQuote, check, read
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import Visitor, open_for_visitors
from tests.leads.test_signatures import another, changed_at, places

URL = "/verify/?lang=en"
pytestmark = pytest.mark.django_db  # each answer looks first whether the database may be served


@pytest.fixture
def document(visitor: Visitor, shop: Configurator) -> dict[str, Any]:
    """What a visitor of Acme downloads of their own quote."""
    visitor.send(visitor.document())
    drain()
    with tenant(shop.organisation_id):
        found = signed_file(Lead.objects.select_related("configurator", "version").get())
    assert found is not None
    return found


def paste(text: str) -> HttpResponse:
    return Client().post(URL, {"quote": text})


def upload(content: bytes) -> HttpResponse:
    return Client().post(URL, {"file": SimpleUploadedFile("quote.json", content)})


def verdict(document: Any) -> str:
    try:
        checked = check(read(json.dumps(document).encode()))
    except NotAQuote:
        return "no quote"
    return "stands" if checked.stands else "signed here" if checked.is_signed else "not signed here"


def signed_by_us(content: dict[str, Any]) -> dict[str, Any]:
    signature = base64.b64encode(signing.sign(canonical_json(content))).decode()
    return {"statement": content, "signature": signature}


# --- What stands


def test_a_quote_that_was_uploaded_stands(document: dict[str, Any]) -> None:
    response = upload(json.dumps(document).encode())

    checked = response.context["checked"]
    assert (response.status_code, checked.stands, checked.origin.business) == (200, True, "Acme BV")
    assert str(checked.quote.gross) == "9685.00"


def test_a_quote_that_was_pasted_stands_however_it_is_written(document: dict[str, Any]) -> None:
    turned = {name: document[name] for name in reversed(document)}
    written = [
        json.dumps(document, indent=4),
        json.dumps(turned, ensure_ascii=True),
        "\ufeff" + json.dumps(document, ensure_ascii=False),
        "\r\n " + json.dumps(document) + " \n",
    ]

    assert [paste(text).context["checked"].stands for text in written] == [True] * 4


def test_the_page_says_line_by_line_what_it_comes_to(document: dict[str, Any]) -> None:
    page = paste(json.dumps(document)).content.decode()

    words = (
        "This quote stands",
        "€9,685.00",
        "Sliding glass wall",
        "8 × €65.00",
        document["statement"]["version"],
    )
    assert [word for word in words if word not in page] == []
    assert fingerprint(document["statement"]) in page


def test_an_old_quote_is_reckoned_on_the_version_that_it_names(
    document: dict[str, Any], shop: Configurator, alice: Member
) -> None:
    with tenant(shop.organisation_id):
        shop.draft["lines"][0]["price"]["amount"] = "9999"
        shop.save()
        publish(shop, by=alice.user.pk)

    checked = check(read(json.dumps(document).encode()))

    assert (checked.stands, checked.origin.number, str(checked.quote.gross)) == (True, 1, "9685.00")


def test_a_version_that_was_put_back_is_called_by_its_first_number(
    document: dict[str, Any], shop: Configurator, alice: Member
) -> None:
    with tenant(shop.organisation_id):
        publish(shop, by=alice.user.pk)

    assert check(read(json.dumps(document).encode())).origin.number == 1


# --- What does not


def test_whatever_is_changed_in_the_file_is_found(document: dict[str, Any]) -> None:
    unseen = [path for path in places(document) if verdict(changed_at(document, path)) != "not signed here"]

    # Another format is none of ours, which is found before anything is looked at.
    assert unseen == [("statement", "format")]
    assert verdict(changed_at(document, ("statement", "format"))) == "no quote"


def test_whatever_is_left_out_of_the_file_is_found(document: dict[str, Any]) -> None:
    unseen = []
    for path in places(document):
        less = copy.deepcopy(document)
        place: Any = less
        for name in path[:-1]:
            place = place[name]
        del place[path[-1]]
        if verdict(less) not in ("not signed here", "no quote"):
            unseen.append(path)

    assert unseen == []


def test_whatever_is_added_to_the_file_is_found(document: dict[str, Any]) -> None:
    more = [
        document | {"note": "paid"},
        document | {"statement": document["statement"] | {"discount": "10"}},
        document | {"statement": document["statement"] | {"lines": [*document["statement"]["lines"], {}]}},
    ]

    assert [verdict(each) for each in more] == ["no quote", "not signed here", "not signed here"]


def test_lines_in_another_order_are_found(document: dict[str, Any]) -> None:
    turned = document | {"statement": document["statement"] | {"lines": document["statement"]["lines"][::-1]}}

    assert verdict(turned) == "not signed here"


def test_a_quote_of_another_service_is_refused(document: dict[str, Any]) -> None:
    """Signed well, with a key of their own in it."""
    theirs = Ed25519PrivateKey.generate()
    public = base64.b64encode(theirs.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    for key in (public, document["statement"]["key"]["public"]):
        content = document["statement"] | {"key": {"algorithm": "Ed25519", "public": key}}
        signature = base64.b64encode(theirs.sign(canonical_json(content))).decode()
        assert verdict({"statement": content, "signature": signature}) == "not signed here"


def test_a_signed_quote_that_comes_out_otherwise_names_the_places(document: dict[str, Any]) -> None:
    """As after a mistake in a later program; nobody but us can make one."""
    wrong = copy.deepcopy(document["statement"])
    wrong["gross"], wrong["lines"][0]["amount"] = "1.00", "2.00"
    wrong["lines"].append({"key": "gift", "amount": "-5.00"})
    response = paste(json.dumps(signed_by_us(wrong)))

    assert response.context["checked"].differences == (
        Difference("gross", "1.00", "9685.00"),
        Difference("lines.base.amount", "2.00", "4995.00"),
        Difference("lines.gift", "-5.00", "–"),
    )
    assert "1.00 in the quote, 9685.00 recalculated" in response.content.decode()


def test_a_signed_quote_whose_inputs_fit_nothing_is_not_called_right(document: dict[str, Any]) -> None:
    content = document["statement"] | {"inputs": {"breedte": "1"}}

    assert verdict(signed_by_us(content)) == "signed here"


def test_a_quote_of_a_business_that_left_was_signed_here(
    document: dict[str, Any], shop: Configurator
) -> None:
    Organisation.objects.filter(pk=shop.organisation_id).update(
        lifecycle=Organisation.Lifecycle.DEACTIVATED, restorable_until=timezone.now() + timedelta(days=30)
    )
    response = paste(json.dumps(document))

    assert "no longer here" in response.content.decode()
    assert "Acme" not in response.content.decode()


# --- What nobody learns


def test_what_we_did_not_sign_asks_the_database_nothing(document: dict[str, Any], charlie: Member) -> None:
    """Mallory knows the hash of a version of Globex, and makes a document of it."""
    theirs = open_for_visitors(charlie)
    with tenant(theirs.organisation_id):
        version = theirs.versions.get()
    content = document["statement"] | {"configurator": theirs.public_key, "version": version.sha256}
    with CaptureQueriesContext(connections["default"]) as asked:
        response = paste(json.dumps(document | {"statement": content}))

    page = response.content.decode()
    assert (response.status_code, len(asked)) == (200, 0)
    assert [word for word in ("Globex", "4,995", "version 1", "published on") if word in page] == []


def test_whether_a_request_exists_changes_nothing(document: dict[str, Any], shop: Configurator) -> None:
    before = paste(json.dumps(document)).content
    with tenant(shop.organisation_id):
        Lead.objects.all().delete()

    assert paste(json.dumps(document)).content == before


def test_checking_stores_nothing_and_sets_no_cookie(document: dict[str, Any]) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        response = paste(json.dumps(document))

    writes = [query for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert (writes, dict(response.cookies)) == ([], {})
    assert response["Cache-Control"] == "no-store"


# --- Any bytes


DEEP = b'{"statement": ' + b"[" * 60_000 + b"]" * 60_000 + b', "signature": "x"}'
NO_QUOTE = {
    "not UTF-8": b"\xff\xfe\x00",
    "no JSON": b"{",
    "nothing": b"null",
    "a list": b"[]",
    "a number": b"1e999999",
    "not a number": b'{"statement": NaN, "signature": "x"}',
    "deep": DEEP,
    "half": b'{"statement": {"format": "opmaat-quote/1"}}',
    "another format": b'{"statement": {"format": "opmaat-quote/2"}, "signature": "x"}',
    "a fraction": b'{"statement": {"format": "opmaat-quote/1", "engine": 1.0}, "signature": "x"}',
    "a name twice": b'{"statement": {"format": "opmaat-quote/1"}, "signature": "x", "signature": "y"}',
    "a long number": b'{"statement": {"format": "opmaat-quote/1", "engine": ' + b"9" * 9000 + b'}, "signature": ""}',
    "no text": b'{"statement": {"format": "opmaat-quote/1"}, "signature": 5}',
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
}  # fmt: skip


@pytest.mark.parametrize("content", NO_QUOTE.values(), ids=NO_QUOTE.keys())
def test_what_is_no_quote_is_a_clear_refusal(content: bytes) -> None:
    response = upload(content)

    assert (response.status_code, "is no file of a signed quote" in response.content.decode()) == (422, True)


@pytest.mark.parametrize("signature", ["", "x", "=", "é", "\\ud800", "A" * 88, "//8=", "\\u0000"])
def test_what_is_no_signature_is_not_ours(signature: str) -> None:
    text = '{"statement": {"format": "opmaat-quote/1", "word": "\\udfff"}, "signature": "…"}'

    assert paste(text.replace("…", signature)).context["checked"].is_signed is False


def test_nothing_at_all_is_a_clear_refusal() -> None:
    answers = [Client().post(URL, {}), paste("  "), upload(b"")]

    assert [response.status_code for response in answers] == [422, 422, 422]


def test_no_bytes_make_it_fail(document: dict[str, Any]) -> None:
    """Whatever still stands says the same: a blank more is no change."""
    whole = json.dumps(document).encode()
    source = random.Random(5)
    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(source.randint(1, 4)):
            broken[source.randrange(len(broken))] = source.randrange(256)
        try:
            given = read(bytes(broken))
        except NotAQuote:
            continue
        assert not check(given).stands or given == read(whole)


def test_a_signature_is_written_in_one_way(document: dict[str, Any]) -> None:
    """The last letter before the padding has four bits that mean nothing."""
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    signature = document["signature"]
    others = [f"{signature[:85]}{letter}==" for letter in letters if letter != signature[85]]

    assert {verdict(document | {"signature": other}) for other in others} == {"not signed here"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; na", "multipart/form-data; boundary=x"),
        (b"quote=x", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"&".join(b"a=1" for _ in range(3000)), "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
def test_a_broken_request_is_a_clear_refusal(body: bytes, kind: str) -> None:
    assert Client().post(URL, body, content_type=kind).status_code in (400, 422)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert upload(b" " * 300_000).status_code == 413


def test_somebody_who_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "CHECKS_PER_MINUTE", 2)
    answers = [paste("x") for _ in range(3)]

    assert [response.status_code for response in answers] == [422, 422, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_without_a_database_somebody_is_asked_to_come_back() -> None:
    with patch("leads.verifying.check", side_effect=OperationalError("refused")):
        response = paste('{"statement": {"format": "opmaat-quote/1"}, "signature": "x"}')

    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_another_value_of_each_kind_is_another() -> None:
    """The changes that these tests make are changes."""
    values = [True, 1, "1", [], None]

    assert [another(value) for value in values if another(value) == value] == []


# --- Without us


@pytest.fixture
def offline() -> Any:
    path = Path(__file__).resolve().parents[2] / "docs" / "verify_quote.py"
    spec = spec_from_file_location("verify_quote", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keys() -> list[str]:
    return [each["public"] for each in Client().get("/privacy/signing-key.json").json()["keys"]]


def test_the_stand_alone_program_finds_that_it_stands(
    offline: Any, document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quote.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False))

    assert offline.main([str(path), "--key", keys()[0]]) == 0
    assert "gross 9685.00 EUR" in capsys.readouterr().out


def test_the_stand_alone_program_finds_whatever_was_changed(offline: Any, document: dict[str, Any]) -> None:
    held = []
    for path in places(document):
        try:
            offline.verify(changed_at(document, path), keys())
        except (offline.DoesNotStand, KeyError, TypeError):
            continue
        held.append(path)

    assert held == []
