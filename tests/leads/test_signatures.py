"""A stored quote is signed, and whatever is changed in it afterwards is seen."""

import base64
import copy
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from structlog.testing import capture_logs

from configurators.answers import initial_answers
from configurators.compiled import Compiled, canonical_json
from configurators.compiling import compile_definition
from configurators.evaluation import evaluate, quote_json
from configurators.models import Configurator
from configurators.publishing import publish
from delivery.drain import drain
from delivery.jobs import JobCall, TryLater
from delivery.models import Job
from leads.models import Lead
from leads.quotes import Recheck, recheck, reckoned
from leads.signatures import Standing, sign, signed_file, standing, statement
from leads.signing import KEY_IS_LOOKED_FOR_EVERY, sign_later, sign_quote
from leads.work import release
from tenancy.context import tenant
from tenancy.keys import KeyUnreadable, NoKey
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.leads.conftest import EMAIL, NAME, Visitor
from tests.leads.definitions import veranda

Path = tuple[str | int, ...]

AS_IT_SHOULD = Recheck(matches=True, signature=Standing.STANDS)


@pytest.fixture
def lead(db: None, alice: Member) -> Iterator[Lead]:
    """One request at Acme, within the organisation."""
    found = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        yield Lead.objects.select_related("configurator", "version").get(pk=found.pk)


def requests_of(configurator: Configurator) -> list[Lead]:
    """All there are, after the worker was there."""
    drain()
    with tenant(configurator.organisation_id):
        return list(Lead.objects.select_related("configurator", "version").order_by("id"))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document where something stands that is no container, and every empty container."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = False
    for name, each in inner:
        found = True
        yield from places(each, (*path, name))
    if not found:
        yield path


