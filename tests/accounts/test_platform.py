"""Pages of the platform: for its own people alone, and nobody else learns that they exist."""

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404, HttpResponse

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from audit.models import PlatformEvent
from tests.factories import make_user

OFFICER, SUPPORT = PlatformRole.Role.PRIVACY_OFFICER, PlatformRole.Role.SUPPORT


@platform_role_required(OFFICER)
def page(request):
    return HttpResponse("the platform's own page")


def opened(rf, user, *, second_factor=True):
    request = rf.get("/platform/")
    user.is_verified = lambda: second_factor
    request.user = user
    return page(request).status_code


@pytest.mark.promise("H41")
def test_the_officer_gets_in(rf, db):
    olga = make_user(name="Olga")
    PlatformRole.objects.create(user=olga, role=OFFICER)

    assert opened(rf, olga) == 200


@pytest.mark.parametrize("role", [None, SUPPORT])
def test_others_get_the_404_of_what_does_not_exist(rf, db, role):
    dana = make_user()
    if role:
        PlatformRole.objects.create(user=dana, role=role)

    with pytest.raises(Http404):
        opened(rf, dana)


@pytest.mark.promise("H40")
def test_one_factor_is_not_enough(rf, db):
    olga = make_user(name="Olga")
    PlatformRole.objects.create(user=olga, role=OFFICER)

    with pytest.raises(Http404):
        opened(rf, olga, second_factor=False)


def test_a_role_is_given_and_taken_with_evidence(db):
    olga = make_user(name="Olga")

    call_command("platform_role", email=olga.email, role=OFFICER)
    call_command("platform_role", email=olga.email, role=OFFICER, remove=True)

    acts = PlatformEvent.objects.filter(user_id=olga.pk).order_by("id")
    assert list(acts.values_list("action", flat=True)) == ["platform_role.given", "platform_role.removed"]
    assert not PlatformRole.objects.exists()


def test_an_unknown_address_is_refused(db):
    with pytest.raises(CommandError):
        call_command("platform_role", email="nobody@example.org", role=OFFICER)
