"""Nobody acts on half a session, outside every organisation either."""

import pytest

from accounts.models import User
from organisations.models import Invitation, Membership, Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.factories import make_user
from tests.organisations.conftest import authenticator_of
from tests.organisations.test_invitations import _invite, _link

FOUND = {"name": "Initech", "country": "NL", "language": "en", "accept_agreement": "on"}
GIVE = "/sign-in/two-step/?next="
SET_UP = "/account/two-step/?next="


@pytest.fixture
def dana(db):
    return make_user(name="Dana")


@pytest.fixture
def half(dana, sign_in):
    """Dana has a second factor and has not given it."""
    authenticator_of(dana)
    return sign_in(dana, second_factor=False)


@pytest.mark.parametrize("path", ["/home/", "/organisations/", "/organisations/new/"])
def test_a_half_session_gives_the_second_factor_first(half, path):
    address = half.get(path).headers["Location"]

    assert address == GIVE + path.replace("/", "%2F")


def test_a_half_session_founds_nothing(half):
    half.post("/organisations/new/", FOUND)

    assert Organisation.objects.count() == 0


def test_a_half_session_does_not_accept_by_the_link(half, alice, letters):
    _invite(alice)

    answers = [
        getattr(half, method)(_link(letters[0])).headers["Location"][:17] for method in ("get", "post")
    ]

    assert answers == ["/sign-in/two-step", "/sign-in/two-step"]
    assert Invitation.objects.count() == 1


def test_a_half_session_does_not_accept_from_the_list(half, alice, letters):
    invitation = _invite(alice)

    half.post(f"/invitations/pending/{invitation.pk}/")

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("guarded", ["role", "organisation"])
def test_who_must_set_one_up_somewhere_does_so_before_acting(dana, sign_in, alice, guarded):
    role = Role.ADMIN if guarded == "role" else Role.SALES
    Membership.objects.create(organisation=alice.organisation, user=dana, role=role)
    Organisation.objects.update(require_two_step=guarded == "organisation")
    browser = sign_in(dana, second_factor=False)

    answer = browser.post("/organisations/new/", FOUND)

    assert answer.headers["Location"] == f"{SET_UP}%2Fhome%2F"
    assert Organisation.objects.count() == 1


def test_who_lost_one_sets_another_up_before_anything(dana, sign_in):
    User.objects.update(must_set_up_two_step=True)

    assert sign_in(dana, second_factor=False).get("/home/").headers["Location"] == f"{SET_UP}%2Fhome%2F"


def test_a_newcomer_needs_none_to_begin(dana, sign_in):
    sign_in(dana, second_factor=False).post("/organisations/new/", FOUND)

    assert Organisation.objects.get().name == "Initech"


def test_both_factors_open_everything(alice, sign_in):
    browser = sign_in(alice.user)

    assert browser.get("/organisations/").status_code == 200
    with tenant(alice.organisation.id):
        assert browser.get("/organisations/new/").status_code == 200
