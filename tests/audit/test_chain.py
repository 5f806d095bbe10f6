"""The chain over the evidence: it never forks, and whatever is done to a row of it is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections

from audit import chain, verifier
from audit.events import record, record_platform
from audit.models import Event, Head, Link, PlatformEvent, Verification
from delivery.models import DeadLetter
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7, uuid7_at
from tenancy.keys import PLATFORM
from tests.architecture.superuser import connect

Tamper = Callable[..., None]


@pytest.fixture
def sealed(transactional_db: None, acme: Organisation) -> list[Event]:
    """Acme's evidence, eight events, sealed and signed; founding it, with its agreements, was three."""
    with tenant(acme.pk):
        for n in range(5):
            record(
                "tests.step",
                actor_id=uuid7(),
                kind="thing",
                object_id=uuid7(),
                detail={"n": n},
                evidence=True,
            )
    chain.seal(acme.pk)
    chain.sign_head(acme.pk)
    with tenant(acme.pk):
        return list(Event.objects.order_by("pk"))


@pytest.fixture
def tamper(superuser: psycopg.Connection[Any], acme: Organisation, sealed: list[Event]) -> Tamper:
    def do(*statements: str, **values: Any) -> None:
        known = {"org": acme.pk, "one": sealed[2].pk, "two": sealed[3].pk, "other": uuid7(), **values}
        for statement in statements:
            superuser.execute(statement, known)

    return do


def found(organisation: Organisation) -> str:
    problem, _links = chain.verify(organisation.pk)
    return problem.code if problem else "whole"


# --- Sealing ----------------------------------------------------------------------------------


def test_what_was_recorded_is_linked_in_its_order(acme: Organisation, sealed: list[Event]) -> None:
    with tenant(acme.pk):
        links = list(Link.objects.order_by("seq"))

    assert [link.event_id for link in links] == [event.pk for event in sealed]
    assert [link.seq for link in links] == list(range(1, len(sealed) + 1))
    assert bytes(links[0].prev) == verifier.genesis(str(acme.pk))
    assert [bytes(link.prev) for link in links[1:]] == [bytes(link.hash) for link in links[:-1]]
    assert found(acme) == "whole"


def test_sealing_again_links_nothing(acme: Organisation, sealed: list[Event]) -> None:
    assert chain.seal(acme.pk) == 0


def test_later_events_go_on_where_the_chain_ended(acme: Organisation, sealed: list[Event]) -> None:
    with tenant(acme.pk):
        record("tests.later", actor_id=None, evidence=True)

    assert chain.seal(acme.pk) == 1
    assert chain.verify(acme.pk) == (None, len(sealed) + 1)


def test_more_than_one_batch_is_linked_at_once(
    acme: Organisation, sealed: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "BATCH", 2)
    with tenant(acme.pk):
        for _ in range(5):
            record("tests.later", actor_id=None, evidence=True)

    assert chain.seal(acme.pk) == 5
    assert chain.verify(acme.pk) == (None, len(sealed) + 5)


def test_the_access_log_is_not_chained(acme: Organisation, sealed: list[Event]) -> None:
    with tenant(acme.pk):
        record("lead.viewed", actor_id=None)

    assert chain.seal(acme.pk) == 0


def test_each_organisation_and_the_platform_have_their_own(
    acme: Organisation, globex: Organisation, sealed: list[Event]
) -> None:
    record_platform("account.opened", user_id=uuid7(), evidence=True)

    chain.verify_all()

    with tenant(globex.pk):
        assert Link.objects.count() == Event.objects.count() > 0
    with tenant(PLATFORM):
        assert Link.objects.count() == PlatformEvent.objects.count() > 0
    whole = set(Verification.objects.filter(problem="").values_list("chain_id", flat=True))
    assert {PLATFORM, acme.pk, globex.pk} <= whole


