"""Two years of eight organisations, day by day, beside an oracle that knows nothing of the product.

A row goes on the day the oracle says, none goes earlier, and what a preview counts is what the run deletes.
Then every period and every anchor is moved by one unit, and each time the oracle or the verification sees it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from accounts import lost_factor, throttle, tickets
from accounts.models import EmailChange, LostFactor, PasswordReset, PendingSignUp
from organisations import invitations
from organisations.agreements import redate_everybody
from organisations.models import Organisation
from privacy import dating, registry, verification
from privacy.declarations import Personal, Rule, collector
from privacy.door import links
from privacy.registry import Swept
from tenancy.context import tenant
from tenancy.planes import TABLES
from tests.privacy.oracle import BOOKS, DAYS, YEARS, Row, end_of
from tests.privacy.simulation import KINDS, World

Event = tuple[int, Callable[[World], object]]
#: What comes with something else.
PARTS = ("lead", "mail", "origin", "consent_link", "file", "claimed", "asked", "asked_platform")
PERIODS = (30, 60, 90, 180, 365, 400, 700, None)


def _births(day: int, number: int, organisations: int) -> Iterator[Event]:
    """A few rows of every kind: some new, some that have been there almost all their time."""
    for owner in range(organisations):
        yield day, _lead(owner, 20 * (owner % 2))
    for place, kind in enumerate(KINDS):
        owner, back = (place + number) % organisations, _age(kind, number)
        if kind not in PARTS:
            yield day, _row(kind, owner, back)


def _lead(owner: int, back: int) -> Callable[[World], object]:
    return lambda world: world.lead(owner, back=back)


def _row(kind: str, owner: int, back: int) -> Callable[[World], object]:
    return lambda world: world.bear(kind, owner, back=back)


def _age(kind: str, number: int) -> int:
    if kind in ("billing_account", "billing_contact"):
        return 0  # they count from another row
    kept = DAYS.get(kind) or 365 * (YEARS | BOOKS).get(kind, 2)
    return max(0, int(kept) - (5, 100, 233, 400)[number % 4]) if kept > 300 else 0


def _script(days: int, organisations: int) -> list[Event]:
    held: dict[str, Row] = {}

    def hold_a_lead(world: World) -> None:
        held["lead"] = world.lead(5)
        world.hold(5, "person", label="leads.Lead", covers={held["lead"].key}, key=held["lead"].key)

    events: list[Event] = [
        (0, hold_a_lead),
        (20, lambda world: world.hold(1, "organisation", covers={"all"})),
        (50, lambda world: world.change_period(7, 365)),
        (100, lambda world: world.change_period(3, 90)),
        (120, lambda world: world.hold(6, "category", label="delivery.SentMail", covers={"mail", "lead"})),
        (200, lambda world: world.change_period(2, 45)),
        (260, lambda world: world.release(1)),
        (280, lambda world: world.release(6)),
        (300, lambda world: world.deactivate(6)),
        (300, lambda world: world.change_period(4, 500)),
        (320, lambda world: world.restore(6)),
        (405, lambda world: world.deactivate(0)),
        (600, lambda world: world.release(5)),
    ]
    for number in range(days // 105 + 1):
        events += _births(number * 105, number, organisations)
    return sorted((event for event in events if event[0] < days), key=lambda event: event[0])


def _live(world: World, events: list[Event], *, days: int) -> int:
    """Let the days pass; answers how many had something to do."""
    busy = 0
    while (day := _next_day(world, events)) is not None and day < days:
        world.move_to(day)
        while events and events[0][0] == day:
            events.pop(0)[1](world)
        differences = list(world.sweep())
        expected, left = world.expected(), world.left()
        assert differences == []
        assert {key for key in world.rows if key not in left} == expected, f"day {day}"
        world.forget(expected)
        busy += 1
    return busy


def _next_day(world: World, events: list[Event]) -> int | None:
    due = [
        -int(-end // 1)
        for row in world.rows.values()
        if (end := end_of(row, world.state_of(row), world.today)) is not None
    ]
    coming = [max(day, world.day + 1) for day in due] + [day for day, _event in events[:1]]
    return min(coming, default=None)


@pytest.fixture
def world(superuser: psycopg.Connection[Any]) -> World:
    return World(superuser)


def test_every_rule_is_in_the_world() -> None:
    tables = {(kind.table, kind.date) for kind in KINDS.values()}

    assert tables == {(each.table, each.rule.column) for each in registry.dated()}


@pytest.mark.promise("H20", "H23", "H24", "H25", "C8")
def test_two_years_of_eight_organisations(world: World) -> None:
    world.found(PERIODS)

    busy = _live(world, _script(731, len(PERIODS)), days=731)

    assert busy > 80
    assert world.seen == set(KINDS)


@pytest.mark.prove
def test_ten_years_of_forty_organisations(world: World) -> None:
    world.found(PERIODS * 5)

    assert _live(world, _script(3653, 40), days=3653) > 600


# --- Mutants ------------------------------------------------------------------------------------
#
# The two years have shown that a row goes on the first day after its date and on no other. So a mutant needs
# no two years: it is seen as soon as one date of one row differs from the oracle's, or verification objects.

Mutate = Callable[[], AbstractContextManager[object]]
Mutant = tuple[str, set[str], Mutate]

#: Each setting with the kinds of rows that it decides about.
SETTINGS = {
    "RETENTION_LEAD_ORIGIN_DAYS": {"lead"},
    "RETENTION_QUARANTINE_DAYS": {"suspect"},
    "RETENTION_ACCESS_LOG_DAYS": {"access", "platform_access"},
    "RETENTION_EVIDENCE_DAYS": {"evidence", "disclosure", "legal_hold", "link", "head", "personal_value"},
    "RETENTION_REQUEST_DAYS": {"request"},
    "RETENTION_REQUEST_IDENTIFIERS_DAYS": {"account_request"},
    "RETENTION_MAIL_DAYS": {"account_mail"},
    "RETENTION_ACCOUNT_YEARS": {"account", "organisation", "billing_account"},
    "RETENTION_BOOKS_YEARS": {"invoice", "invoice_file", "vat_evidence"},
    "RETENTION_STRIPE_EVENT_DAYS": {"stripe_event"},
    "RETENTION_SAVED_DAYS": {"saved"},
}
#: Each period that an app keeps in its own code, with its unit.
CONSTANTS: list[tuple[Any, str, timedelta, str]] = [
    (invitations, "VALID_FOR", timedelta(days=1), "invitation"),
    (invitations, "SHOWN_AFTERWARDS", timedelta(days=1), "invitation"),
    (throttle, "PROOF_LASTS", timedelta(days=1), "proved_try"),
    (throttle, "FORGOTTEN_AFTER", timedelta(hours=1), "failed_try"),
    (lost_factor, "SWEPT_AFTER", timedelta(days=1), "lost_wait"),
    (links, "KEPT", timedelta(hours=1), "door_link"),
]
TICKETS: dict[Any, str] = {
    EmailChange: "email_change", LostFactor: "lost_factor", PasswordReset: "password_reset",
    PendingSignUp: "sign_up",
}  # fmt: skip


def _written() -> Iterator[Mutant]:
    """What the product reads while it writes a row."""
    for name, kinds in SETTINGS.items():
        for value in (getattr(settings, name) + 1, getattr(settings, name) - 1):
            yield f"{name}={value}", kinds, partial(override_settings, **{name: value})
    for module, name, unit, kind in CONSTANTS:
        for value in (getattr(module, name) + unit, getattr(module, name) - unit):
            yield f"{name}={value}", {kind}, partial(patch.object, module, name, value)
    for ticket, kind in TICKETS.items():
        for hours in (1, -1):
            changed = {ticket: tickets.LIFETIMES[ticket] + timedelta(hours=hours)}
            yield f"{kind} {hours:+} h", {kind}, partial(patch.dict, tickets.LIFETIMES, changed)


def _declared() -> Iterator[tuple[str, Swept, Mutate]]:
    """What the declarations say."""
    for swept in registry.dated():
        for rule in _mutated(swept):
            changed = dataclasses.replace(swept, rule=rule)
            yield f"{swept.name}: {rule}", changed, partial(_declaring, swept, rule)


def _mutated(swept: Swept) -> Iterator[Rule]:
    rule = swept.rule
    for after in _periods(rule.after):
        yield dataclasses.replace(rule, after=after)
    for anchor in _other_anchors(swept):
        yield dataclasses.replace(rule, anchor=anchor)
    for case in rule.cases:
        for after in _periods(case.after):
            yield dataclasses.replace(rule, cases=(dataclasses.replace(case, after=after),))
    if rule.cases:
        yield dataclasses.replace(rule, cases=())
    if rule.until:
        yield dataclasses.replace(rule, until=None)


_UNITS: dict[str, tuple[str, ...]] = {
    "P0D": ("P1D",), "P2D": ("P1D", "P3D"), "P62D": ("P61D", "P63D"), "P7D": ("P6D", "P8D"), "P14D": ("P13D", "P15D"), "P30D": ("P29D", "P31D"),
    "P90D": ("P89D", "P91D"), "P730D": ("P729D", "P731D"), "PT1H": ("PT2H",), "PT2H": ("PT1H", "PT3H"),
    "PT24H": ("PT23H", "PT25H"), "P2Y": ("P1Y", "P3Y"), "P10Y": ("P9Y", "P11Y"),
}  # fmt: skip


def _periods(after: str) -> tuple[str, ...]:
    """One unit more and one less; settings have mutants of their own, and so has the organisation's choice."""
    return () if after.startswith(("settings.", "organisation.")) else _UNITS[after]


