"""Double opt-in: a tick is asked about once more, at the address itself, and counts once it was confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from audit.models import Event
from configurators.models import Notice
from configurators.notices import confirmation_wording
from delivery.mail import is_suppressed, suppress
from leads import double_opt_in, work
from leads.consents import SIMILAR_PRODUCTS, Consent, Ground, Standing, may_mail, standing_of
from leads.models import (
    MARKETING,
    ConsentLink,
    ConsentMethod,
    ConsentRecord,
    Lead,
    LeadContact,
    LeadEvent,
    Status,
)
from leads.representation import documents
from organisations.models import Organisation
from privacy.subject import rectifying
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.consents import EMAIL, Ticked, ticked, wording_in
from tests.factories import make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def sanne(alice: Member) -> Ticked:
    return ticked(alice.organisation)


def standing(lead: Lead) -> Standing:
    with tenant(lead.organisation_id):
        return standing_of(lead)


def acts(lead: Lead) -> list[str]:
    """How consent was given, act by act."""
    with tenant(lead.organisation_id):
        return list(ConsentRecord.objects.filter(lead=lead).order_by("pk").values_list("method", flat=True))


# --- Asking -----------------------------------------------------------------------------------------


def test_who_did_not_tick_is_asked_nothing(alice: Member) -> None:
    lead = make_lead(alice.organisation)

    with tenant(alice.organisation.pk):
        assert double_opt_in.ask(lead) == ""
        assert not ConsentLink.objects.exists()


def test_a_tick_alone_is_no_consent_yet(sanne: Ticked) -> None:
    assert standing(sanne.lead).consent == Consent.ASKED
    assert may_mail(standing(sanne.lead), MARKETING) == (False, Ground.NONE)


def test_of_a_link_only_a_hash_is_kept(sanne: Ticked) -> None:
    with tenant(sanne.organisation.pk):
        [link] = ConsentLink.objects.all()

    token = sanne.confirm_path.split("/")[-2]
    assert len(token) > 100
    assert len(link.token_hash) == 32
    assert link.expires_at - link.created_at == timedelta(days=7)


def test_two_links_of_one_person_differ(sanne: Ticked) -> None:
    assert ticked(sanne.organisation).confirm_path != sanne.confirm_path


# --- Confirming -------------------------------------------------------------------------------------


@pytest.mark.promise("E2")
def test_opening_the_link_confirms_nothing_and_its_button_does(sanne: Ticked) -> None:
    for _ in range(3):  # as programs that read mail do
        assert Client().get(sanne.confirm_path).status_code == 200
        assert Client().head(sanne.confirm_path).status_code == 200
    assert standing(sanne.lead).consent == Consent.ASKED

    answer = sanne.confirm()

    assert answer.status_code == 303
    assert standing(sanne.lead).consent == Consent.CONFIRMED
    assert may_mail(standing(sanne.lead), MARKETING) == (True, Ground.CONSENT)


def test_a_confirmation_is_an_act_of_its_own_with_its_wording(sanne: Ticked) -> None:
    sanne.confirm(lang="fr")

    with tenant(sanne.organisation.pk):
        tick, confirmed = ConsentRecord.objects.order_by("pk")
        wording = confirmation_wording(sanne.organisation, "fr")
        assert (tick.method, confirmed.method) == (ConsentMethod.FORM, ConsentMethod.DOUBLE_OPT_IN)
        assert (confirmed.text_sha256, confirmed.language) == (wording.sha256, "fr")
        assert Notice.objects.get(sha256=confirmed.text_sha256).text == wording.text
        assert (tick.version, confirmed.version) == (1, 1)
        assert Event.objects.filter(action="lead.consent_confirmed", object_id=sanne.lead.pk).count() == 1
        assert LeadEvent.objects.filter(lead=sanne.lead, kind="consent_confirmed").count() == 1


@pytest.mark.promise("E2")
def test_a_link_that_was_used_says_so_and_does_nothing_more(sanne: Ticked) -> None:
    sanne.confirm()

    pressed_twice = {"wording": confirmation_wording(sanne.organisation, "nl").sha256}
    again = Client().post(sanne.confirm_path + "?lang=nl", pressed_twice)

    assert (again.status_code, sanne.confirm().status_code) == (303, 200)
    page = Client().get(sanne.confirm_path + "?lang=en").content.decode()
    assert "You confirmed it" in page
    assert "/privacy/mail/" in page
    assert acts(sanne.lead) == ["form", "double_opt_in"]


def test_a_late_link_says_so_in_each_language(sanne: Ticked) -> None:
    with travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        pages = [Client().get(f"{sanne.confirm_path}?lang={code}") for code in ("en", "nl", "fr")]
        late = Client().post(
            sanne.confirm_path + "?lang=nl",
            {"wording": confirmation_wording(sanne.organisation, "nl").sha256},
        )

    assert [page.status_code for page in (*pages, late)] == [410] * 4
    words = ("works for seven days", "werkt zeven dagen", "fonctionne sept jours")
    assert [word in page.content.decode() for word, page in zip(words, pages, strict=True)] == [True] * 3
    assert acts(sanne.lead) == ["form"]


@pytest.mark.parametrize("token", ["x", "é", "A" * 64, "A" * 124, "x" * 5000])
def test_what_we_never_made_leads_nowhere(db: None, token: str) -> None:
    answers = [Client().get(f"/privacy/confirm/{token}/"), Client().post(f"/privacy/confirm/{token}/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_link_to_choose_confirms_nothing_and_the_other_way_round(sanne: Ticked) -> None:
    choose, confirm = (path.split("/")[-2] for path in (sanne.choices_path, sanne.confirm_path))

    assert Client().get(f"/privacy/confirm/{choose}/").status_code == 404
    assert Client().get(f"/privacy/mail/{confirm}/").status_code == 404


def test_other_words_than_those_above_the_button_are_shown_first(sanne: Ticked) -> None:
    before = wording_in(Client().get(sanne.confirm_path + "?lang=nl").content.decode())
    Organisation.objects.filter(pk=sanne.organisation.pk).update(controller_name="Acme Groep NV")

    answer = Client().post(sanne.confirm_path + "?lang=nl", {"wording": before})

    assert answer.status_code == 409
    assert "Acme Groep NV" in answer.content.decode()
    assert acts(sanne.lead) == ["form"]


def test_after_the_address_was_corrected_the_link_in_the_old_one_confirms_nothing(
    sanne: Ticked, alice: Member
) -> None:
    with tenant(sanne.organisation.pk):
        rectifying.correct(
            sanne.lead.pk, changes={"contact.email": "new@example.org"}, case_id=uuid7(), by=alice.user.pk
        )

    assert sanne.confirm().status_code == 404
    assert standing(sanne.lead).consent == Consent.ASKED


def test_a_restricted_request_is_not_worked_with(sanne: Ticked) -> None:
    with tenant(sanne.organisation.pk):
        Lead.stored.filter(pk=sanne.lead.pk).update(restricted_at=timezone.now())

    assert sanne.confirm().status_code == 404


# --- Who may be mailed ------------------------------------------------------------------------------


@pytest.mark.promise("E2")
@pytest.mark.parametrize(
    ("consent", "refused", "customer", "news", "similar"),
    [
        ("none", False, False, "none", "none"),
        ("asked", False, False, "none", "none"),
        ("confirmed", False, False, "consent", "consent"),
        ("withdrawn", False, False, "refused", "refused"),
        # A customer who left the box empty refused at collection, so the exception is not theirs.
        ("none", False, True, "none", "none"),
        ("asked", False, True, "none", "customer"),
        ("confirmed", False, True, "consent", "consent"),
        ("withdrawn", False, True, "refused", "refused"),
        ("asked", True, True, "refused", "refused"),
        ("confirmed", True, True, "refused", "refused"),
        ("none", True, True, "refused", "refused"),
    ],
)
def test_who_may_be_mailed_what(consent: str, refused: bool, customer: bool, news: str, similar: str) -> None:
    person = Standing(Consent(consent), refused, customer)

    assert [may_mail(person, topic)[1] for topic in (MARKETING, SIMILAR_PRODUCTS)] == [news, similar]
    assert [may_mail(person, topic)[0] for topic in (MARKETING, SIMILAR_PRODUCTS)] == [
        ground in ("consent", "customer") for ground in (news, similar)
    ]


def test_a_request_that_is_won_makes_a_customer(sanne: Ticked, alice: Member) -> None:
    with tenant(sanne.organisation.pk):
        work.change_status(sanne.lead, to=Status.WON, by=alice.user.pk)

    assert may_mail(standing(sanne.lead), SIMILAR_PRODUCTS) == (True, Ground.CUSTOMER)


@pytest.mark.promise("E2", "D6")
def test_programs_read_how_far_a_consent_is_and_where_it_is_refused(sanne: Ticked) -> None:
    def read() -> tuple[object, ...]:
        with tenant(sanne.organisation.pk):
            [told] = documents([sanne.lead])
        url = told["unsubscribe_url"]
        return told["marketing_consent"], told["may_mail_offers"], told["mail_ground"], bool(url)

    asked = read()
    sanne.confirm()
    confirmed = read()
    sanne.unsubscribe()

    assert [asked, confirmed, read()] == [
        ("asked", False, "none", False),
        ("confirmed", True, "consent", True),
        ("withdrawn", False, "refused", False),
    ]


def test_an_address_that_a_program_read_ends_it(sanne: Ticked) -> None:
    sanne.confirm()
    with tenant(sanne.organisation.pk):
        [told] = documents([sanne.lead])

    answer = Client().post(told["unsubscribe_url"], {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert standing(sanne.lead).consent == Consent.WITHDRAWN


def test_many_are_read_in_as_many_statements_as_one(alice: Member, django_assert_num_queries: object) -> None:
    leads = [ticked(alice.organisation, email=f"p{number}@example.org").lead for number in range(3)]

    with tenant(alice.organisation.pk):
        documents(leads[:1])
        for some in (leads[:1], leads):
            with django_assert_num_queries(4):  # type: ignore[operator]
                documents(some)


# --- After a refusal --------------------------------------------------------------------------------


@pytest.mark.promise("D6", "E12")
def test_only_a_confirmed_tick_lifts_an_earlier_refusal(sanne: Ticked) -> None:
    sanne.confirm()
    sanne.unsubscribe()

    later = ticked(sanne.organisation)
    assert may_mail(standing(later.lead), MARKETING) == (False, Ground.REFUSED)

    later.confirm()
    assert may_mail(standing(later.lead), MARKETING) == (True, Ground.CONSENT)
    assert standing(sanne.lead).consent == Consent.WITHDRAWN


def test_a_confirmation_lifts_no_other_refusal(sanne: Ticked) -> None:
    with tenant(sanne.organisation.pk):
        index = bytes(LeadContact.objects.get(lead=sanne.lead).email_index)
        suppress(EMAIL, topic="*", reason="refused_by_provider")

    sanne.confirm()

    with tenant(sanne.organisation.pk):
        assert is_suppressed(index, topic=MARKETING)
    assert may_mail(standing(sanne.lead), MARKETING) == (False, Ground.REFUSED)


def test_a_link_from_before_a_refusal_confirms_nothing(sanne: Ticked) -> None:
    sanne.unsubscribe()

    page = Client().get(sanne.confirm_path + "?lang=en")

    assert page.status_code == 410
    assert "You have withdrawn this consent since" in page.content.decode()
    assert sanne.confirm().status_code == 410
    assert acts(sanne.lead) == ["form"]


def test_another_organisation_goes_on_as_it_was(sanne: Ticked, charlie: Member) -> None:
    theirs = ticked(charlie.organisation)
    sanne.confirm()
    theirs.confirm()

    sanne.unsubscribe()

    assert standing(theirs.lead).consent == Consent.CONFIRMED
