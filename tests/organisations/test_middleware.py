"""The door under ``/o/<slug>/``."""

from urllib.parse import quote

import pytest
from django.http import Http404, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from accounts.models import User
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, Role, requires
from tenancy.context import current_organisation_id


def _rename(request):
    Organisation.objects.filter(pk=request.organisation.pk).update(name="Renamed")


@requires(Permission.ORGANISATION_VIEW)
def fine(request):
    _rename(request)
    return HttpResponse(str(current_organisation_id()))


@requires(Permission.ORGANISATION_VIEW)
def raises(request):
    _rename(request)
    raise RuntimeError


@requires(Permission.ORGANISATION_VIEW)
def gone(request):
    _rename(request)
    raise Http404


@requires(Permission.ORGANISATION_VIEW)
def returns_500(request):
    _rename(request)
    return HttpResponse(status=500)


def _fail():
    raise RuntimeError


@requires(Permission.ORGANISATION_VIEW)
def fails_while_rendering(request):
    _rename(request)
    template = engines["django"].from_string("{{ fail }}")
    return TemplateResponse(request, template, {"fail": _fail})


VIEWS = [fine, raises, gone, returns_500, fails_while_rendering]
app = ([path(f"{view.__name__}/", view) for view in VIEWS], "trial")
urlpatterns = [
    path("o/<slug:organisation>/trial/", include(app)),
    path("", include("organisations.urls")),
    path("", include("accounts.urls")),
]


@pytest.fixture
def trial():
    with override_settings(ROOT_URLCONF=__name__):
        yield


def _visit(client: Client, organisation: Organisation, page: str) -> tuple[int, str]:
    client.raise_request_exception = False
    response = client.get(f"/o/{organisation.slug}/trial/{page}/")
    organisation.refresh_from_db()
    return response.status_code, organisation.name


def test_a_page_runs_inside_its_organisation(alice, sign_in, trial):
    response = sign_in(alice.user).get(f"/o/{alice.organisation.slug}/trial/fine/")

    assert response.content.decode() == str(alice.organisation.id)


@pytest.mark.parametrize(
    ("view", "outcome"),
    [
        ("fine", (200, "Renamed")),
        ("raises", (500, "Acme")),
        ("gone", (404, "Acme")),
        ("returns_500", (500, "Acme")),
        ("fails_while_rendering", (500, "Acme")),
    ],
)
def test_what_a_failing_page_wrote_is_undone(transactional_db, alice, sign_in, trial, view, outcome):
    assert _visit(sign_in(alice.user), alice.organisation, view) == outcome


@pytest.mark.promise("C14")
def test_a_foreign_organisation_and_an_unknown_one_look_the_same(alice, charlie, sign_in):
    client = sign_in(charlie.user)

    foreign, unknown = (client.get(f"/o/{slug}/") for slug in (alice.organisation.slug, "nowhere"))

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content
    headers = [
        {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
        for answer in (foreign, unknown)
    ]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_no_method_tells_foreign_from_unknown(alice, charlie, sign_in, method):
    client = sign_in(charlie.user)

    foreign, unknown = (
        getattr(client, method)(f"/o/{slug}/settings/") for slug in (alice.organisation.slug, "nowhere")
    )

    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_a_deactivated_organisation_is_like_one_that_never_was(alice, sign_in):
    Organisation.objects.filter(pk=alice.organisation.pk).update(
        lifecycle=Organisation.Lifecycle.DEACTIVATED, restorable_until=timezone.now()
    )

    assert sign_in(alice.user).get(f"/o/{alice.organisation.slug}/").status_code == 404


def test_a_member_removed_meanwhile_is_out_at_the_next_page(alice, bob, sign_in):
    client = sign_in(bob.user)
    before = client.get(f"/o/{alice.organisation.slug}/").status_code
    Membership.objects.filter(pk=bob.membership.pk).delete()

    assert (before, client.get(f"/o/{alice.organisation.slug}/").status_code) == (200, 404)


def _one_factor_answer(client: Client, organisation: Organisation) -> str:
    response = client.get(f"/o/{organisation.slug}/")
    return response.url.split("?")[0] if response.status_code == 302 else str(response.status_code)


@pytest.mark.promise("H40")
@pytest.mark.parametrize(
    ("role", "answer"),
    [
        (Role.OWNER, "setup"),
        (Role.ADMIN, "setup"),
        (Role.EDITOR, "200"),
        (Role.SALES, "200"),
        (Role.BILLING, "200"),
        (Role.PRIVACY_OFFICER, "200"),
    ],
)
def test_owners_and_administrators_without_second_factor_set_one_up_first(alice, join, sign_in, role, answer):
    person = join(alice.organisation, role, name="Dana")
    client = sign_in(person.user, second_factor=False)

    expected = reverse("accounts:two-step-setup") if answer == "setup" else answer
    assert _one_factor_answer(client, alice.organisation) == expected


def test_an_organisation_may_ask_everyone_for_a_second_factor(alice, bob, sign_in):
    Organisation.objects.filter(pk=alice.organisation.pk).update(require_two_step=True)

    answer = _one_factor_answer(sign_in(bob.user, second_factor=False), alice.organisation)

    assert answer == reverse("accounts:two-step-setup")


def test_who_has_a_second_factor_must_show_it(alice, bob, sign_in):
    sign_in(bob.user)  # leaves Bob with an authenticator

    answer = _one_factor_answer(sign_in(bob.user, second_factor=False), alice.organisation)

    assert answer == reverse("accounts:two-step")


def test_after_the_second_factor_one_is_back_on_the_page(alice, sign_in):
    url = f"/o/{alice.organisation.slug}/settings/"

    response = sign_in(alice.user, second_factor=False).get(url)

    assert response.url == f"{reverse('accounts:two-step-setup')}?next={quote(url, safe='')}"


def test_an_inactive_person_is_out(alice, sign_in):
    client = sign_in(alice.user)
    User.objects.filter(pk=alice.user.pk).update(is_active=False)

    assert client.get(f"/o/{alice.organisation.slug}/").status_code == 302
