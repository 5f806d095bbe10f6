"""From a person to every row that is about them: read from the declarations alone."""

from __future__ import annotations

import pytest

from privacy import registry
from privacy.checks import check_declaration
from privacy.declarations import Declaration, Erasure, Subject, Whose


def held(subject: Subject) -> dict[str, tuple[str, str]]:
    root = registry.root_of(subject)
    return {each.table: (each.column, each.by) for each in registry.held_about(root)}


def test_what_is_held_about_a_lead() -> None:
    found = held(Subject.LEAD)

    assert found == {
        "leads_lead": ("id", "key"),
        "audit_disclosure": ("object_id", "key"),
        "audit_personalvalue": ("object_id", "key"),
        "delivery_sentmail": ("lead_id", "key"),
        "delivery_suppression": ("recipient_index", "address"),
        "delivery_webhookdelivery": ("object_id", "key"),
        "leads_consentlink": ("lead_id", "key"),
        "leads_consentrecord": ("lead_id", "key"),
        "leads_leadcontact": ("id", "key"),
        "leads_leadevent": ("lead_id", "key"),
        "leads_leadfile": ("lead_id", "key"),
        "leads_leadnote": ("lead_id", "key"),
        "leads_leadorigin": ("id", "key"),
        "privacy_legalhold": ("object_id", "key"),
        "privacy_privacyrequest": ("person_index", "address"),
        "tenancy_ledgerentry": ("tag", "address"),
    }


def test_the_root_comes_first() -> None:
    first, *_others = registry.held_about(registry.root_of(Subject.ACCOUNT))

    assert first.table == "accounts_user"


def test_a_kind_of_person_without_a_root_is_named() -> None:
    with pytest.raises(LookupError, match="visitor"):
        registry.root_of(Subject.VISITOR)


def test_what_cannot_be_found_by_its_person_is_an_error() -> None:
    lost = declared(whose=None)

    assert "privacy.E015" in [found.id for found in check_declaration(lost)]


def test_a_way_to_the_person_or_a_reason_is_enough() -> None:
    reached = declared(whose=Whose("accounts.User", "actor_id"))
    apart = declared(whose=None, apart="It goes within a day.")

    assert "privacy.E015" not in [f.id for each in (reached, apart) for f in check_declaration(each)]


def test_what_an_erasure_keeps_has_a_ground_and_a_reason() -> None:
    with pytest.raises(ValueError, match="ground"):
        Erasure("keep", why="because")


def declared(**changes: object) -> Declaration:
    """The record of acts, which refers to nobody by a reference of the database."""
    known = registry.declarations()["audit.Event"]
    fields = {name: getattr(known, name) for name in Declaration.__slots__}
    return Declaration(**{**fields, **changes})  # type: ignore[arg-type]