def another(value: Any) -> Any:
    """Something else of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"1{value}"
        case list():
            return ["1"]
    return "1"


def changed_at(document: Any, path: Path) -> Any:
    changed = copy.deepcopy(document)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = another(place[path[-1]])
    return changed


def test_a_request_is_stored_with_a_signature_that_stands(visitor: Visitor, shop: Configurator) -> None:
    visitor.send(visitor.document())

    [lead] = requests_of(shop)
    with tenant(shop.organisation_id):
        assert recheck(lead) == AS_IT_SHOULD


def test_what_is_signed_names_nobody_and_has_no_words(visitor: Visitor, shop: Configurator) -> None:
    visitor.post(visitor.fields(remark="Graag na de zomer"))

    [lead] = requests_of(shop)
    signed = canonical_json(statement(lead.quote, configurator=shop.public_key)).decode()
    secrets = (NAME, EMAIL, "zomer", "Opaal glas", lead.reference, str(lead.pk), str(lead.organisation_id))
    assert [word for word in secrets if word in signed] == []


def test_the_same_choices_have_the_same_signature(visitor: Visitor, shop: Configurator) -> None:
    visitor.send(visitor.document())
    visitor.language = "fr"
    visitor.send(visitor.document(contact={"name": "Iemand anders", "email": "x@else.example", "phone": ""}))

    first, second = requests_of(shop)
    assert first.quote_signature == second.quote_signature


def test_whatever_is_changed_in_a_stored_quote_is_seen(lead: Lead) -> None:
    quote = lead.quote
    unseen = []
    for path in places(quote):
        lead.quote = changed_at(quote, path)
        if recheck(lead) == AS_IT_SHOULD:
            unseen.append(path)

    lead.quote = quote
    assert (unseen, recheck(lead)) == ([], AS_IT_SHOULD)


def test_whatever_is_taken_from_a_stored_quote_is_seen(lead: Lead) -> None:
    quote = lead.quote
    unseen = []
    for name in quote.keys() - {"lines"}:
        lead.quote = {key: value for key, value in quote.items() if key != name}
        if recheck(lead) == AS_IT_SHOULD:
            unseen.append(name)

    assert unseen == []


def test_a_line_more_or_less_is_seen(lead: Lead) -> None:
    lines = lead.quote["lines"]
    for others in (lines[1:], [*lines, lines[0]], lines[::-1]):
        lead.quote = lead.quote | {"lines": others}
        assert recheck(lead) == Recheck(matches=False, signature=Standing.BROKEN)


def test_a_price_that_fits_in_itself_but_was_never_signed_is_seen(lead: Lead) -> None:
    """Somebody who can write in the table, and has no key."""
    wider = lead.quote["inputs"] | {"breedte": str(int(lead.quote["inputs"]["breedte"]) + 10)}
    compiled = Compiled.from_json(lead.version.compiled)
    lead.quote = reckoned(compiled, wider, language=lead.language)

    assert recheck(lead) == Recheck(matches=True, signature=Standing.BROKEN)


def test_a_version_that_was_changed_beneath_its_quotes_is_seen(lead: Lead) -> None:
    lead.version.compiled["lines"][0]["price"]["amount"] = "1"

    assert recheck(lead) == Recheck(matches=False, signature=Standing.STANDS)


def test_an_old_quote_is_reckoned_on_its_own_version(
    visitor: Visitor, shop: Configurator, alice: Member
) -> None:
    visitor.send(visitor.document())
    with tenant(shop.organisation_id):
        shop.draft["lines"][0]["price"]["amount"] = "9999"
        shop.save()
        publish(shop, by=alice.user.pk)

    [lead] = requests_of(shop)
    with tenant(shop.organisation_id):
        assert recheck(lead) == AS_IT_SHOULD


def test_a_quote_from_before_quotes_were_signed_says_so_and_comes_out(lead: Lead) -> None:
    del lead.quote["schema"]
    lead.quote_signature = None

    assert recheck(lead) == Recheck(matches=True, signature=Standing.NONE)
    assert signed_file(lead) is None


def test_a_quote_of_an_engine_that_is_not_here_is_not_called_right(lead: Lead) -> None:
    lead.version.compiled["engine"] = 99

    assert recheck(lead).matches is False


def test_a_signature_of_another_configurator_does_not_stand(lead: Lead) -> None:
    lead.quote_signature = sign(lead.quote, configurator="another")

    assert recheck(lead).signature == Standing.BROKEN


def test_a_signature_under_another_key_does_not_stand(lead: Lead) -> None:
    content = statement(lead.quote, configurator=lead.configurator.public_key)
    theirs = Ed25519PrivateKey.generate().sign(canonical_json(content))
    lead.quote_signature = base64.b64encode(theirs).decode()

    assert recheck(lead).signature == Standing.BROKEN


def test_what_is_no_signature_at_all_does_not_stand(lead: Lead) -> None:
    for text in ("", "x", "é" * 88, "A" * 88, "="):
        lead.quote_signature = text
        assert recheck(lead).signature == Standing.BROKEN


def test_a_request_comes_in_although_there_is_no_key(visitor: Visitor, shop: Configurator) -> None:
    with patch("audit.signing.key_store", side_effect=NoKey("gone")):
        response = visitor.send(visitor.document())
        drain()

    [lead] = requests_of(shop)
    assert (response.status_code, standing(lead)) == (201, Standing.NOT_YET)


def test_a_request_is_told_of_although_the_key_does_not_open(lead: Lead) -> None:
    lead.quote_signature = None
    with patch("audit.signing.key_store", side_effect=KeyUnreadable("shut")):
        sign_quote(lead)

    assert standing(lead) == Standing.NOT_YET


@pytest.mark.parametrize("error", [NoKey("gone"), KeyUnreadable("shut")])
def test_the_log_says_that_a_quote_was_not_signed_and_why(lead: Lead, error: Exception) -> None:
    lead.quote_signature = None
    with patch("audit.signing.key_store", side_effect=error), capture_logs() as logged:
        sign_quote(lead)

    assert logged == [{"event": "quote_not_signed", "log_level": "error", "exc_info": error}]


def test_the_signature_follows_once_the_key_is_there(visitor: Visitor, shop: Configurator) -> None:
    visitor.send(visitor.document())
    with patch("audit.signing.key_store", side_effect=NoKey("gone")):
        drain()
    Job.objects.filter(task="leads.sign").update(due_at=Now())

    [lead] = requests_of(shop)
    with tenant(shop.organisation_id):
        assert recheck(lead) == AS_IT_SHOULD


def test_without_the_key_the_signature_is_tried_again_and_again(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(quote_signature=None)
    call = JobCall(organisation_id=lead.organisation_id, ids={"lead": str(lead.pk)}, attempt=1)

    with patch("audit.signing.key_store", side_effect=NoKey("gone")), pytest.raises(TryLater) as raised:
        sign_later(call)
    assert raised.value.delay == KEY_IS_LOOKED_FOR_EVERY


def test_what_does_not_come_out_again_is_never_signed(lead: Lead) -> None:
    """Somebody who can write in the table before the worker comes by."""
    lead.quote_signature = None
    lead.quote = lead.quote | {"gross": "1.00"}
    with capture_logs() as logged:
        sign_quote(lead)

    said = {"lead_id": str(lead.pk), "version_id": str(lead.version_id), "log_level": "error"}
    assert (lead.quote_signature, logged) == (None, [{"event": "quote_differs", **said}])


def test_what_waits_in_quarantine_is_signed_when_it_is_released(
    visitor: Visitor, shop: Configurator, alice: Member
) -> None:
    visitor.send(visitor.document(website="https://spam.example"))
    [lead] = requests_of(shop)
    before = standing(lead)
    with tenant(shop.organisation_id):
        release(lead, by=alice.user.pk)
    [lead] = requests_of(shop)

    assert (before, standing(lead)) == (Standing.NOT_YET, Standing.STANDS)


def test_the_mail_about_a_request_finds_its_quote_signed(visitor: Visitor, shop: Configurator) -> None:
    seen = []
    with patch(
        "leads.announcing.confirm_to_visitor", lambda lead, _organisation: seen.append(standing(lead))
    ):
        visitor.send(visitor.document())
        drain()

    assert seen == [Standing.STANDS]


def test_under_a_key_that_does_not_open_no_signature_stands(lead: Lead) -> None:
    with patch("audit.signing.key_store", side_effect=KeyUnreadable("shut")):
        assert standing(lead) == Standing.BROKEN


def test_the_page_of_a_request_says_what_became_of_its_signature(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)
    page = reverse("leads:detail", kwargs={"organisation": alice.organisation.slug, "pk": lead.pk})
    other = sign(lead.quote, configurator="another")
    older = {name: value for name, value in lead.quote.items() if name != "schema"}
    said = []
    for quote, signature in (
        (lead.quote, lead.quote_signature),
        (lead.quote, other),
        (lead.quote, None),
        (older, None),
    ):
        with tenant(alice.organisation.pk):
            Lead.objects.filter(pk=lead.pk).update(quote=quote, quote_signature=signature)
        said.append(client.get(page).context["detail"].recheck)

    states = (Standing.STANDS, Standing.BROKEN, Standing.NOT_YET, Standing.NONE)
    assert said == [Recheck(True, state) for state in states]


def test_what_was_calculated_is_signed_too() -> None:
    definition = veranda()
    area = {"nl": "Oppervlakte", "en": "Area", "fr": "Surface"}
    definition["steps"][0]["groups"].append(
        {
            "key": "area",
            "kind": "calculated",
            "label": area,
            "formula": "breedte * diepte / 10000",
            "decimals": 1,
        }
    )
    compiled = compile_definition(definition)
    quote = quote_json(evaluate(compiled, initial_answers(compiled)), language="nl")

    assert statement(quote, configurator="x")["calculated"] == {"area": "18.2"}