def _other_anchors(swept: Swept) -> list[str]:
    model = registry.find_model(swept.label)
    assert model is not None
    moments = {
        str(known.column)
        for known in registry.own_columns(model)
        if known.get_internal_type() == "DateTimeField"
    }
    return sorted(
        moments - {swept.rule.anchor, swept.rule.column} - _DATES - _PARTS_OF.get(swept.label, set())
    )


#: The anchor itself is the latest of the first two; rows with the others have a case of their own.
_PARTS_OF = {
    "accounts.User": {"created_at", "last_left_at"},
    "accounts.LostFactor": {"due_at"},
    "accounts.ThrottleLane": {"proved_at"},
}
_DATES = {"purge_after", "identifiers_until", "blank_after"}


def _declaring(swept: Swept, rule: Rule) -> AbstractContextManager[object]:
    declaration = registry.declarations()[swept.label]
    fields = {
        name: dataclasses.replace(value, rule=rule)
        if isinstance(value, Personal) and value.rule == swept.rule
        else value
        for name, value in declaration.fields.items()
    }
    own = rule if declaration.rule == swept.rule else declaration.rule
    changed = dataclasses.replace(declaration, rule=own, fields=fields)
    return patch.dict(collector.declarations, {swept.label: changed})


def _differs(world: World) -> bool:
    """Whether a date of a row of the world is not the oracle's."""
    return any(abs(found - asked) > 0.01 for found, asked in world.lifetimes())


