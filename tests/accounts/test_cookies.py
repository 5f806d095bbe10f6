"""H46: only the cookies on the list, all of them necessary; the page about them is that list."""

import dataclasses

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts import cookies
from accounts.checks import every_cookie_is_necessary
from accounts.cookies import COOKIES, OnlyDeclaredCookies, allowed_names
from tests.architecture.walk import routes
from tests.factories import make_version, sign_in


@pytest.mark.promise("H46", "C5", "A17")
def test_no_page_sets_another_cookie(alice, monkeypatch):
    """Every address that needs nothing to be filled in, by a stranger and by an owner, before anything drops."""
    monkeypatch.setattr(OnlyDeclaredCookies, "__call__", lambda self, request: self.get_response(request))
    make_version(alice.organisation)
    owner = Client()
    sign_in(owner, alice)
    seen = set()
    for browser in (Client(), owner):
        for route in routes():
            if set(route.converters) <= {"organisation"}:
                given = dict.fromkeys(route.converters, alice.organisation.slug)
                for method in ("get", "post"):
                    seen |= set(getattr(browser, method)(reverse(route.name, kwargs=given)).cookies)

    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= seen
    assert seen <= allowed_names()


def _answer_with(name):
    def view(request):
        response = HttpResponse()
        response.set_cookie(name, "1")
        return response

    return OnlyDeclaredCookies(view)


@pytest.mark.promise("H46", "C5", "A17", "A2", "A18", "D27")
@pytest.mark.parametrize(
    ("name", "kept"), [("csrf", ["csrf"]), ("tracker", []), ("consent_by_scrolling", [])]
)
def test_an_undeclared_cookie_does_not_leave_the_house(rf, name, kept):
    assert list(_answer_with(name)(rf.get("/")).cookies) == kept


@pytest.mark.promise("A2", "A18", "D27")
def test_a_cookie_that_needs_consent_is_refused_by_the_check_and_never_set(monkeypatch, rf):
    """Nobody asks for consent here, so nothing may need it; going on reading is no consent (D27)."""
    tracker = dataclasses.replace(
        COOKIES[0], name=lambda: "tracker", why=gettext_lazy("Statistics"), necessary=False
    )
    monkeypatch.setattr(cookies, "COOKIES", (*COOKIES, tracker))

    assert [error.id for error in every_cookie_is_necessary(None)] == ["accounts.E001"]
    assert list(_answer_with("tracker")(rf.get("/")).cookies) == []


@pytest.mark.promise("E18", "C4", "D29")
@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_page_about_cookies_is_the_list(db, language):
    response = Client().get(f"/cookies/{language}/")

    [table] = [table for _block, table in response.context["blocks"] if table]
    assert [row[0] for row in table.rows] == ["session", "csrf", "language", "device"]


@pytest.mark.promise("C6")
def test_the_session_ends_with_the_browser(alice, client):
    response = client.post("/sign-in/", {"email": alice.user.email, "password": "wrong"})
    client.force_login(alice.user)
    client.post(reverse("accounts:language"), {"language": "en"})

    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.CSRF_COOKIE_AGE is None
    assert {c["max-age"] for n, c in response.cookies.items() if n in ("session", "csrf")} <= {""}


@pytest.mark.promise("D27")
def test_a_visitors_page_sets_nothing_whatever_is_done_on_it(alice):
    make_version(alice.organisation)
    from configurators.models import Configurator
    from tenancy.context import tenant

    with tenant(alice.organisation.pk):
        key = Configurator.objects.get().public_key
    visitor = Client()
    visitor.get(f"/c/{key}/")
    visitor.get(f"/c/{key}/?lang=fr")

    assert not visitor.cookies
