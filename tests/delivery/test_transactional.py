"""People who asked for an offer get what answers them, and nothing commercial from the platform."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery import transactional
from delivery.mail import send_tenant_mail
from delivery.models import SentMail
from delivery.transactional import TRANSACTIONAL, NotTransactional
from organisations.models import Organisation
from privacy.requests import letters
from tenancy.context import tenant

HOME = Path(__file__).parents[2]
APPS = (
    "accounts",
    "audit",
    "billing",
    "config",
    "configurators",
    "delivery",
    "leads",
    "organisations",
    "privacy",
)


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Where the code calls a function, with the file."""
    for app in APPS:
        for path in sorted((HOME / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    yield str(path.relative_to(HOME)), node


def templates_of(call: ast.Call) -> list[str]:
    """The template where it is written in the call; of the letters, each that is sent from there."""
    [given] = [keyword.value for keyword in call.keywords if keyword.arg == "template"]
    return [str(given.value)] if isinstance(given, ast.Constant) else []


@pytest.mark.promise("H13")
def test_every_mail_of_an_organisation_is_transactional_or_rests_on_consent() -> None:
    sent = [(file, template) for file, call in calls("send_tenant_mail") for template in templates_of(call)]
    letters_sent = [
        str(call.args[1].value)
        for file, call in calls("_send")
        if file == "privacy/requests/letters.py" and isinstance(call.args[1], ast.Constant)
    ]
    unnamed = [file for file, call in calls("send_tenant_mail") if not templates_of(call)]

    assert [template for _, template in sent if template not in TRANSACTIONAL] == []
    assert [template for template in letters_sent if template not in TRANSACTIONAL] == []
    assert len(letters_sent) > 4
    assert unnamed == ["privacy/requests/letters.py"]


def test_every_template_in_the_list_exists_and_says_why() -> None:
    missing = [name for name in TRANSACTIONAL if not (HOME / "templates/mail" / f"{name}.txt").exists()]

    assert missing == []
    assert all(TRANSACTIONAL.values())
    assert letters.TEMPLATES == "request_"


@pytest.mark.promise("H13")
def test_anything_else_to_a_lead_is_refused(acme: Organisation) -> None:
    with tenant(acme.pk), pytest.raises(NotTransactional):
        _send(acme, template="spring_offers")

    with tenant(acme.pk):
        assert not SentMail.objects.exists()


def test_the_list_is_what_refuses(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(transactional.TRANSACTIONAL, "restriction_ends")

    with tenant(acme.pk), pytest.raises(NotTransactional):
        _send(acme, template="restriction_ends")


def _send(organisation: Organisation, **more: object) -> SentMail:
    return send_tenant_mail(
        to="erin@example.org", context={"organisation": organisation}, language="nl", lead_id=None,
        purpose="offer", **more,  # type: ignore[arg-type]
    )  # fmt: skip