def test_sixty_four_writers_make_no_fork(acme: Organisation, transactional_db: None) -> None:
    writers, each = 64, 5

    def write(number: int) -> None:
        try:
            for n in range(each):
                with tenant(acme.pk):
                    record("tests.step", actor_id=None, detail={"n": number * each + n}, evidence=True)
        finally:
            connections.close_all()

    def keep_sealing(number: int) -> int:
        try:
            return sum(chain.seal(acme.pk) for _ in range(10))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(writers + 4) as pool:
        sealing = [pool.submit(keep_sealing, n) for n in range(4)]
        list(pool.map(write, range(writers)))
        [each_.result() for each_ in sealing]
    chain.seal(acme.pk)

    with tenant(acme.pk):
        assert Event.objects.filter(action="tests.step").count() == writers * each
        seqs = list(Link.objects.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, Event.objects.count() + 1))
        assert Link.objects.values("prev").distinct().count() == len(seqs)
    assert found(acme) == "whole"


def test_a_writer_does_not_wait_for_a_sealer(acme: Organisation, sealed: list[Event]) -> None:
    with connect() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('audit.seal'), hashtext(%s))", [str(acme.pk)])
        other.execute("LOCK TABLE audit_link IN ACCESS EXCLUSIVE MODE")

        with tenant(acme.pk):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1ms'")
            record("tests.meanwhile", actor_id=None, evidence=True)


def test_two_sealers_do_not_seal_at_once(acme: Organisation, sealed: list[Event]) -> None:
    with tenant(acme.pk):
        record("tests.meanwhile", actor_id=None, evidence=True)
    with connect() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('audit.seal'), hashtext(%s))", [str(acme.pk)])

        assert chain.seal(acme.pk) == 0


# --- Tampering --------------------------------------------------------------------------------

_EVENT = "UPDATE audit_event SET {} WHERE id = %(one)s"
_LINK = "UPDATE audit_link SET {} WHERE event_id = %(one)s"
_COPY = (
    "INSERT INTO audit_event (organisation_id, id, action, actor_id, kind, object_id, detail, occurred_at,"
    " purge_after) SELECT organisation_id, %(new)s, action, actor_id, kind, object_id, detail, %(at)s,"
    " purge_after FROM audit_event WHERE id = %(one)s"
)

