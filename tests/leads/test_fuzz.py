"""Ten thousand odd submissions: none breaks anything, nothing is stored that the definition does not know.

``FUZZ_SEED`` and ``FUZZ_COUNT`` repeat or lengthen a run; the seed is printed.
"""

from __future__ import annotations

import json
import logging
import os
import random
import re
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.signals import got_request_exception

from billing.models import UsageRecord
from config.wsgi import public
from configurators.answers import Answers
from configurators.compiling import compile_definition
from configurators.evaluation import evaluate, quote_json
from configurators.models import Configurator
from configurators.published import Published, published
from delivery.models import Job
from leads import form_token, intake
from leads.models import Lead, LeadContact, LeadOrigin
from leads.sealed import open_contact
from tenancy.context import tenant
from tests.architecture.walk import RowCounters
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda
from tests.leads.fuzzer import BIG, FORM, LEAST_SHARE, SHARES, Answer, Fuzzer, Sent, Shop, send

COUNT = int(os.environ.get("FUZZ_COUNT", "10000"))
SEED = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(10**9))
#: What one submission may write to, and nothing else.
WRITTEN = {"leads_lead", "leads_leadcontact", "leads_leadorigin", "billing_usagerecord", "delivery_job"}
LEAST_TO_THE_END = 0.4


@dataclass
class Run:
    """What a whole run showed."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    past_the_parser: int = 0
    acknowledged: dict[bytes, str] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)


@pytest.fixture
def shop_and_run(shop: Configurator, settings: Any) -> tuple[Configurator, Run]:
    settings.INTAKE_REFUSE_PER_MINUTE = 10**9  # the limits have tests of their own
    return shop, _run(shop)


def _run(shop: Configurator) -> Run:
    print(f"FUZZ_SEED={SEED} FUZZ_COUNT={COUNT}")
    publication = published(shop.public_key)
    assert publication is not None
    run, fuzzer, counters = Run(), Fuzzer(SEED, _door(publication)), RowCounters()
    before = counters.read()
    errors = _Errors()
    with patch.object(intake, "_read", _counting(run, intake._read)), _quiet():
        for number, sent in enumerate(fuzzer.submissions(COUNT)):
            answer = send(public, sent)
            problem = _wrong_with(sent, answer, errors.taken()) or _remember(run, sent, answer)
            run.sent[sent.kind] += 1
            run.statuses[f"{sent.kind} {answer.status}"] += 1
            if problem and len(run.problems) < 30:
                run.problems.append(f"number {number}: {problem}")
    run.written = counters.changed_since(before)
    counters.close()
    print(dict(sorted(run.statuses.items())), f"past the parser: {run.past_the_parser}")
    return run


@contextmanager
def _quiet() -> Iterator[None]:
    """Ten thousand refusals are not worth a line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _counting(run: Run, read: Any) -> Any:
    """Whoever gets to reading the answers has a valid token and passed the parser."""

    def counted(*args: Any) -> Any:
        run.past_the_parser += 1
        return read(*args)

    return counted


def _door(publication: Published) -> Shop:
    def issue(ago: int = 10, key: str = publication.public_key, version: Any = publication.version.id) -> str:
        with patch.object(form_token, "time", return_value=time.time() - ago):
            return form_token.issue(key, version_id=version, notice_sha256=publication.notices["nl"].sha256)

    def bad(pick: random.Random) -> str:
        token = issue()
        place = pick.randrange(len(token))
        return pick.choice(
            [
                token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :],
                token[:place], token + "=", issue(ago=90_000), issue(ago=-900), issue(key="Elsewhere9"),
                issue(version=uuid4()), "", "é" * 88, "A" * 100_000, "\ud800", "a b", issue(ago=0),
            ]
        )  # fmt: skip

    return Shop(publication.public_key, issue, bad)


