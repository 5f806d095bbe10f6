"""The one table of rights, and the views that name theirs."""

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from organisations.models import Membership
from organisations.permissions import (
    PERMISSION_LABELS,
    ROLE_PERMISSIONS,
    ROLE_SUMMARIES,
    Permission,
    Role,
    permissions_of,
    requires,
    roles_with,
)

OWN, ADM, EDI, SAL, BIL, PRI = Role
TABLE = {
    "organisation.view": {OWN, ADM, EDI, SAL, BIL, PRI},
    "organisation.manage": {OWN, ADM},
    "members.view": {OWN, ADM, EDI, SAL, BIL, PRI},
    "members.manage": {OWN, ADM},
    "configurators.view": {OWN, ADM, EDI, SAL, PRI},
    "configurators.edit": {OWN, ADM, EDI},
    "configurators.publish": {OWN, ADM, EDI},
    "leads.view": {OWN, ADM, SAL, PRI},
    "leads.work": {OWN, ADM, SAL},
    "leads.export": {OWN, ADM, SAL},
    "privacy.view": {OWN, ADM, PRI},
    "privacy.decide": {OWN, ADM, PRI},
    "billing.view": {OWN, ADM, BIL},
    "billing.manage": {OWN, BIL},
    "audit.view": {OWN, ADM, PRI},
    "integrations.manage": {OWN, ADM},
    "support.grant": {OWN, ADM},
    "data.export": {OWN, ADM, PRI},
    "ownership.offer": {OWN},
    "suspension.appeal": {OWN},
    "organisation.leave": {OWN},
}


def test_the_table_is_about_every_permission():
    assert set(TABLE) == {permission.value for permission in Permission}


@pytest.mark.promise("H41")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_role_has_exactly_its_rights(role, permission):
    assert Membership(role=role).may(permission) == (role in TABLE[permission.value])


@pytest.mark.parametrize("permission", list(Permission))
def test_roles_with_a_right(permission):
    assert set(roles_with(permission)) == TABLE[permission.value]


def test_an_unknown_role_may_do_nothing():
    assert permissions_of("emperor") == frozenset()


def test_everything_has_words():
    assert (set(PERMISSION_LABELS), set(ROLE_SUMMARIES), set(ROLE_PERMISSIONS)) == (
        set(Permission),
        set(Role),
        set(Role),
    )


def test_requires_refuses_to_be_used_without_a_permission():
    with pytest.raises(TypeError):
        requires(lambda request: None)  # type: ignore[arg-type]


def test_requires_names_the_permission_on_the_view_and_keeps_its_name():
    @requires(Permission.LEADS_VIEW)
    def inbox(request):
        return HttpResponse()

    assert (inbox.permission, inbox.__name__) == (Permission.LEADS_VIEW, "inbox")


def test_a_view_without_the_middleware_before_it_answers_404():
    @requires(Permission.ORGANISATION_VIEW)
    def view(request):
        return HttpResponse()

    with pytest.raises(Http404):
        view(RequestFactory().get("/"), organisation="acme")


def test_the_view_does_not_receive_the_slug():
    @requires(Permission.ORGANISATION_VIEW)
    def view(request, **kwargs):
        return HttpResponse(str(kwargs))

    request = RequestFactory().get("/")
    request.membership = Membership(role=Role.SALES)

    assert view(request, organisation="acme", lead="7").content == b"{'lead': '7'}"