def _is_seen(world: World, kinds: set[str], mutate: Mutate) -> bool:
    """Whether rows written under a mutant get another date than the oracle's, or verification objects."""
    world.rows.clear()
    with mutate():
        _populate(world, kinds)
        dating.catch_up()
        return _differs(world) or any(report.wrong for report in verification.verify())


def _is_seen_when_dated(world: World, swept: Swept, mutate: Mutate) -> bool:
    """The same for rows that were written right and are dated anew, or only looked at, under a mutant."""
    rows = world.rows
    world.rows = {key: row for key, row in rows.items() if KINDS[row.kind].table == swept.table}
    original = next(each for each in registry.dated() if each.name == swept.name)
    try:
        with mutate():
            _date_anew(world, swept)
            seen = _differs(world) or verification.report(swept).wrong
    except LookupError:
        seen = True
    _date_anew(world, original)
    world.rows = rows
    return seen


def _date_anew(world: World, swept: Swept) -> None:
    """What `dating.catch_up` does to one table, where it does anything."""
    table = TABLES[swept.table]
    if "UPDATE" not in table.app:
        return
    if swept.label == "accounts.User":
        redate_everybody()
    elif table.plane == "control":
        dating.redate_table(swept)
    else:
        for owner in world.owners:
            with tenant(owner.organisation_id):
                dating.redate_table(swept)


def _populate(world: World, kinds: set[str]) -> None:
    for kind in sorted(kinds - set(PARTS)):
        world.bear(kind, 0)
    if "lead" in kinds:
        for owner in (0, 1):
            world.lead(owner)


@pytest.fixture
def small(world: World) -> World:
    """Two organisations, of which one ends in ten days."""
    world.found((365, 365))
    world.states[1].end = 10
    leaves = timezone.now() + timedelta(days=10)
    Organisation.objects.filter(pk=world.owners[1].organisation_id).update(
        lifecycle="deactivated", restorable_until=leaves
    )
    return world


def test_what_is_not_mutated_is_right(small: World) -> None:
    assert not _is_seen(small, set(KINDS), ExitStack)


def test_every_period_that_is_written_with_is_seen_when_it_moves(small: World) -> None:
    survivors = [name for name, kinds, mutate in _written() if not _is_seen(small, kinds, mutate)]

    assert "\n".join(survivors) == ""


def test_every_period_and_anchor_that_is_declared_is_seen_when_it_moves(small: World) -> None:
    _populate(small, set(KINDS))
    dating.catch_up()

    survivors = [name for name, swept, mutate in _declared() if not _is_seen_when_dated(small, swept, mutate)]

    assert "\n".join(survivors) == ""


def test_the_period_of_an_organisation_is_seen_when_it_moves(small: World) -> None:
    Organisation.objects.filter(pk=small.owners[0].organisation_id).update(lead_retention_days=366)

    assert _is_seen(small, {"lead"}, ExitStack)
