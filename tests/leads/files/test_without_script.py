"""A form with files as a browser without JavaScript sends it, and whatever else may come as one."""

import re
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from django.http import HttpResponse

from configurators.files import LARGEST_FILE
from configurators.models import Configurator
from leads import multipart
from leads.capture import IntakeUnavailable
from leads.files import handing_in
from leads.models import Lead
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.leads.files.giving import PDF, Giver, files_of, picture, upload

BOUNDARY = "----of-a-browser"


def leads_of(shop: Configurator) -> list[Lead]:
    with tenant(shop.organisation_id):
        return list(Lead.objects.order_by("pk"))


def kept_in(answer: HttpResponse, question: str = "sketch") -> list[str]:
    """The receipts of the boxes that a page shows ticked."""
    page = answer.content.decode()
    return re.findall(rf'type="checkbox"\s+name="{question}"\s+value="(\w+)"\s+checked', page)


def body(*parts: bytes, end: bytes = b"--" + BOUNDARY.encode() + b"--\r\n") -> bytes:
    return b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts) + end


def field(name: str, value: str = "x") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def sent(visitor: Giver, content: bytes, *, kind: str | None = None, address: str = "") -> HttpResponse:
    kind = kind or f"multipart/form-data; boundary={BOUNDARY}"
    token = {"X-Form-Token": visitor.token()} if address else {}
    return visitor.client.generic("POST", address or visitor.address, content, kind, headers=token)


def test_files_come_along_with_the_form(visitor: Giver, shop: Configurator) -> None:
    answer = visitor.post_form({"sketch": upload(picture()), "paper": upload(PDF, "plan.pdf")})

    [lead] = leads_of(shop)
    assert answer.status_code == 303
    assert {(file.question, file.lead_id) for file in files_of(shop.organisation_id)} == {
        ("sketch", lead.pk),
        ("paper", lead.pk),
    }


