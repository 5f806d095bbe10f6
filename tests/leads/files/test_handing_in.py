"""Handing a file in, before there is a request."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from configurators.models import Configurator, Publication
from configurators.published import forget_everything as forget_publications
from leads import rates
from leads.files import handing_in
from leads.files.recognising import safe_name
from leads.files.stored import unseal_name
from leads.models import FileState
from tenancy.context import tenant
from tests.factories import work_that_is_due
from tests.leads.files.giving import CAMERA, PDF, Giver, files_of, picture, png_that_says


def test_a_file_is_answered_with_a_receipt(visitor: Giver, shop: Configurator) -> None:
    content = picture()

    answer = visitor.hand_in(content, name="Gevel é.JPG")

    [file] = files_of(shop.organisation_id)
    assert answer.status_code == 201
    assert answer.json() | {"receipt": ""} == {"receipt": "", "name": "Gevel é.jpg", "size": len(content)}
    assert (file.lead_id, file.question, file.state) == (None, "sketch", FileState.WAITING)


def test_nothing_stands_readable_in_the_row(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt(name="sanne.jpg")

    [file] = files_of(shop.organisation_id)
    columns = b"".join(
        bytes(getattr(file, name)) for name in ("name", "content", "receipt_hash", "fingerprint")
    )
    assert [word for word in (b"sanne", CAMERA.encode(), receipt.encode()) if word in columns] == []
    with tenant(shop.organisation_id):
        assert unseal_name(file) == "sanne.jpg"


def test_what_no_request_claims_goes_after_a_day(visitor: Giver, shop: Configurator) -> None:
    visitor.receipt()

    [file] = files_of(shop.organisation_id)
    assert file.purge_after == file.created_at + timedelta(hours=24)


def test_a_pdf_needs_no_looking_at(visitor: Giver, shop: Configurator) -> None:
    visitor.receipt(PDF, question="paper", name="plan.pdf")

    assert [file.state for file in files_of(shop.organisation_id)] == [FileState.READY]


@pytest.mark.parametrize(
    ("question", "content", "code"),
    [
        ("sketch", b"", "not_accepted"),
        ("sketch", b"GIF89a" + b"\0" * 40, "not_accepted"),
        ("sketch", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_accepted"),
        ("sketch", b"\xff\xd8\xff", "not_accepted"),
        ("sketch", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not_accepted"),
        ("sketch", b"RIFF\0\0\0\0WEBPVP8 ", "not_accepted"),
        ("sketch", PDF + b"PK\x03\x04 a ZIP behind it", "not_accepted"),
        ("sketch", b"GIF89a" + PDF, "not_accepted"),
        ("sketch", b"%PDF-1.7\nwithout an end", "not_accepted"),
        ("paper", picture(), "not_accepted"),
        ("sketch", png_that_says(8000, 8000), "too_many_pixels"),
        ("sketch", png_that_says(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        ("sketch", b"\xff\xd8\xff" + b"\0" * (5 * 1024**2), "file_too_large"),
        ("breedte", picture(), "unknown_field"),
        ("unheard_of", picture(), "unknown_field"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused_beside_its_question(
    visitor: Giver, shop: Configurator, question: str, content: bytes, code: str
) -> None:
    answer = visitor.hand_in(content, question=question)

    said = answer.json()
    assert (answer.status_code, said["code"], list(said["errors"])) == (422, code, [question])
    assert files_of(shop.organisation_id) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\plan.exe", "plan.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ('<img src="x">.html', "_img src=_x__.jpg"),
        (" . ", "file.jpg"),
        ("é" * 300, "é" * 100 + ".jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
    ],
)
def test_a_name_shows_as_what_it_is(name: str, shown: str) -> None:
    assert safe_name(name, "image/jpeg") == shown


def test_only_a_page_of_ours_may_hand_in(visitor: Giver, shop: Configurator) -> None:
    elsewhere = visitor.hand_in(picture(), Origin="https://evil.example")
    without = visitor.hand_in(picture(), token="")

    assert (elsewhere.status_code, without.status_code, without.json()["code"]) == (403, 422, "token")
    assert files_of(shop.organisation_id) == []


def test_an_old_page_gets_a_new_token(visitor: Giver) -> None:
    with travel(timezone.now() - timedelta(hours=25), tick=False):
        token = visitor.token()

    answer = visitor.hand_in(picture(), token=token)

    assert (answer.status_code, answer.json()["code"]) == (409, "token_expired")
    assert visitor.hand_in(picture(), token=answer.json()["token"]).status_code == 201


def test_a_listed_site_may_read_the_answer(visitor: Giver) -> None:
    answer = visitor.hand_in(picture(), Origin="https://www.acme.example")

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (201, "https://www.acme.example")


def test_nobody_hands_in_many_files_in_a_minute(visitor: Giver) -> None:
    token = visitor.token()

    statuses = [
        visitor.hand_in(picture(), token=token).status_code for _ in range(rates.FILES_PER_MINUTE + 1)
    ]

    assert statuses == [201] * rates.FILES_PER_MINUTE + [429]


def test_nobody_hands_in_many_bytes_in_a_minute(visitor: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "FILE_BYTES_PER_MINUTE", 2 * len(picture()) + 10)
    token = visitor.token()

    statuses = [visitor.hand_in(picture(), token=token).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]


def test_a_network_leaves_only_so_much_without_a_request(
    visitor: Giver, shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "UNCLAIMED_BYTES_PER_DAY", 2 * len(picture()) + 10)
    token = visitor.token()

    answers = [visitor.hand_in(picture(), token=token) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert list(answers[-1].json()["errors"]) == ["sketch"]
    assert len(files_of(shop.organisation_id)) == 2


def test_what_a_request_claims_is_not_left(visitor: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "UNCLAIMED_BYTES_PER_DAY", len(picture()) + 10)
    visitor.send_with(sketch=[visitor.receipt()])

    assert visitor.hand_in(picture()).status_code == 201


def test_what_a_suspected_request_claims_is_left(visitor: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "UNCLAIMED_BYTES_PER_DAY", len(picture()) + 10)
    document = visitor.document(website="x")
    document["answers"]["sketch"] = [visitor.receipt()]
    visitor.send(document)

    assert visitor.hand_in(picture()).status_code == 429


def test_what_is_not_kept_is_not_left(visitor: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "UNCLAIMED_BYTES_PER_DAY", len(picture()) + 10)
    visitor.hand_in(b"GIF89a" + b"\0" * (len(picture()) - 6))

    assert visitor.hand_in(picture()).status_code == 201


def test_files_that_wait_have_only_so_much_room(
    visitor: Giver, shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_in, "UNCLAIMED_ALTOGETHER", len(picture()) + 10)

    first, second = visitor.hand_in(picture()), visitor.hand_in(picture())

    assert (first.status_code, second.status_code, list(second.json()["errors"])) == (201, 503, ["sketch"])


def test_a_file_is_taken_back_at_once(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt()

    assert visitor.take_back(receipt).status_code == 200
    assert visitor.take_back(receipt).status_code == 200
    assert files_of(shop.organisation_id) == []


def test_what_was_sent_is_not_taken_back(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt()
    visitor.send_with(sketch=[receipt])

    assert visitor.take_back(receipt).status_code == 200
    assert len(files_of(shop.organisation_id)) == 1


def test_a_closed_form_takes_no_files(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()
    Publication.objects.filter(public_key=shop.public_key).update(intake_on=False)
    forget_publications()

    assert visitor.hand_in(picture(), token=token).status_code == 410


def test_an_unreadable_one_is_said_before_it_is_sent(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt(picture(size=(400, 300))[:800])
    work_that_is_due()

    answer = visitor.send_with(sketch=[receipt])

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["sketch"])
