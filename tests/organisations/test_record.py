"""The organisation's own record as a page, and as a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from audit import chain
from audit.events import record
from audit.models import Event
from audit.verifier import verify_lines
from organisations import record as records
from organisations.models import Membership
from organisations.permissions import Role
from tenancy.context import tenant
from tenancy.ids import uuid7

pytestmark = pytest.mark.django_db

#: What founding an organisation leaves, latest first.
FOUNDING = ["organisation.agreed", "organisation.agreed", "organisation.founded"]


def url(member: Any, name: str = "record", **query: Any) -> str:
    return reverse(f"organisations:{name}", kwargs={"organisation": member.organisation.slug}) + (
        "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    )


@pytest.fixture
def lived(alice: Any, bob: Any) -> Any:
    """Alice exported, Bob looked, somebody who is gone looked too."""
    with tenant(alice.organisation.pk):
        record("lead.released", actor_id=alice.user.pk, kind="lead", object_id=uuid7(), evidence=True)
        record("lead.viewed", actor_id=bob.user.pk, kind="lead", object_id=uuid7())
        record("lead.viewed", actor_id=uuid7(), kind="lead", object_id=uuid7())
    return alice


def test_both_classes_stand_in_one_list_with_names(lived: Any, sign_in: Any) -> None:
    page = sign_in(lived.user).get(url(lived))

    lines = page.context["page"].lines
    assert [(line.who, line.event.action, line.event.evidence) for line in lines] == [
        ("", "lead.viewed", False),
        ("Bob", "lead.viewed", False),
        ("Alice", "lead.released", True),
        ("Alice", "organisation.agreed", True),
        ("Alice", "organisation.agreed", True),
        ("Alice", "organisation.founded", True),
    ]
    assert "opened a request" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kept": "evidence"}, ["lead.released", *FOUNDING]),
        ({"kept": "access"}, ["lead.viewed", "lead.viewed"]),
        ({"action": "lead.released"}, ["lead.released"]),
    ],
)
def test_it_can_be_asked_for_less(lived: Any, sign_in: Any, query: Any, expected: list[str]) -> None:
    page = sign_in(lived.user).get(url(lived, **query))

    assert [line.event.action for line in page.context["page"].lines] == expected


def test_one_persons_acts(lived: Any, bob: Any, sign_in: Any) -> None:
    page = sign_in(lived.user).get(url(lived, person=bob.user.pk))

    assert [line.who for line in page.context["page"].lines] == ["Bob"]


@pytest.mark.parametrize("query", [{"kept": "x"}, {"action": "x"}, {"person": "x"}, {"before": "x"}])
def test_what_cannot_be_asked_is_refused_by_name(lived: Any, sign_in: Any, query: Any) -> None:
    page = sign_in(lived.user).get(url(lived, **query))

    assert page.status_code == 400
    assert list(page.context["form"].errors) == list(query)


def test_pages_follow_one_another_without_gap_or_double(
    lived: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "PAGE", 3)
    browser = sign_in(lived.user)

    first = browser.get(url(lived))
    second = browser.get(url(lived) + first.context["older"])

    seen = [line.event.pk for page in (first, second) for line in page.context["page"].lines]
    assert len(seen) == len(set(seen)) == 6
    assert second.context["older"] == ""


def test_nothing_of_another_organisation_is_seen(lived: Any, charlie: Any, sign_in: Any) -> None:
    page = sign_in(charlie.user).get(url(charlie))

    assert [line.event.action for line in page.context["page"].lines] == FOUNDING
    assert sign_in(charlie.user).get(url(lived)).status_code == 404


def test_sales_may_not_read_it(lived: Any, bob: Any, sign_in: Any) -> None:
    assert sign_in(bob.user).get(url(lived)).status_code == 403


def test_a_personal_value_is_shown_until_it_is_erased(lived: Any, sign_in: Any) -> None:
    from audit.models import PersonalValue

    about = uuid7()
    with tenant(lived.organisation.pk):
        record(
            "tests.told",
            actor_id=None,
            object_id=about,
            personal={"reason": "Because Ned asked"},
            evidence=True,
        )
    before = sign_in(lived.user).get(url(lived)).content.decode()
    with tenant(lived.organisation.pk):
        PersonalValue.objects.filter(object_id=about).delete()
    after = sign_in(lived.user).get(url(lived)).content.decode()

    assert "Because Ned asked" in before
    assert "Because Ned asked" not in after
    assert "erased" in after


@pytest.mark.django_db(transaction=True)
def test_it_can_be_taken_along_and_checked(lived: Any, sign_in: Any) -> None:
    chain.look_after(lived.organisation.pk)

    answer = sign_in(lived.user).get(url(lived, "record-export"))

    lines = b"".join(answer.streaming_content).decode().splitlines()
    report = verify_lines(lines)
    assert (report.problem, report.links, report.access, report.unlinked) == (None, 4, 2, 1)
    assert json.loads(lines[0])["chain"] == str(lived.organisation.pk)
    with tenant(lived.organisation.pk):
        assert Event.objects.filter(action="record.exported", actor_id=lived.user.pk).exists()


def test_taking_it_along_wants_a_fresh_proof(lived: Any, sign_in: Any) -> None:
    browser = sign_in(lived.user, stepped_up=False)

    assert browser.get(url(lived, "record-export")).headers["Location"].startswith("/account/step-up/")


def test_the_officer_for_privacy_reads_it(lived: Any, bob: Any, sign_in: Any) -> None:
    Membership.objects.filter(pk=bob.membership.pk).update(role=Role.PRIVACY_OFFICER)

    assert sign_in(bob.user).get(url(lived)).status_code == 200


def test_who_is_a_member_elsewhere_alone_has_no_name_here(alice: Any, charlie: Any, sign_in: Any) -> None:
    with tenant(alice.organisation.pk):
        record("lead.viewed", actor_id=charlie.user.pk, kind="lead", object_id=uuid7())

    page = sign_in(alice.user).get(url(alice, kept="access"))

    assert [line.who for line in page.context["page"].lines] == [""]
    assert "Charlie" not in page.content.decode()
