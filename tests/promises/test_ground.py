"""Promises that are kept by what the product is made of: settings, requirements, the shape of its pages."""

from __future__ import annotations

import calendar
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver

from config import settings as configured
from config import urls
from configurators.drafts import create_configurator
from configurators.publishing import CannotPublish, publish
from leads.figures import figures
from organisations.models import Organisation
from privacy import registry
from privacy.declarations import JSONKeys, Personal
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, make_user

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "run.txt"
#: Kits that advertise, follow people or read their accounts elsewhere.
KITS_OF_OTHERS = re.compile(
    r"^(facebook|google|analytics|segment|mixpanel|amplitude|hubspot|sentry|gtag)", re.M
)


def names_of_pages(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[str]:
    for pattern in urls.urlpatterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of_pages(pattern.url_patterns)
        else:
            yield pattern.name or ""


@pytest.mark.promise("H39", "D3")
def test_a_password_is_kept_by_bcrypt() -> None:
    with override_settings(PASSWORD_HASHERS=configured.PASSWORD_HASHERS):
        kept = make_password("correct horse battery staple")

    assert kept.split("$")[0] == "bcrypt_sha256"


@pytest.mark.promise("C6")
def test_the_session_ends_with_the_browser(db: None, client: Client) -> None:
    dana = make_user()

    with override_settings(SESSION_EXPIRE_AT_BROWSER_CLOSE=configured.SESSION_EXPIRE_AT_BROWSER_CLOSE):
        client.force_login(dana)
        response = client.get("/account/")

    cookie = response.cookies.get("session") or client.cookies["session"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


@pytest.mark.promise("H47", "H17")
def test_no_page_may_load_or_send_anything_elsewhere() -> None:
    allowed = {
        source for sources in configured.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in sources
    }

    assert allowed == {"'self'", "'none'", "data:"}


@pytest.mark.promise("H17", "C27")
def test_no_kit_of_an_advertiser_is_installed() -> None:
    assert KITS_OF_OTHERS.findall(REQUIREMENTS.read_text()) == []


@pytest.mark.promise("D2")
def test_no_place_finer_than_a_country_is_kept() -> None:
    """Of where somebody is: the town that a business gave for its invoices is not found out about anybody."""
    given = {"billing.BillingAccount.city"}
    finer = {
        f"{label}.{name}"
        for label, declaration in registry.declarations().items()
        for name, value in declaration.fields.items()
        if isinstance(value, Personal)
        and re.search(r"location|latitude|longitude|city|geo", name + value.category)
    }

    assert finer == given


@pytest.mark.promise("C23")
def test_no_date_of_birth_is_kept() -> None:
    columns = {
        name
        for declaration in registry.declarations().values()
        for column, value in declaration.fields.items()
        for name in ([column, *value.keys] if isinstance(value, JSONKeys) else [column])
    }

    assert [name for name in columns if re.search(r"birth|\bage\b|dob", name)] == []


@pytest.mark.promise("D7")
def test_there_is_no_survey_on_which_anything_depends() -> None:
    assert [name for name in names_of_pages() if re.search(r"survey|questionnaire|nps", name)] == []


@pytest.mark.promise("D16")
def test_only_who_signs_in_is_asked_for_a_password() -> None:
    """No form of a colleague, an officer or support has a field for one."""
    asking = {
        app
        for app in ("accounts", "organisations", "configurators", "leads", "privacy", "delivery", "audit")
        for form in _forms_of(app)
        if any(isinstance(field.widget, forms.PasswordInput) for field in form.base_fields.values())
    }

    assert asking == {"accounts"}


def _forms_of(app: str) -> Iterator[type[forms.BaseForm]]:
    for path in (ROOT / app).rglob("*forms*.py"):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for _name, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, forms.BaseForm) and hasattr(found, "base_fields"):
                yield found


@pytest.mark.promise("D24")
def test_what_is_mandatory_is_marked_when_asked(db: None, client: Client) -> None:
    page = client.get("/sign-up/").content.decode()

    fields = re.findall(r"<input[^>]*name=\"(name|email|password)\"[^>]*>", page)
    marked = re.findall(r"<input(?=[^>]*\brequired\b)[^>]*name=\"(name|email|password)\"[^>]*>", page)
    assert sorted(set(fields)) == sorted(set(marked)) == ["email", "name", "password"]


@pytest.mark.promise("H12")
def test_the_figures_of_a_year_are_counts_by_month(alice: Member) -> None:
    make_lead(alice.organisation, name="Sanne de Vries", email="sanne@example.org")

    with tenant(alice.organisation.pk):
        months = figures("EUR").months

    assert [number for _label, number in months] == [0] * 11 + [1]
    assert {label for label, _number in months} <= {name[:4] for name in calendar.month_abbr}


@pytest.mark.promise("H48")
def test_who_has_not_said_who_asks_cannot_publish(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        draft = create_configurator(name="Veranda", starting_from="veranda", language="nl", by=alice.user.pk)
        with pytest.raises(CannotPublish) as refusal:
            publish(draft, by=alice.user.pk)

    codes = [obstacle.code for obstacle in refusal.value.obstacles]
    assert [code for code in codes if code in Organisation.__dict__] == [
        "controller_name",
        "controller_address",
        "controller_email",
        "privacy_policy_url",
        "lead_retention_days",
    ]