EDITS = {
    "action": _EVENT.format("action = 'tests.other'"),
    "actor": _EVENT.format("actor_id = %(other)s"),
    "no actor": _EVENT.format("actor_id = NULL"),
    "kind": _EVENT.format("kind = 'other'"),
    "object": _EVENT.format("object_id = %(other)s"),
    "detail": _EVENT.format("detail = '{\"n\": 7}'"),
    "one more detail": _EVENT.format("detail = detail || '{\"m\": 1}'"),
    "time, by a microsecond": _EVENT.format("occurred_at = occurred_at + interval '1 microsecond'"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_event_is_found(acme: Organisation, tamper: Tamper, edit: str) -> None:
    tamper(edit)

    assert found(acme) == "event_changed"


@pytest.mark.parametrize(
    "change", ["id = %(other)s", "organisation_id = %(other)s"], ids=["another key", "another organisation"]
)
def test_a_moved_event_is_found(acme: Organisation, tamper: Tamper, change: str) -> None:
    tamper(_EVENT.format(change))

    assert found(acme) == "event_missing"


def test_a_deleted_event_is_found(acme: Organisation, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_event WHERE id = %(one)s")

    assert found(acme) == "event_missing"


@pytest.mark.parametrize("ago", [3, 24 * 400], ids=["this morning", "last year"])
def test_an_event_put_in_afterwards_is_found(acme: Organisation, tamper: Tamper, ago: int) -> None:
    at = datetime.now(UTC) - timedelta(hours=ago)
    tamper(_COPY, at=at, new=uuid7_at(at))

    chain.seal(acme.pk)

    assert found(acme) == "event_not_linked"


def test_an_event_put_in_with_a_time_of_long_ago_and_a_key_of_now_is_found(
    acme: Organisation, tamper: Tamper
) -> None:
    tamper(_COPY, at=datetime.now(UTC) - timedelta(days=30), new=uuid7())

    assert chain.seal(acme.pk) == 0
    assert found(acme) == "event_not_linked"


def test_reordered_events_are_found(acme: Organisation, tamper: Tamper, sealed: list[Event]) -> None:
    tamper(
        "UPDATE audit_event SET id = %(other)s WHERE id = %(one)s",
        "UPDATE audit_event SET id = %(one)s WHERE id = %(two)s",
        "UPDATE audit_event SET id = %(two)s WHERE id = %(other)s",
    )

    assert found(acme) == "event_changed"


def test_reordered_links_are_found(acme: Organisation, tamper: Tamper) -> None:
    tamper(
        "UPDATE audit_link SET seq = -4 WHERE event_id = %(one)s",
        "UPDATE audit_link SET seq = 3 WHERE event_id = %(two)s",
        "UPDATE audit_link SET seq = 4 WHERE event_id = %(one)s",
    )

    assert found(acme) == "link_out_of_order"


LINK_EDITS = {
    "hash of the event": (_LINK.format("event_hash = sha256('x')"), "link_changed"),
    "hash": (_LINK.format("hash = sha256('x')"), "link_changed"),
    "link before": (_LINK.format("prev = sha256('x')"), "link_out_of_order"),
    "event": (_LINK.format("event_id = %(other)s"), "link_changed"),
    "how long": (_LINK.format("kept_until = now()"), "link_changed"),
    "how long, for ever": (_LINK.format("kept_until = NULL"), "link_changed"),
    "place": (_LINK.format("seq = 99"), "link_missing"),
    "gone": ("DELETE FROM audit_link WHERE event_id = %(one)s", "link_missing"),
    "the first gone": (
        "DELETE FROM audit_link WHERE seq = 1 AND organisation_id = %(org)s",
        "beginning_missing",
    ),
    "the last gone": ("DELETE FROM audit_link WHERE seq = 8 AND organisation_id = %(org)s", "end_missing"),
    "all gone": ("DELETE FROM audit_link WHERE organisation_id = %(org)s", "end_missing"),
    "head's hash": (
        "UPDATE audit_head SET hash = sha256('x') WHERE organisation_id = %(org)s",
        "head_forged",
    ),
    "head's place": ("UPDATE audit_head SET seq = 5 WHERE organisation_id = %(org)s", "head_forged"),
    "head's period": (
        "UPDATE audit_head SET kept_until = now() WHERE organisation_id = %(org)s",
        "head_forged",
    ),
    "head's signature": (
        "UPDATE audit_head SET signature = decode(repeat('00', 64), 'hex') WHERE organisation_id = %(org)s",
        "head_forged",
    ),
}


@pytest.mark.parametrize(("edit", "problem"), LINK_EDITS.values(), ids=LINK_EDITS)
def test_an_edited_link_or_head_is_found(acme: Organisation, tamper: Tamper, edit: str, problem: str) -> None:
    tamper(edit)

    assert found(acme) == problem


def test_events_cut_off_with_their_links_are_found(acme: Organisation, tamper: Tamper) -> None:
    tamper(
        "DELETE FROM audit_event e USING audit_link l WHERE l.event_id = e.id AND l.seq > 4"
        " AND l.organisation_id = %(org)s",
        "DELETE FROM audit_link WHERE seq > 4 AND organisation_id = %(org)s",
    )

    assert found(acme) == "end_missing"


def test_a_chain_made_anew_over_changed_events_is_found(acme: Organisation, tamper: Tamper) -> None:
    """Everybody can make a chain; only who has the platform's key can sign where it stood."""
    tamper(EDITS["action"], "DELETE FROM audit_link WHERE organisation_id = %(org)s")
    assert chain.seal(acme.pk) == 8

    assert found(acme) == "head_differs"


def test_the_platforms_chain_finds_the_same(
    transactional_db: None, superuser: psycopg.Connection[Any]
) -> None:
    for _ in range(3):
        record_platform("account.opened", user_id=uuid7(), evidence=True)
    chain.seal(PLATFORM)
    superuser.execute(
        "UPDATE audit_platformevent SET user_id = gen_random_uuid() WHERE id ="
        " (SELECT id FROM audit_platformevent ORDER BY id OFFSET 1 LIMIT 1)"
    )

    problem, _links = chain.verify(PLATFORM)

    assert problem == verifier.Problem("event_changed", 2)


# --- What is allowed --------------------------------------------------------------------------


def test_the_beginning_may_go_when_its_time_has_come(
    acme: Organisation, transactional_db: None, settings: Any, superuser: psycopg.Connection[Any]
) -> None:
    settings.RETENTION_EVIDENCE_DAYS = 0
    with tenant(acme.pk):
        for _ in range(4):
            record("tests.step", actor_id=None, evidence=True)
    superuser.execute("UPDATE audit_event SET purge_after = now() WHERE organisation_id = %s", [acme.pk])
    chain.seal(acme.pk)
    chain.sign_head(acme.pk)
    superuser.execute("DELETE FROM audit_event WHERE organisation_id = %s", [acme.pk])
    assert found(acme) == "whole"

    superuser.execute("DELETE FROM audit_link WHERE organisation_id = %s AND seq <= 5", [acme.pk])
    assert chain.verify(acme.pk) == (None, 2)


def test_what_is_swept_is_always_the_beginning(acme: Organisation, sealed: list[Event]) -> None:
    with tenant(acme.pk):
        links = list(Link.objects.order_by("seq"))
        dates = [link.purge_after for link in links if link.purge_after]

    assert len(dates) == len(links)
    assert dates == sorted(dates)
    assert all(link.kept_until and date > link.kept_until for link, date in zip(links, dates, strict=True))


def test_the_end_of_a_period_is_not_in_the_hash(acme: Organisation, tamper: Tamper) -> None:
    tamper(_EVENT.format("purge_after = NULL"))

    assert found(acme) == "whole"


# --- Telling ----------------------------------------------------------------------------------


def test_a_broken_chain_is_told_once_and_loudly(acme: Organisation, tamper: Tamper, client: Any) -> None:
    assert client.get("/readyz").json()["record"] == "ok"
    tamper(EDITS["action"])

    chain.look_after(acme.pk)
    chain.look_after(acme.pk)

    kept = Verification.objects.get(chain_id=acme.pk)
    assert (kept.problem, kept.seq) == ("event_changed", 3)
    letter = DeadLetter.objects.get(task="audit.verify")
    assert (letter.organisation_id, letter.error) == (acme.pk, "event_changed")
    told = PlatformEvent.objects.get(action="record.found_broken")
    assert told.detail == {"problem": "event_changed", "seq": 3}
    assert client.get("/readyz").json()["record"] == "broken"
    assert client.get("/readyz").status_code == 200


def test_a_chain_that_is_whole_is_noted(acme: Organisation, sealed: list[Event]) -> None:
    kept = chain.look_after(acme.pk)

    assert (kept.problem, kept.links) == ("", 8)
    assert not DeadLetter.objects.exists()


def test_a_head_is_signed_once(acme: Organisation, sealed: list[Event]) -> None:
    assert chain.sign_head(acme.pk) is None
    with tenant(acme.pk):
        assert Head.objects.count() == 1


# --- What is hashed ---------------------------------------------------------------------------


def test_the_form_of_an_event_is_fixed(acme: Organisation) -> None:
    """Written out by hand: a change of the form would make every chain look broken."""
    event = Event(
        id=UUID(int=1),
        organisation_id=UUID(int=2),
        action="lead.exported",
        actor_id=None,
        kind="lead",
        object_id=UUID(int=3),
        detail={"rows": 12, "b": "é", "a": True},
        occurred_at=datetime(2026, 11, 29, 18, 26, 0, 5, tzinfo=UTC),
    )
    written = (
        '{"action":"lead.exported","actor":"","at":"2026-11-29T18:26:00.000005Z",'
        '"detail":{"a":true,"b":"é","rows":12},"id":"00000000-0000-0000-0000-000000000001","kind":"lead",'
        '"object":"00000000-0000-0000-0000-000000000003","organisation":"00000000-0000-0000-0000-000000000002"}'
    ).encode()
    parts = (b"opmaat-record-1", b"event", written)
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)

    assert verifier.event_hash(chain.as_hashed(event)) == hashlib.sha256(framed).digest()


def test_where_a_chain_stands_is_told_outside_the_database(acme: Organisation, capsys: Any) -> None:
    """Its owner could have another chain sealed from altered rows; a line of the log has the hash of this one."""
    with tenant(acme.pk):
        record("tests.done", actor_id=None, evidence=True)

    chain.look_after(acme.pk)

    [told] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "record_signed" in line]
    with tenant(acme.pk):
        head = Head.objects.get()
    assert (told["chain"], told["seq"], told["hash"]) == (str(acme.pk), head.seq, bytes(head.hash).hex())
