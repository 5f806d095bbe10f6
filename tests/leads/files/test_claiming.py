"""A request and the files that it claims: all of them in one statement, or none and no request."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from configurators.models import Configurator
from leads import capture
from leads.files import handing_in
from leads.models import Lead, LeadFile
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.leads.files.giving import PDF, Giver, files_of, picture, with_files


def leads_of(shop: Configurator) -> list[Lead]:
    with tenant(shop.organisation_id):
        return list(Lead.objects.order_by("pk"))


def said(answer: HttpResponse) -> tuple[int, list[str]]:
    return answer.status_code, list(answer.json().get("errors", {}))


def test_a_request_has_its_files(visitor: Giver, shop: Configurator) -> None:
    receipts = [visitor.receipt(), visitor.receipt(PDF, name="b.pdf")]
    paper = visitor.receipt(PDF, question="paper")

    answer = visitor.send_with(sketch=receipts, paper=[paper])

    [lead] = leads_of(shop)
    assert answer.status_code == 201
    assert {(file.lead_id, file.question) for file in files_of(shop.organisation_id)} == {
        (lead.pk, "sketch"),
        (lead.pk, "paper"),
    }


def test_a_claimed_file_goes_when_its_request_does(visitor: Giver, shop: Configurator) -> None:
    visitor.send_with(sketch=[visitor.receipt()])

    [lead], [file] = leads_of(shop), files_of(shop.organisation_id)
    assert file.purge_after == lead.purge_after


def test_sending_again_answers_the_same_request(visitor: Giver, shop: Configurator) -> None:
    document = visitor.document()
    document["answers"]["sketch"] = [visitor.receipt()]

    first, second = visitor.send(document), visitor.send(document)

    assert (first.status_code, second.json()) == (201, first.json())
    assert len(files_of(shop.organisation_id)) == 1


def test_a_receipt_is_used_once(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt()
    visitor.send_with(sketch=[receipt])

    again = visitor.send_with(sketch=[receipt])

    assert said(again) == (422, ["sketch"])
    assert "eerdere aanvraag" in again.json()["errors"]["sketch"]
    assert len(leads_of(shop)) == 1


def test_another_configurators_receipt_is_refused(visitor: Giver, shop: Configurator, alice: Member) -> None:
    other = Giver(open_for_visitors(alice, with_files()).public_key)

    refused = visitor.send_with(sketch=[other.receipt()])

    assert (said(refused), leads_of(shop)) == ((422, ["sketch"]), [])


def test_another_organisations_receipt_is_refused(
    visitor: Giver, shop: Configurator, charlie: Member
) -> None:
    globex = Giver(open_for_visitors(charlie, with_files()).public_key)
    receipt = globex.receipt()

    refused = visitor.send_with(sketch=[receipt])
    visitor.take_back(receipt)

    assert (said(refused), leads_of(shop)) == ((422, ["sketch"]), [])
    assert len(files_of(charlie.organisation.pk)) == 1


def test_an_expired_receipt_is_refused(visitor: Giver, shop: Configurator) -> None:
    receipt = visitor.receipt()
    with tenant(shop.organisation_id):
        LeadFile.objects.update(purge_after=timezone.now() - timedelta(seconds=1))

    assert said(visitor.send_with(sketch=[receipt])) == (422, ["sketch"])


def test_a_receipt_answers_only_its_own_question(visitor: Giver) -> None:
    assert said(visitor.send_with(paper=[visitor.receipt()])) == (422, ["paper"])


@pytest.mark.parametrize(
    "given",
    [["nonsense"], ["' OR 1=1 --"], [5], "text", {"a": 1}, [None], [["x"]], ["A" * 32], ["A" * 32] * 2, True],
)
def test_what_is_no_receipt_is_refused(visitor: Giver, given: Any) -> None:
    assert said(visitor.send_with(sketch=given)) == (422, ["sketch"])


def test_a_question_takes_so_many_files(visitor: Giver) -> None:
    receipts = [visitor.receipt() for _ in range(3)]

    assert said(visitor.send_with(sketch=receipts)) == (422, ["sketch"])


def test_a_request_takes_so_much_altogether(visitor: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_in, "LARGEST_ALTOGETHER", len(picture()) + 10)

    assert said(visitor.send_with(sketch=[visitor.receipt(), visitor.receipt()])) == (422, ["sketch"])


def test_a_required_file_has_to_be_there(alice: Member, transactional_db: None) -> None:
    visitor = Giver(open_for_visitors(alice, with_files(required=True)).public_key)

    assert said(visitor.send_with()) == (422, ["sketch"])
    assert visitor.send_with(sketch=[visitor.receipt()]).status_code == 201


def test_a_hidden_questions_files_are_not_claimed(alice: Member, transactional_db: None) -> None:
    shop = open_for_visitors(alice, with_files(visible_if="ledspots > 100", required=True))
    visitor = Giver(shop.public_key)

    assert visitor.send_with(sketch=[visitor.receipt()]).status_code == 201
    assert [file.lead_id for file in files_of(shop.organisation_id)] == [None]


def test_what_was_chosen_and_not_sent_goes_with_the_sending(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()
    sent, _left = visitor.receipt(token=token), visitor.receipt(token=token)
    document = visitor.document(token=token)
    document["answers"]["sketch"] = [sent]

    visitor.send(document)

    [file] = files_of(shop.organisation_id)
    assert file.lead_id == leads_of(shop)[0].pk


def test_of_two_requests_at_once_one_has_the_file(
    visitor: Giver, shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = visitor.receipt()
    seen_by_both = handing_in.claims

    def meanwhile(*args: Any, **kwargs: Any) -> list[LeadFile]:
        found = seen_by_both(*args, **kwargs)
        monkeypatch.setattr(handing_in, "claims", seen_by_both)
        assert visitor.send_with(sketch=[receipt]).status_code == 201
        return found

    monkeypatch.setattr(handing_in, "claims", meanwhile)

    assert said(visitor.send_with(sketch=[receipt])) == (422, ["sketch"])
    assert len(leads_of(shop)) == 1


@pytest.mark.parametrize("part", ["_by_hash", "still_here", "forget_strays"])
def test_without_a_database_the_answers_are_kept(
    visitor: Giver, shop: Configurator, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    token = visitor.token()
    document = visitor.document(token=token)
    document["answers"]["sketch"] = [visitor.receipt(token=token)]
    before = visitor.send(document).status_code if part == "forget_strays" else 0

    def away(*args: Any, **kwargs: Any) -> None:
        raise capture.IntakeUnavailable

    monkeypatch.setattr(handing_in, part, away)
    answer = visitor.send(document)

    assert (before, answer.status_code) == {
        "_by_hash": (0, 503), "still_here": (0, 201), "forget_strays": (201, 201),
    }[part]  # fmt: skip


def test_other_files_are_other_content(visitor: Giver, shop: Configurator) -> None:
    token = visitor.token()
    document = visitor.document(token=token)
    visitor.send(document)
    document["answers"]["sketch"] = [visitor.receipt(token=token)]

    answer = visitor.send(document)

    assert (answer.status_code, answer.json()["code"]) == (422, "different_submission")


def test_a_form_without_files_uses_the_statement_without_them(
    visitor: Giver, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, fetch = [], capture._fetch

    def watched(statement: Any, given: Any) -> Any:
        used.append(statement.name)
        return fetch(statement, given)

    monkeypatch.setattr(capture, "_fetch", watched)
    plain = Giver(open_for_visitors(alice).public_key)

    plain.send(plain.document())
    visitor.send_with()

    assert used == [b"capture", b"capture_with_files"]
