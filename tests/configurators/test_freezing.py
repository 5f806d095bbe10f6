"""More configurators than a plan has room for: which stay on line, and that nothing of the others is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from audit.models import Event
from billing.announcing import announce
from billing.entitlements import Feature
from billing.limits import LimitReached
from billing.models import EntitlementOverride
from configurators import freezing
from configurators.drafts import create_configurator, save_draft
from configurators.models import Configurator, Publication
from configurators.published import forget_everything
from configurators.publishing import CannotPublish, publish
from delivery.jobs import JobCall
from delivery.models import AccountMail
from leads.models import Lead
from organisations.models import Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.billing.selling import has_plan
from tests.factories import IDENTITY, make_user, sign_in
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda


@pytest.fixture
def sold(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"


@pytest.fixture
def three(sold: None, alice: Any) -> dict[str, Configurator]:
    """Acme on the studio plan, with three configurators, published one after another."""
    has_plan(alice.organisation, "studio")
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    made = {}
    for name in ("Oldest", "Middle", "Newest"):
        with tenant(alice.organisation.pk):
            made[name] = create_configurator(
                name=name, starting_from="contact", language="nl", by=alice.user.pk
            )
            save_draft(made[name], definition=veranda(), revision=1)
            made[name].refresh_from_db()
            publish(made[name], by=alice.user.pk)
    return made


def downgrade(organisation: Organisation) -> None:
    """The smaller plan begins: the mirror says so, and the job that follows runs."""
    has_plan(organisation, "start")
    tell(organisation)


def tell(organisation: Organisation) -> None:
    with tenant(organisation.pk):
        announce(JobCall(organisation.pk))


def frozen(member: Any) -> set[str]:
    with tenant(member.organisation.pk):
        rows = set(Configurator.objects.exclude(frozen_at=None).values_list("name", flat=True))
        hidden = Publication.objects.filter(organisation_id=member.organisation.pk, frozen=True)
        keys = set(hidden.values_list("configurator_id", flat=True))
        assert set(Configurator.objects.filter(pk__in=keys).values_list("name", flat=True)) == rows
    return rows


def room_for(organisation: Organisation, count: int) -> None:
    """Somebody of the platform agreed on another limit; no page has been told."""
    account = has_plan(organisation, "start")
    EntitlementOverride.objects.create(
        organisation=organisation,
        feature=Feature.CONFIGURATORS,
        value=count,
        reason="A fair",
        since=account.created_at,
    )


def put_on_line(member: Any, client: Client, configurator: Configurator, **form: Any) -> Any:
    address = reverse(
        "configurators:thaw", kwargs={"organisation": member.organisation.slug, "pk": configurator.pk}
    )
    return client.post(address, form, follow=True)


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_without_a_choice_what_was_published_last_stays(alice: Any, three: Any) -> None:
    downgrade(alice.organisation)

    assert frozen(alice) == {"Oldest", "Middle"}


def test_the_owners_choice_stays(alice: Any, three: Any) -> None:
    with tenant(alice.organisation.pk):
        freezing.choose([three["Oldest"].pk], by=alice.user.pk)
    before = frozen(alice)

    downgrade(alice.organisation)

    assert (before, frozen(alice)) == (set(), {"Middle", "Newest"})


def test_telling_twice_freezes_once_and_writes_to_the_owner_once(alice: Any, three: Any) -> None:
    downgrade(alice.organisation)
    downgrade(alice.organisation)

    with tenant(alice.organisation.pk):
        assert Event.objects.filter(action="configurator.frozen").count() == 2
    assert AccountMail.objects.filter(template="configurators_frozen").count() == 1


def test_a_larger_plan_thaws_as_many_as_fit_in_the_owners_order(alice: Any, three: Any) -> None:
    with tenant(alice.organisation.pk):
        freezing.choose([three["Oldest"].pk, three["Middle"].pk], by=alice.user.pk)
    downgrade(alice.organisation)
    room_for(alice.organisation, 2)
    tell(alice.organisation)
    two = frozen(alice)

    EntitlementOverride.objects.update(value=None)
    tell(alice.organisation)

    assert (two, frozen(alice)) == ({"Newest"}, set())


def test_swapping_keeps_exactly_as_many_on_line(alice: Any, three: Any, client: Client) -> None:
    downgrade(alice.organisation)
    sign_in(client, alice)

    put_on_line(alice, client, three["Oldest"], instead_of=three["Newest"].pk)
    tell(alice.organisation)

    assert frozen(alice) == {"Middle", "Newest"}


def test_beside_the_others_is_refused_at_the_limit_with_the_reason(
    alice: Any, three: Any, client: Client
) -> None:
    downgrade(alice.organisation)
    sign_in(client, alice)

    response = put_on_line(alice, client, three["Oldest"])

    assert frozen(alice) == {"Oldest", "Middle"}
    assert said(response) == [
        "Start has room for 1 configurator on line. Choose which one makes room for it, or take a larger plan."
    ]


def test_only_an_owner_chooses(alice: Any, three: Any, client: Client) -> None:
    downgrade(alice.organisation)
    dana = make_user(name="Dana")
    alice.organisation.memberships.create(user=dana, role=Role.EDITOR)
    client.force_login(dana)

    response = put_on_line(alice, client, three["Oldest"], instead_of=three["Newest"].pk)

    assert frozen(alice) == {"Oldest", "Middle"}
    assert said(response) == ["An owner chooses which configurators stay on line."]


def test_a_frozen_one_is_not_published(alice: Any, three: Any) -> None:
    downgrade(alice.organisation)

    with tenant(alice.organisation.pk), pytest.raises(CannotPublish) as refused:
        publish(three["Oldest"], by=alice.user.pk)

    assert [one.code for one in refused.value.obstacles] == ["frozen"]


def test_a_frozen_one_is_read_as_before(alice: Any, three: Any, client: Client) -> None:
    downgrade(alice.organisation)
    sign_in(client, alice)
    where = {"organisation": alice.organisation.slug, "pk": three["Oldest"].pk}

    pages = ("builder", "versions", "embed", "publish")

    assert {client.get(reverse(f"configurators:{name}", kwargs=where)).status_code for name in pages} == {200}


def test_another_organisations_configurators_stay(alice: Any, charlie: Any, three: Any) -> None:
    has_plan(charlie.organisation, "studio")
    with tenant(charlie.organisation.pk):
        create_configurator(name="Theirs", starting_from="blank", language="nl", by=charlie.user.pk)

    downgrade(alice.organisation)

    assert frozen(charlie) == set()


@pytest.mark.django_db(transaction=True)
def test_a_form_shown_before_is_still_accepted(transactional_db: None, alice: Any, three: Any) -> None:
    forget_everything()
    visitor = Visitor(three["Oldest"].public_key)
    filled_in = visitor.document()

    downgrade(alice.organisation)
    forget_everything()
    answer = visitor.send(filled_in)
    again = visitor.client.get(visitor.address).content.decode()

    with tenant(alice.organisation.pk):
        assert (answer.status_code, Lead.objects.count()) == (201, 1)
    assert ("<form" in again, "privacy@acme.example" in again) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_who_thaw_at_once_share_one_last_place(transactional_db: None, alice: Any, three: Any) -> None:
    downgrade(alice.organisation)
    room_for(alice.organisation, 2)
    gate = Barrier(2)

    def one(name: str) -> str:
        try:
            with tenant(alice.organisation.pk):
                gate.wait(timeout=30)
                freezing.thaw(three[name], by=alice.user.pk)
        except LimitReached:
            return "refused"
        finally:
            connections.close_all()
        return "thawed"

    with ThreadPoolExecutor(2) as pool:
        outcome = sorted(pool.map(one, ("Oldest", "Middle")))

    assert (outcome, len(frozen(alice))) == (["refused", "thawed"], 1)