class _Errors:
    """Tracebacks of what Django turned into a 500."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        got_request_exception.connect(self._keep)

    def _keep(self, **kwargs: Any) -> None:
        self._texts.append(traceback.format_exc(limit=-3))

    def taken(self) -> str:
        text, self._texts = "".join(self._texts), []
        return text


def _wrong_with(sent: Sent, answer: Answer, error: str) -> str:
    body = sent.body[:300]
    what = f"{sent.kind}: {answer.status} for {sent.content_type} {body!r} {sent.query!r} {sent.headers}"
    if answer.status >= 500:
        return f"{what}\n{error}"
    if answer.taken and answer.taken > 256 * 1024 + 1:
        return f"{what}: {answer.taken} bytes were read"
    if any("\n" in value or name.lower() == "set-cookie" for name, value in answer.headers):
        return f"{what}: {answer.headers}"
    if "html" in answer.header("content-type") and b"<xss" in answer.body:
        return f"{what}: unescaped"
    if answer.status >= 400 and not _says_why(sent, answer):
        return f"{what}: {answer.body[:300]!r}"
    return ""


def _says_why(sent: Sent, answer: Answer) -> bool:
    """JSON names a code and a field with a sentence; a page has words."""
    if not sent.is_json:
        return len(answer.body) > 10
    if not answer.header("content-type").startswith("application/json"):
        return False
    document = json.loads(answer.body)
    errors = document["errors"]
    return bool(document["code"] and errors and all(text.strip() for text in errors.values()))


def _remember(run: Run, sent: Sent, answer: Answer) -> str:
    """Keep what was acknowledged; the same submission again is answered by the same reference."""
    if answer.status == 201:
        reference = json.loads(answer.body)["reference"]
    elif answer.status == 303:
        found = re.search(r"reference=(\w+)$", answer.header("location"))
        reference = found[1] if found else ""
    else:
        return ""
    if run.acknowledged.setdefault(sent.body, reference) != reference or not reference:
        return f"{sent.kind}: acknowledged twice, differently"
    run.references.add(reference)
    return ""


# --- What must hold --------------------------------------------------------------------------------


def test_odd_submissions(shop_and_run: tuple[Configurator, Run]) -> None:
    shop, run = shop_and_run

    if run.problems:
        pytest.fail(f"FUZZ_SEED={SEED}\n" + "\n".join(run.problems), pytrace=False)
    assert run.past_the_parser >= LEAST_TO_THE_END * COUNT
    assert {kind for kind in SHARES if kind != "replayed" and run.sent[kind] < LEAST_SHARE * COUNT} == set()
    assert run.written == WRITTEN
    with tenant(shop.organisation_id):
        leads = list(Lead.objects.select_related("contact"))
        accepted = [lead for lead in leads if lead.status == "new"]
        assert {lead.reference for lead in leads} == run.references
        assert len(leads) == len(run.references)
        assert [LeadContact.objects.count(), LeadOrigin.objects.count()] == [len(leads)] * 2
        assert [UsageRecord.objects.count(), Job.objects.count()] == [len(accepted)] * 2
    # Judged when the transaction is over: a hundred thousand take longer than one may last.
    assert [problem for lead in leads for problem in _undeclared(lead)][:20] == []


def test_a_form_that_broke_off_is_refused(visitor: Visitor) -> None:
    """What arrived of it could look whole: half an e-mail address is one too."""
    body = urlencode(visitor.fields()).encode()
    sent = Sent("malformed", f"/c/{visitor.key}/", body, FORM, length=str(len(body) + 1))

    assert send(public, sent).status == 400


_GROUPS = {group["key"]: group for step in veranda()["steps"] for group in step["groups"]}
_QUOTE_KEYS: set[str] = set()
_COMPILED = compile_definition(veranda())
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _undeclared(lead: Lead) -> Iterator[str]:
    """Whatever a stored lead holds that its definition does not allow, judged by the definition itself."""
    for key, value in lead.quote["inputs"].items():
        if key not in _GROUPS or not _is_allowed(_GROUPS[key], value):
            yield f"{lead.reference}: {key} = {value!r}"
    again = quote_json(
        evaluate(_COMPILED, Answers.from_json(_COMPILED, lead.quote["inputs"])), language=lead.language
    )
    if again != lead.quote:
        yield f"{lead.reference}: {again} is not {lead.quote}"
    if lead.gross != Decimal(lead.quote["gross"]):
        yield f"{lead.reference}: {lead.gross}"
    if lead.language not in ("nl", "en", "fr") or lead.source not in ("page", "embed"):
        yield f"{lead.reference}: {lead.language} {lead.source}"
    if (lead.quarantine_reason, lead.status) not in {
        ("", "new"),
        ("honeypot", "quarantined"),
        ("fast", "quarantined"),
        ("rate", "quarantined"),
    }:
        yield f"{lead.reference}: {lead.quarantine_reason} {lead.status}"
    contact = open_contact(lead.contact)
    texts = {"name": contact.name, "email": contact.email, "phone": contact.phone, **contact.answers}
    if set(contact.answers) - {"remark"} or any(
        _CONTROLS.search(text) or len(text) > 600 for text in texts.values()
    ):
        yield f"{lead.reference}: {texts}"
    if not contact.name or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact.email):
        yield f"{lead.reference}: {texts}"
    if not re.fullmatch(r"(\+\d{6,15})?", contact.phone):
        yield f"{lead.reference}: {texts}"


def _is_allowed(group: dict[str, Any], value: Any) -> bool:
    options = {option["key"] for option in group.get("options", ())}
    if group["kind"] == "single":
        return value in options
    if group["kind"] == "multi":
        return len(set(value)) == len(value) <= group["max_choices"] and set(value) <= options
    if group["kind"] == "boolean":
        return isinstance(value, bool)
    if group["kind"] in ("number", "quantity"):
        low, high, step = (Decimal(group[name]) for name in ("min", "max", "step"))
        return isinstance(value, str) and low <= Decimal(value) <= high and (Decimal(value) - low) % step == 0
    return False


# --- The test can see --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (500, [("Content-Type", "application/json")], b"{}"),
        (422, [("Content-Type", "application/json")], b'{"code": "invalid", "errors": {}}'),
        (422, [("Content-Type", "text/html")], b"<h1>No</h1>"),
        (200, [("Set-Cookie", "a=b")], b""),
    ],
)
def test_a_bad_answer_is_noticed(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    sent = Sent("valid", "/c/Key9/", b"{}", "application/json")

    assert _wrong_with(sent, Answer(status, headers, body, 0), "") != ""


def test_a_body_that_is_read_whole_is_noticed() -> None:
    assert "bytes were read" in _wrong_with(
        Sent("big", "/", b"", "", size=BIG), Answer(413, [], b"", BIG), ""
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("breedte", "255"), ("breedte", 520), ("dak", "goud"), ("more", ["heater", "heater"]), ("price", "1")],
)
def test_a_value_that_the_definition_does_not_know_is_noticed(key: str, value: Any) -> None:
    assert key not in _GROUPS or not _is_allowed(_GROUPS[key], value)
