"""The API: who gets in, what they read, and that a mistake is named."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import travel

from audit.models import Disclosure, NoticeState, RecipientNotice
from audit.recipients import recipients_of, tell_recipients
from delivery.drain import drain
from leads.api import doors
from leads.models import Lead, Status
from organisations import api_keys
from organisations.leaving import deactivate
from organisations.models import ApiKey, ApiScope
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.factories import make_lead

BOTH = (ApiScope.LEADS_READ, ApiScope.NOTICES)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    doors.forget_everything()
    yield
    doors.forget_everything()


class Program:
    """A program of an organisation, with a key."""

    def __init__(self, member: Member, *scopes: ApiScope) -> None:
        with tenant(member.organisation.pk):
            self.key, self.text = api_keys.make_key(
                organisation=member.organisation, name="CRM", scopes=scopes or BOTH, days=30, by=member.user
            )
        self.client = Client()

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str):
        return self.client.get(
            f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.text}", **headers}
        )

    def post(self, path: str, **more: Any):
        return self.client.post(f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.text}"}, **more)


def ids(answer) -> list[str]:
    return [lead["id"] for lead in answer.json()["leads"]]


# --- Getting in -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic eDp5",
        "Bearer opmaat_aaaaaaaaaa_bbbb",
        "Bearer opmaat__",
        "Bearer é",
        "Bearer " + "x" * 5000,
    ],
)
def test_without_a_key_there_is_nothing(db: None, header: str) -> None:
    answer = Client().get("/api/v1/leads/", headers={"Authorization": header})

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_key_of_the_right_prefix_and_another_secret_opens_nothing(alice: Member) -> None:
    program = Program(alice)
    program.text = program.text[:-4] + "0000"

    assert program.get("leads/").status_code == 401


def test_a_revoked_key_and_one_that_has_ended_open_nothing(alice: Member) -> None:
    revoked, ended = Program(alice), Program(alice)
    with tenant(alice.organisation.pk):
        api_keys.revoke_key(revoked.key, by=alice.user)

    assert revoked.get("leads/").status_code == 401
    with travel(timezone.now() + timedelta(days=31)):
        assert ended.get("leads/").status_code == 401


def test_the_keys_of_an_organisation_that_left_open_nothing(alice: Member) -> None:
    program = Program(alice)
    with tenant(alice.organisation.pk):
        deactivate(alice.organisation, by=alice.user.pk)

    assert program.get("leads/").status_code == 401


def test_a_key_does_what_it_may_and_no_more(alice: Member) -> None:
    assert Program(alice, ApiScope.NOTICES).get("leads/").status_code == 403
    assert Program(alice, ApiScope.LEADS_READ).get("erasures/").status_code == 403


def test_the_secret_is_kept_as_a_hash(alice: Member) -> None:
    program = Program(alice)

    stored = ApiKey.objects.values().get(pk=program.key.pk)

    assert program.text.rpartition("_")[2] not in str(stored)


def test_the_day_of_the_last_use_is_kept(alice: Member) -> None:
    program = Program(alice)

    program.get("leads/")

    assert ApiKey.objects.get(pk=program.key.pk).last_used_on == timezone.localdate()


def test_each_key_has_its_pace(alice: Member, settings) -> None:
    settings.API_PER_MINUTE = 2
    fast, other = Program(alice), Program(alice)

    answers = [fast.get("leads/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "30"
    assert other.get("leads/").status_code == 200


def test_no_cookie_is_set_and_nothing_is_kept(alice: Member) -> None:
    answer = Program(alice).get("leads/")

    assert answer.cookies == {}
    assert answer["Cache-Control"] == "no-store"


# --- Reading ----------------------------------------------------------------------------------------


def test_leads_come_newest_first_a_page_at_a_time(alice: Member) -> None:
    made = [str(make_lead(alice.organisation).pk) for _ in range(5)]
    program = Program(alice)

    first = program.get("leads/", {"limit": 2, "status": "new"})
    address, found = first.json()["next"], ids(first)
    while address:
        page = program.get(address.partition("/api/v1/")[2])
        found, address = found + ids(page), page.json()["next"]

    assert found == made[::-1]


def test_a_lead_is_read_by_its_id_and_by_its_reference(alice: Member) -> None:
    lead = make_lead(alice.organisation, name="Zoë", email="zoe@example.org")
    program = Program(alice)

    by_id, by_reference = program.get(f"leads/{lead.pk}/"), program.get(f"leads/{lead.reference}/")

    assert by_id.json() == by_reference.json()
    assert by_id.json()["contact"] == {"name": "Zoë", "email": "zoe@example.org", "phone": ""}


@pytest.mark.promise("H9")
def test_no_network_address_is_served(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    program = Program(alice)

    assert b"203.0.113.7" not in program.get("leads/").content + program.get(f"leads/{lead.pk}/").content


def test_suspected_spam_is_not_there(alice: Member) -> None:
    spam = make_lead(alice.organisation, status=Status.QUARANTINED)
    program = Program(alice)

    assert ids(program.get("leads/")) == []
    assert program.get(f"leads/{spam.pk}/").status_code == 404


@pytest.mark.promise("H15")
def test_what_is_served_is_recorded_once(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    program = Program(alice)

    for path in ("leads/", "leads/", f"leads/{lead.pk}/"):
        program.get(path)

    with tenant(alice.organisation.pk):
        assert recipients_of([lead.pk]) == [("api", program.key.pk)]
        assert Disclosure.objects.count() == 1


def test_a_foreign_lead_and_one_that_is_none_look_the_same(alice: Member, charlie: Member) -> None:
    lead, program = make_lead(alice.organisation), Program(charlie)

    answers = [program.get(f"leads/{which}/") for which in (lead.pk, uuid4(), lead.reference, "ABCDEFGH")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert ids(program.get("leads/")) == []


def test_filters(alice: Member) -> None:
    won = make_lead(alice.organisation, status=Status.WON)
    make_lead(alice.organisation)
    program, tomorrow = Program(alice), (timezone.now() + timedelta(days=1)).isoformat()

    assert ids(program.get("leads/", {"status": "won"})) == [str(won.pk)]
    assert ids(program.get("leads/", {"since": tomorrow})) == []


# --- Mistakes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "quarantined"), ("status", ""), ("limit", "0"), ("limit", "101"), ("limit", "²"), ("limit", "-1"),
        ("cursor", "x"), ("cursor", ""), ("since", "2026-11-29"), ("since", "2026-11-29T12:00:00"), ("since", "x"),
        ("since", "0001-01-01T00:00:00+14:00"), ("since", "2026-13-01T00:00:00Z"), ("page", "2"), ("email", "a@b.c"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_is_named(alice: Member, field: str, value: str) -> None:
    answer = Program(alice).get("leads/", {field: value})

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_problems_speak_the_callers_language(alice: Member) -> None:
    answer = Program(alice).get("leads/", {"limit": "0"}, **{"Accept-Language": "nl"})

    assert answer["Content-Language"] == "nl"
    assert answer.json()["errors"][0]["message"] == "Geef een getal van 1 tot en met 100."


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_it(alice: Member, method: str) -> None:
    lead, program = make_lead(alice.organisation), Program(alice)
    headers = {"Authorization": f"Bearer {program.text}"}

    for path in ("leads/", f"leads/{lead.pk}/", "erasures/"):
        assert getattr(program.client, method)(f"/api/v1/{path}", headers=headers).status_code == 405


def test_a_large_body_is_refused_before_it_is_read(alice: Member) -> None:
    answer = Program(alice).post("leads/", data=b"x" * 100_000, content_type="application/json")

    assert answer.status_code == 413


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["leads/", "erasures/", "leads/{}/", "notices/{}/acknowledge/"]),
    part=st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20),
    query=st.dictionaries(
        st.sampled_from(["status", "since", "cursor", "limit", "x\x00"]), st.text(max_size=30), max_size=4
    ),
    language=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)
def test_whatever_is_asked_is_never_our_mistake(
    alice: Member, path: str, part: str, query: dict[str, str], language: str
) -> None:
    from urllib.parse import quote

    doors.forget_everything()
    program = Program.__new__(Program)
    program.text, program.client = _text(alice), Client(raise_request_exception=False)

    answer = program.get(path.format(quote(part, safe="")), query, **{"Accept-Language": language})

    assert answer.status_code in {200, 400, 404, 405}
    if answer.status_code != 200 and answer.headers["Content-Type"].startswith("application/"):
        assert json.loads(answer.content)["status"] == answer.status_code


_texts: dict[UUID, str] = {}


def _text(member: Member) -> str:
    if member.organisation.pk not in _texts:
        _texts[member.organisation.pk] = Program(member).text
    return _texts[member.organisation.pk]


def test_the_description_names_every_address(db: None) -> None:
    answer = Client().get("/api/v1/schema/")

    assert sorted(answer.json()["paths"]) == [
        "/api/v1/erasures/", "/api/v1/leads/", "/api/v1/leads/{lead}/", "/api/v1/notices/{notice}/acknowledge/",
    ]  # fmt: skip


def test_a_lead_has_exactly_the_parts_that_the_description_names(alice: Member) -> None:
    make_lead(alice.organisation)
    [served] = Program(alice).get("leads/").json()["leads"]
    described = Client().get("/api/v1/schema/").json()["components"]["schemas"]["Lead"]

    assert set(served) == set(described["properties"]) == set(described["required"])


# --- Notices ----------------------------------------------------------------------------------------


def tell(member: Member, lead: Lead, event: str = "lead.erased") -> RecipientNotice:
    with tenant(member.organisation.pk):
        [notice] = tell_recipients(event, case_id=uuid7(), objects=[lead.pk])
    drain()
    return reread(notice)


def reread(notice: RecipientNotice) -> RecipientNotice:
    with tenant(notice.organisation_id):
        return RecipientNotice.objects.get(pk=notice.pk)


@pytest.mark.promise("H28")
def test_a_program_that_read_a_lead_hears_of_its_erasure_and_confirms(alice: Member) -> None:
    lead, program = make_lead(alice.organisation), Program(alice)
    program.get("leads/")
    notice = tell(alice, lead)

    [heard] = program.get("erasures/").json()["notices"]
    seen = reread(notice).state
    confirmed = program.post(f"notices/{notice.pk}/acknowledge/")

    assert (heard["id"], heard["event"], heard["leads"]) == (str(notice.pk), "lead.erased", [str(lead.pk)])
    assert (seen, confirmed.json()["state"], reread(notice).state) == ("sent", "confirmed", "confirmed")
    assert program.get("erasures/").json()["notices"] == []


def test_confirming_twice_is_once(alice: Member) -> None:
    lead, program = make_lead(alice.organisation), Program(alice)
    program.get("leads/")
    notice = tell(alice, lead)

    statuses = [program.post(f"notices/{notice.pk}/acknowledge/").status_code for _ in range(2)]

    assert statuses == [200, 200]


def test_another_key_neither_hears_nor_confirms(alice: Member, charlie: Member) -> None:
    lead, program = make_lead(alice.organisation), Program(alice)
    program.get("leads/")
    notice = tell(alice, lead)

    for other in (Program(alice), Program(charlie)):
        assert other.get("erasures/").json()["notices"] == []
        assert other.post(f"notices/{notice.pk}/acknowledge/").status_code == 404
    assert reread(notice).state == NoticeState.PENDING


def test_a_program_whose_key_has_ended_is_somebodys_task(alice: Member) -> None:
    lead, program = make_lead(alice.organisation), Program(alice)
    program.get("leads/")
    with tenant(alice.organisation.pk):
        api_keys.revoke_key(program.key, by=alice.user)

    assert tell(alice, lead).state == NoticeState.MANUAL
