"""What a visitor gets to know of the price, before sending and after, for each way of showing it."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from configurators.compiling import Compiled, compile_definition
from configurators.indications import indication, shows_prices, tells_at_last
from leads import rates
from leads.models import Lead
from leads.quote_files import files_about_lead, quote_files
from leads.quote_paper import in_words
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option, texts
from tests.factories import sign_in
from tests.leads.conftest import EMAIL, Visitor, open_for_visitors
from tests.leads.test_announcing import announced, letters

Json = dict[str, Any]

EXACT: Json = {"kind": "exact"}
RANGE: Json = {"kind": "range", "step": "250"}
FROM: Json = {"kind": "from", "step": "50"}
AFTER: Json = {"kind": "after"}
NONE: Json = {"kind": "none"}
KEPT_BACK = [RANGE, FROM, AFTER, NONE]
by_kind = pytest.mark.parametrize("display", KEPT_BACK, ids=lambda display: display["kind"])

#: Every figure that a price is made of, and what these come to: 4321.09 + 3 x 77.13 + 913.31 - 10 %.
FIGURES = (
    b"4321",
    b"4.321",
    b"77.13",
    b"77,13",
    b"913.31",
    b"913,31",
    b"641.37",
    b"577.23",
    b"5465",
    b"5.465",
    b"5 465",
)
GROSS = "5465.79"

pytestmark = pytest.mark.django_db(transaction=True)


def priced(display: Json) -> Json:
    return definition(
        group("roof", "single", required=True, default="poly", options=[
            option("poly", "4321.09"),
            option("glass", "641.37", available_if="lights < 2", reason=texts("Te veel lampen.")),
        ]),
        group("lights", "quantity", default="3", max="9", price={"kind": "per_unit", "amount": "77.13", "of": "lights"}),
        group("contact", "contact"),
        lines=[
            {"key": "base", "label": texts("Basis"), "price": {"kind": "fixed", "amount": "913.31"}},
            {"key": "off", "label": texts("Korting"), "price": {"kind": "formula", "formula": "0 - lights * 0"}},
        ],
        languages=["nl", "en", "fr"],
        price_display=display,
    )  # fmt: skip


def opened(member: Member, display: Json) -> Visitor:
    return Visitor(open_for_visitors(member, priced(display)).public_key)


def fields(visitor: Visitor, **more: Any) -> Json:
    own = {"form.token": visitor.token(), "form.website": "", "form.action": "submit"}
    return {"roof": "poly", "lights": "3", "contact.name": "Sanne", "contact.email": EMAIL} | own | more


def document(visitor: Visitor) -> Json:
    contact = {"name": "Sanne", "email": EMAIL, "phone": ""}
    return {"answers": {"roof": "poly", "lights": "3"}, "contact": contact, "token": visitor.token()}


def before_sending(visitor: Visitor) -> list[Any]:
    """Everything that we answer somebody who has not sent anything yet."""
    page = visitor.client.get(visitor.address)
    played = page.content.decode().partition('data-definition="')[2].partition('"')[0].replace("&amp;", "&")
    saved = visitor.client.post(
        f"/c/{visitor.key}/save/?lang=nl",
        {"answers": {"roof": "poly", "lights": "3"}},
        "application/json",
        headers={"x-form-token": visitor.token()},
    )
    link = urlsplit(saved.json()["url"])
    return [
        page,
        visitor.client.get(f"{visitor.address}&embed=1"),
        visitor.client.get(played),
        visitor.price({"roof": "poly", "lights": "3"}),
        visitor.price({"roof": "glass", "lights": "1"}),
        visitor.post(fields(visitor, **{"form.action": "price"})),
        visitor.post(fields(visitor, **{"form.action": "save"})),
        visitor.post(fields(visitor, **{"contact.email": "nobody"})),
        visitor.send(document(visitor) | {"answers": {"roof": "glass", "lights": "3"}}),
        saved,
        visitor.client.get(f"{link.path}?{link.query}"),
        visitor.client.get(f"/c/{visitor.key}/thanks/?lang=nl&reference=abcdEFGH"),
    ]


def figures_in(responses: list[Any]) -> set[bytes]:
    return {figure for response in responses for figure in FIGURES if figure in response.content}


@by_kind
def test_no_figure_of_a_price_is_in_any_byte_before_sending(alice: Member, display: Json) -> None:
    answers = before_sending(opened(alice, display))

    assert [answer.status_code for answer in answers] == [200] * 7 + [422, 422, 201, 200, 200]
    assert figures_in(answers) == set()


def test_these_figures_would_have_been_found(alice: Member) -> None:
    found = figures_in(before_sending(opened(alice, EXACT)))

    assert {b"4321", b"77.13", b"913.31", b"5465", b"5.465"} <= found


# --- About how much --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("display", "language", "total"),
    [
        (RANGE, "nl", "tussen €\u00a05.250 en €\u00a05.500"),
        (RANGE, "en", "between €5,250 and €5,500"),
        (RANGE, "fr", "entre 5\u202f250\u00a0€ et 5\u202f500\u00a0€"),
        (FROM, "nl", "vanaf €\u00a05.450"),
        (FROM, "en", "from €5,450"),
        (FROM, "fr", "à partir de 5\u202f450\u00a0€"),
    ],
)
def test_about_how_much_is_said_in_the_visitors_language(
    alice: Member, display: Json, language: str, total: str
) -> None:
    visitor = opened(alice, display)
    visitor.language = language

    said = visitor.price({"roof": "poly", "lights": "3"}).json()

    assert (said["total"], said["lines"], said["gross"], said["vat"]) == (total, [], "", "")
    assert {state["price"] for state in said["options"].values()} == {""}
    assert total in said["spoken"]
    assert total in visitor.client.get(visitor.address).content.decode()


@pytest.mark.parametrize(
    ("display", "gross", "said"),
    [
        (RANGE, "4500", "between €4,500 and €4,750"),
        (RANGE, "4749.99", "between €4,500 and €4,750"),
        (RANGE, "0", "between €0 and €250"),
        (RANGE, "-0.01", "between −€250 and €0"),
        ({"kind": "range", "step": "0.50"}, "3.20", "between €3 and €3.50"),
        (FROM, "99.99", "from €50"),
        (FROM, "100", "from €100"),
        (EXACT, "100", ""),
        (AFTER, "100", ""),
        (NONE, "100", ""),
    ],
)
def test_what_a_price_is_rounded_to(display: Json, gross: str, said: str) -> None:
    with override("en"):
        assert indication(compile_definition(priced(display)), Decimal(gross), "en") == said


@pytest.mark.parametrize("display", [RANGE, FROM], ids=["range", "from"])
def test_where_there_is_no_price_that_is_said(alice: Member, display: Json) -> None:
    broken = priced(display)
    broken["lines"][1]["price"]["formula"] = "1 / (lights - 3)"
    visitor = Visitor(open_for_visitors(alice, broken).public_key)

    said = visitor.price({"roof": "poly", "lights": "3"}).json()

    assert (said["total"], said["vat"]) == ("–", "Voor deze keuzes is er geen prijs.")


def test_without_a_script_the_price_is_asked_for_by_a_button(alice: Member) -> None:
    visitor = opened(alice, RANGE)

    page = visitor.post(fields(visitor, lights="9", **{"form.action": "price"})).content.decode()

    assert page.count("tussen €\u00a05.750 en €\u00a06.000") == 3


def test_a_lead_form_has_no_price_to_be_about(alice: Member) -> None:
    unpriced = definition(group("company", "text"), group("contact", "contact"), price_display=RANGE)
    visitor = Visitor(open_for_visitors(alice, unpriced).public_key)

    page = visitor.client.get(visitor.address).content.decode()

    assert ("data-total" in page, visitor.price({}).json()["total"]) == (False, "")


def test_who_asks_on_and_on_waits(alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PRICES_PER_MINUTE", 3)
    visitor = opened(alice, RANGE)

    answers = [visitor.price({"lights": str(lights)}) for lights in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert (answers[3].json()["code"], answers[3]["Retry-After"]) == ("too_many", "5")


def test_without_a_script_nobody_asks_on_and_on_either(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PRICES_PER_MINUTE", 3)
    visitor = opened(alice, RANGE)
    wrong = fields(visitor, lights="many")

    answers = [
        visitor.price({"lights": "1"}),
        visitor.post(fields(visitor, **{"form.action": "price"})),
        visitor.post(wrong),
        visitor.post(fields(visitor, **{"form.action": "price"})),
        visitor.post(wrong),
        visitor.price({"lights": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 422, 429, 429, 429]
    assert 'name="form.action" value="price"' in answers[3].content.decode()


def test_a_price_that_is_shown_anyway_is_not_counted(alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PRICES_PER_MINUTE", 1)
    visitor = opened(alice, EXACT)

    assert [visitor.price({"lights": str(lights)}).status_code for lights in range(3)] == [200] * 3


# --- After sending -----------------------------------------------------------------------------------


def sent(visitor: Visitor) -> HttpResponse:
    return visitor.post(fields(visitor))


def thanks(visitor: Visitor) -> str:
    response = sent(visitor)
    assert response.status_code == 303
    return visitor.client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("display", "told"),
    [(EXACT, False), (RANGE, False), (FROM, False), (AFTER, True), (NONE, False)],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_only_who_was_told_nothing_before_reads_the_price_then(
    alice: Member, display: Json, told: bool
) -> None:
    visitor = opened(alice, display)

    answer = visitor.send(document(visitor)).json()
    page = thanks(visitor)

    assert ("€\u00a05.465,79" in page, answer.get("price")) == (told, "€\u00a05.465,79" if told else None)


def test_a_request_that_is_put_aside_is_answered_the_same(alice: Member) -> None:
    visitor = opened(alice, AFTER)

    response = visitor.post(fields(visitor, **{"form.website": "https://spam.example"}))

    assert set(parse_qs(urlsplit(response["Location"]).query)) == {"lang", "reference", "price"}


def test_a_price_that_we_did_not_say_is_not_shown(alice: Member) -> None:
    visitor = opened(alice, AFTER)
    address = sent(visitor)["Location"]
    another = address.replace(parse_qs(urlsplit(address).query)["reference"][0], "abcdEFGH")
    forged = re.sub(r"price=5465\.79", "price=1.00", address)

    pages = [visitor.client.get(each).content.decode() for each in (another, forged, f"{address}x")]

    assert [("data-told" in page, "€\u00a0" in page) for page in pages] == [(False, False)] * 3


def the_lead(member: Member) -> Lead:
    with tenant(member.organisation.pk):
        return Lead.objects.select_related("configurator", "version").get()


LINES = ["Poly:", "Basis:", "Totaal incl. btw:", "waarvan btw:"]


@pytest.mark.parametrize(
    ("display", "said"),
    [
        (EXACT, [*LINES, "€\u00a05.465,79"]),
        (AFTER, [*LINES, "€\u00a05.465,79"]),
        (RANGE, ["Totaal incl. btw: tussen €\u00a05.250 en €\u00a05.500"]),
        (FROM, ["Totaal incl. btw: vanaf €\u00a05.450"]),
        (NONE, []),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_the_mail_says_what_the_visitor_may_know(alice: Member, display: Json, said: list[str]) -> None:
    visitor = opened(alice, display)
    sent(visitor)

    text = letters(the_lead(alice))["lead_confirmation"].text

    assert [each for each in said if each not in text] == []
    assert ("€" in text, "5.465,79" in text) == (bool(said), display in (EXACT, AFTER))


@pytest.mark.parametrize(
    ("display", "forms"),
    [(EXACT, ["pdf", "json"]), (AFTER, ["pdf", "json"]), (RANGE, ["pdf"]), (FROM, ["pdf"]), (NONE, [])],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_a_person_gets_the_files_that_say_no_more(alice: Member, display: Json, forms: list[str]) -> None:
    visitor = opened(alice, display)
    sent(visitor)
    lead = the_lead(alice)
    announced(lead)

    with tenant(alice.organisation.pk):
        assert [file.form for file in files_about_lead(lead.pk)] == forms
        assert [file.form for file in quote_files(the_lead(alice))] == ["pdf", "json"]


@pytest.mark.parametrize("display", [RANGE, FROM], ids=["range", "from"])
def test_the_persons_paper_says_about_how_much(alice: Member, display: Json) -> None:
    visitor = opened(alice, display)
    sent(visitor)

    with tenant(alice.organisation.pk), override("nl"):
        lead = the_lead(alice)
        theirs, ours = in_words(lead, for_visitor=True), in_words(lead)

    about = {"range": "tussen €\u00a05.250 en €\u00a05.500", "from": "vanaf €\u00a05.450"}[display["kind"]]
    assert (theirs["lines"], theirs["sums"], theirs["check"]) == ([], [["Totaal inclusief btw", about]], None)
    assert ours["sums"][-1] == ["Totaal inclusief btw", "€\u00a05.465,79"]


def test_the_persons_paper_has_no_figure_more(alice: Member) -> None:
    visitor = opened(alice, RANGE)
    sent(visitor)

    with tenant(alice.organisation.pk):
        (paper,) = files_about_lead(the_lead(alice).pk)
        theirs, ours = (_words(each.make()) for each in (paper, quote_files(the_lead(alice))[0]))

    written = [
        figure for figure in ("5.250", "5.500", "5.465,79", "4.321,09", "913,31", "77,13") if figure in theirs
    ]
    assert (written, "5.465,79" in ours) == (["5.250", "5.500"], True)


def _words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@by_kind
def test_the_business_always_reads_the_price(alice: Member, client: Client, display: Json) -> None:
    visitor = opened(alice, display)
    sent(visitor)
    sign_in(client, alice)

    lead = the_lead(alice)
    page = client.get(
        reverse("leads:detail", kwargs={"organisation": "acme", "pk": lead.pk})
    ).content.decode()

    assert (str(lead.gross), "€5,465.79" in page) == (GROSS, True)
    assert ("The customer was told: " in page) == (display in (RANGE, FROM))


def test_what_the_page_showed_is_not_compared_where_it_was_rounded(alice: Member) -> None:
    visitor = opened(alice, RANGE)
    visitor.send(document(visitor))

    assert the_lead(alice).shown_gross is None


# --- What was compiled before ------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "shows"), [("exact", True), ("none", False)])
def test_a_version_of_the_first_schema_shows_what_it_did(word: str, shows: bool) -> None:
    document = compile_definition(priced(EXACT)).to_json() | {"price_display": word, "schema": 1}

    compiled = Compiled.from_json(document)

    assert (shows_prices(compiled), tells_at_last(compiled)) == (shows, False)