def test_the_form_can_be_sent_without_any(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()
    parts = [field(*each) for each in visitor.fields(form__token=token).items()]
    empty = b'Content-Disposition: form-data; name="sketch"; filename=""\r\nContent-Type: image/jpeg\r\n\r\n'

    assert sent(visitor, body(*parts, empty)).status_code == 303
    assert len(leads_of(shop)) == 1


def test_files_stay_where_something_else_is_wrong(visitor: Giver, shop: Configurator) -> None:
    page = visitor.post_form({"sketch": [upload(picture(), "gevel.jpg")]}, contact__email="nobody")

    [receipt] = kept_in(page)
    assert page.status_code == 422
    assert "gevel.jpg" in page.content.decode()
    again = visitor.post_form({"sketch": receipt})
    assert (again.status_code, len(leads_of(shop)), len(files_of(shop.organisation_id))) == (303, 1, 1)


def test_a_file_that_is_unticked_is_not_sent(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()
    visitor.post_form({"sketch": upload(picture())}, contact__email="nobody", form__token=token)

    visitor.post_form({}, form__token=token)

    assert (len(leads_of(shop)), files_of(shop.organisation_id)) == (1, [])


def test_a_good_file_stays_beside_a_bad_one(visitor: Giver, shop: Configurator) -> None:
    page = visitor.post_form({"sketch": [upload(picture()), upload(b"GIF89a", "x.gif")]})

    assert (page.status_code, len(kept_in(page)), leads_of(shop)) == (422, 1, [])
    assert "Dit is geen JPEG" in page.content.decode()


def test_a_file_that_is_too_large_keeps_the_answers(visitor: Giver, shop: Configurator) -> None:
    large = upload(b"\xff\xd8\xff" + b"\0" * LARGEST_FILE)

    page = visitor.post_form({"sketch": large}, remark="Graag in mei")

    assert (page.status_code, kept_in(page), files_of(shop.organisation_id)) == (422, [], [])
    assert "te groot: hooguit 5 MB" in page.content.decode()
    assert "Graag in mei" in page.content.decode()


def test_too_much_altogether_is_not_even_read(visitor: Giver) -> None:
    with patch.object(multipart, "MultiPartParser") as parser:
        answer = visitor.client.generic(
            "POST", visitor.address, b"x", f"multipart/form-data; boundary={BOUNDARY}",
            CONTENT_LENGTH=str(20 * 1024**2),
        )  # fmt: skip

    assert (answer.status_code, parser.called) == (413, False)


def test_no_more_of_a_file_is_in_memory_than_may_be(visitor: Giver) -> None:
    handler = multipart._InMemory()
    handler.new_file("sketch", "a.jpg", "image/jpeg", None)

    for _ in range(100):
        handler.receive_data_chunk(b"\0" * 64 * 1024, 0)

    assert handler._content is None


def test_a_double_click_makes_one_request(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()

    answers = [visitor.post_form({"sketch": upload(picture())}, form__token=token) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (len(leads_of(shop)), len(files_of(shop.organisation_id))) == (1, 1)


def test_the_price_and_the_link_keep_the_files(visitor: Giver, shop: Configurator) -> None:
    priced = visitor.post_form({"sketch": upload(picture())}, form__action="price")
    saved = visitor.post_form({"sketch": upload(picture())}, form__action="save")

    assert (priced.status_code, len(kept_in(priced))) == (200, 1)
    assert (saved.status_code, len(kept_in(saved)), leads_of(shop)) == (200, 1, [])


def test_without_a_database_files_are_chosen_again(visitor: Giver) -> None:
    fields = visitor.fields()
    with patch.object(handing_in, "hand_in", side_effect=IntakeUnavailable):
        page = visitor.client.post(visitor.address, fields | {"sketch": upload(picture())})

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Kies ze opnieuw" in page.content.decode()
    assert 'value="520"' in page.content.decode()


def test_where_nothing_can_be_shown_that_is_said_too(visitor: Giver) -> None:
    fields = visitor.fields()
    with patch("leads.visitor_views.visit_of", side_effect=IntakeUnavailable):
        page = visitor.client.post(visitor.address, fields | {"sketch": upload(picture())})

    assert page.status_code == 503
    assert "Choose them again" in page.content.decode() or "Kies ze opnieuw" in page.content.decode()


def test_a_file_for_no_question_is_refused(visitor: Giver, shop: Configurator) -> None:
    for name in ("unheard_of", "breedte", "form.token", "contact.name", "name"):
        assert visitor.post_form(
            {name: upload(picture())}, **{name.replace(".", "__"): None}
        ).status_code in (
            400,
            422,
        )
    assert (leads_of(shop), files_of(shop.organisation_id)) == ([], [])


def test_a_form_that_asks_for_no_files_takes_none(alice: Member, transactional_db: None) -> None:
    plain = Giver(open_for_visitors(alice).public_key)

    assert plain.post_form({"sketch": upload(picture())}).status_code == 415


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", None, 415),
        (b"nothing of the kind", None, 400),
        (body(field("breedte"), end=b""), None, 400),
        (body(field("breedte"))[:-4], None, 400),
        (body(field("a\0b")), None, 422),
        (body(b"no header at all"), None, 422),
        (body(b"Content-Disposition: form-data\r\n\r\nx"), None, 422),
        (body(b'Content-Disposition: form-data; name="form.token"\r\n\r\n\xff\xfe'), None, 400),
        (body(b'Content-Disposition: form-data; name="\xff"\r\n\r\nx'), None, 422),
        (body(b"Content-Disposition: form-data; name*=no-such-charset''x\r\n\r\nx"), None, 422),
        (body(field("form.token"), field("form.token")), None, 422),
        (body(*[field(f"f{number}") for number in range(3000)]), None, 400),
        (body(*[field(f"f{number}") for number in range(1500)]), None, 413),
        (body(field("remark", "x" * 300_000)), None, 413),
        (body(field("remark", "x" * 3_000_000)), None, 400),
        (body(b'Content-Disposition: form-data; name="a"; filename="b"\r\n'
              b"Content-Transfer-Encoding: base64\r\n\r\n!!!!"), None, 422),
        (body(field("breedte")), "multipart/form-data", 400),
        (body(field("breedte")), "multipart/form-data; boundary=", 400),
        (body(field("breedte")), "multipart/form-data; boundary=" + "x" * 300, 400),
        (body(field("breedte")), "multipart/form-data; boundary=é", 400),
        (body(field("breedte")), "multipart/mixed; boundary=" + BOUNDARY, 415),
    ],
)  # fmt: skip
def test_an_odd_form_is_refused(visitor: Giver, content: bytes, kind: str | None, status: int) -> None:
    assert sent(visitor, content, kind=kind).status_code == status


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_as_a_form_is_never_our_mistake(visitor: Giver, seed: int, settings: Any) -> None:
    settings.INTAKE_REFUSE_PER_MINUTE = 100_000
    chance = Random(seed)
    file = (
        b'Content-Disposition: form-data; name="sketch"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    whole = bytearray(body(*[field(*each) for each in visitor.fields().items()], file + picture()))
    answers = []
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(spoiled))
            cut = chance.choice([0, 1, 2, 40])
            spoiled[at : at + cut] = chance.randbytes(chance.choice([0, 1, 3]))
        address = chance.choice(["", visitor.file_address])
        answers.append(sent(visitor, bytes(spoiled), address=address).status_code)

    assert [status for status in answers if status not in (201, 303, 400, 409, 413, 422, 429)] == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (body(field("breedte")), None),
        (body(), None),
        (b"{}", "application/json"),
        (b'{"remove": 5}', "application/json"),
        (b'{"remove": "x", "more": 1}', "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
def test_the_address_for_files_takes_nothing_else(visitor: Giver, content: bytes, kind: str | None) -> None:
    answer = sent(visitor, content, kind=kind, address=visitor.file_address)

    assert answer.status_code in (200, 400, 411, 415, 422)
    assert answer["Content-Type"] == "application/json"


def large_from(visitor: Giver, **headers: str) -> HttpResponse:
    """A form with as much as one may have, of which only the beginning is there."""
    return visitor.client.generic(
        "POST", visitor.address, b"x", f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(10 * 1024**2), headers=headers,
    )  # fmt: skip


def test_nothing_large_is_read_of_who_may_not_send(visitor: Giver) -> None:
    with patch.object(multipart, "MultiPartParser") as parser:
        answer = large_from(visitor, Origin="https://evil.example")

    assert (answer.status_code, parser.called) == (403, False)


def test_nothing_large_is_read_of_who_sends_too_often(visitor: Giver, settings: Any) -> None:
    settings.INTAKE_REFUSE_PER_MINUTE = 0

    with patch.object(multipart, "MultiPartParser") as parser:
        answer = large_from(visitor)

    assert (answer.status_code, parser.called) == (429, False)


def test_who_sends_too_often_keeps_the_answers(visitor: Giver, settings: Any) -> None:
    fields = visitor.fields() | {"remark": "Graag in mei", "sketch": upload(picture())}
    settings.INTAKE_REFUSE_PER_MINUTE = 0

    page = visitor.client.post(visitor.address, fields)

    assert (page.status_code, "Graag in mei" in page.content.decode()) == (429, True)


def test_nothing_large_is_read_where_no_form_is_known(visitor: Giver) -> None:
    with (
        patch("leads.visitor_views.visit_of", side_effect=IntakeUnavailable),
        patch.object(multipart, "MultiPartParser") as parser,
    ):
        answer = large_from(visitor)

    assert (answer.status_code, parser.called) == (503, False)
