"""H49: publishing needs the contracts in force, and nothing else does. Nobody is deemed to agree."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import legal
from accounts.models import LegalPublication
from configurators.models import Configurator
from configurators.publishing import CannotPublish, publish
from leads.models import Lead
from organisations.contracts import NotOffered, agree, standings
from organisations.models import Agreement
from tenancy.context import tenant
from tests.factories import make_lead, make_version

DPA = legal.PROCESSING_AGREEMENT


def new_version(*, since_days: int, kind: str = DPA) -> LegalPublication:
    """A version whose text is that of the first, in force since (or from) so many days ago."""
    now = timezone.now()
    return LegalPublication.objects.create(
        kind=kind,
        version="2026-11-20",
        sha256={},
        material=True,
        published_at=now - timedelta(days=100),
        notice_started_at=now - timedelta(days=since_days + 30),
        effective_at=now - timedelta(days=since_days),
    )


@pytest.fixture(autouse=True)
def text_of_the_new_version(monkeypatch):
    first = legal.document

    def document(kind, language, version):
        return first(kind, language, "2026-11" if version == "2026-11-20" else version)

    monkeypatch.setattr(legal, "document", document)


def publish_again(member):
    with tenant(member.organisation.pk):
        return publish(Configurator.objects.get(), by=member.user.pk)


def agree_for(member):
    with tenant(member.organisation.pk):
        agree(
            organisation=member.organisation, offered=[(DPA, "2026-11-20")], language="nl", by=member.user.pk
        )


@pytest.mark.promise("H4")
def test_founding_agrees_to_both_contracts(alice):
    agreed = Agreement.objects.filter(organisation=alice.organisation).order_by("document")

    assert [(a.document, a.version, a.user_id) for a in agreed] == [
        (DPA, "2026-11", alice.user.pk),
        ("terms", "2026-11", alice.user.pk),
    ]
    assert agreed[0].sha256 == legal.document(DPA, "en", "2026-11").sha256


def test_an_organisation_is_not_founded_without(db, sign_in):
    from tests.factories import make_user

    form = {"name": "Acme", "country": "NL", "language": "en"}

    response = sign_in(make_user()).post(reverse("organisations:found"), form)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["accept_agreement"])


@pytest.mark.promise("H49")
def test_without_the_agreement_in_force_nothing_new_is_published(alice):
    make_version(alice.organisation)
    new_version(since_days=15)

    with pytest.raises(CannotPublish) as refusal:
        publish_again(alice)

    assert [obstacle.code for obstacle in refusal.value.obstacles] == [DPA]


@pytest.mark.promise("H49")
def test_after_agreeing_it_is(alice):
    make_version(alice.organisation)
    new_version(since_days=15)
    agree_for(alice)

    assert publish_again(alice).number == 2


def test_there_are_some_days_to_agree(alice):
    make_version(alice.organisation)
    new_version(since_days=13)

    assert publish_again(alice).number == 2


@pytest.mark.promise("H49")
def test_intake_and_export_and_erasure_go_on(alice, sign_in):
    """What was on line goes on taking requests, and they can be read and worked on."""
    make_version(alice.organisation)
    new_version(since_days=400)
    lead = make_lead(alice.organisation)

    page = sign_in(alice.user).get(f"/o/{alice.organisation.slug}/leads/{lead.pk}/")

    with tenant(alice.organisation.pk):
        assert Lead.objects.count() == 1
    assert page.status_code == 200


@pytest.mark.promise("H51")
def test_going_on_is_not_agreeing(alice, sign_in):
    """C's "continuing is agreeing" is not adopted: using every page makes no agreement."""
    new_version(since_days=20)
    browser = sign_in(alice.user)
    for name in ("overview", "settings", "members", "agreements"):
        browser.get(reverse(f"organisations:{name}", kwargs={"organisation": alice.organisation.slug}))

    assert Agreement.objects.filter(version="2026-11-20").count() == 0
    [terms, dpa] = standings(alice.organisation)
    assert (terms.is_agreed, dpa.is_agreed, dpa.blocks_publishing) == (True, False, True)


def test_an_owner_agrees_on_the_page(alice, sign_in):
    new_version(since_days=1)
    url = reverse("organisations:agreements", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(alice.user).post(url, {"versions": f"{DPA}:2026-11-20"})

    assert response.headers["Location"] == url
    assert Agreement.objects.filter(version="2026-11-20", user_id=alice.user.pk).count() == 1


def test_what_is_announced_can_be_agreed_to_before_it_counts(alice):
    new_version(since_days=-5)
    agree_for(alice)

    [_terms, dpa] = standings(alice.organisation)
    assert (dpa.edition.version, dpa.is_agreed, dpa.open) == ("2026-11", True, [])


@pytest.mark.parametrize("offered", [("terms", "1999-01"), ("privacy-policy", "2026-11")])
def test_only_what_is_offered_can_be_agreed_to(alice, offered):
    with tenant(alice.organisation.pk), pytest.raises(NotOffered):
        agree(organisation=alice.organisation, offered=[offered], language="nl", by=alice.user.pk)


@pytest.mark.parametrize("form", [{}, {"versions": "terms:1999-01"}])
def test_a_mistake_is_named(alice, sign_in, form):
    new_version(since_days=1)
    url = reverse("organisations:agreements", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(alice.user).post(url, form)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["versions"])


def test_a_seller_does_not_agree_for_the_organisation(bob, sign_in):
    url = reverse("organisations:agreements", kwargs={"organisation": bob.organisation.slug})

    assert sign_in(bob.user).post(url, {}).status_code == 403


@pytest.mark.promise("H4")
@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_agreement_is_never_changed_or_deleted(alice, act):
    rows = Agreement.objects.filter(organisation=alice.organisation)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(version="2") if act == "update" else rows._raw_delete(rows.db)

    assert rows.count() == 2
