"""A person who writes to the platform about leads is led to each organisation that holds one."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from leads.models import Status
from organisations.models import Organisation
from privacy.models import AccountRequest, Channel, Concerns, PrivacyRequest, Right, Stage
from privacy.requests import cases, routing
from tenancy.context import tenant
from tests.factories import IDENTITY, make_lead, make_user
from tests.privacy.requests.conftest import again, letters_of, platform_letters
from tests.wire import executed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(acme, globex):
    """Acme holds two leads of Sanne, Globex none of hers."""
    Organisation.objects.update(**IDENTITY)
    make_lead(acme, email="sanne@example.org")
    make_lead(acme, email="Sanne@Example.org")
    make_lead(globex, email="another@example.org")
    return acme, globex


def ask(**given):
    wanted = {
        "right": Right.ERASURE,
        "channel": Channel.MAIL,
        "language": "nl",
        "country": "NL",
        "name": "Sanne",
        "email": "sanne@example.org",
        "wish": "Weg",
        "concerns": Concerns.LEADS,
    } | given
    return cases.receive_for_account(**wanted)


def requests_of(organisation):
    with tenant(organisation.pk):
        return list(PrivacyRequest.objects.all())


def verified(**given):
    return cases.prove_identity(ask(**given), method="link")


def test_the_organisations_that_hold_something_are_found(both):
    acme, _globex = both

    assert routing.organisations_with("SANNE@example.org ") == [acme.pk]
    assert routing.organisations_with("nobody@example.org") == []


def test_looking_costs_one_statement_for_each_organisation(both):
    routing.organisations_with("warm@example.org")

    with executed("default") as asked:
        routing.organisations_with("sanne@example.org")

    assert len(asked) == 1 + Organisation.objects.count()


def test_nobody_looks_before_the_address_is_verified(both):
    acme, globex = both

    request = ask()

    assert (requests_of(acme), requests_of(globex)) == ([], [])
    assert "Acme" not in "".join(letter.text for letter in platform_letters())
    assert request.stage == Stage.AWAITING_IDENTITY


def test_each_organisation_gets_a_request_with_a_clock_of_its_own(both, on_monday):
    acme, globex = both
    request = ask()
    on_monday.shift(timedelta(days=2))
    cases.prove_identity(request, method="link")

    routing.pass_on(again(request))

    [passed] = requests_of(acme)
    assert requests_of(globex) == []
    assert (passed.channel, passed.routed_from, passed.stage) == (Channel.ROUTED, request.pk, Stage.OPEN)
    assert (request.statutory_on, passed.statutory_on) == (date(2026, 4, 2), date(2026, 4, 7))


def test_it_is_to_be_passed_on_within_two_working_days(on_monday):
    assert ask().target_on == date(2026, 3, 4)


def test_the_person_learns_which_organisations_and_only_those(both):
    acme, globex = both
    Organisation.objects.filter(pk=globex.pk).update(controller_name="Globex NV")

    routing.pass_on(verified())

    [letter] = platform_letters("request_forwarded")
    assert "Acme BV" in letter.text
    assert "Globex" not in letter.text
    assert len(letters_of(acme, "request_received")) == 1


def test_where_nothing_is_held_the_person_is_told_so(both):
    request = verified(email="nobody@example.org")

    routing.pass_on(request)

    [letter] = platform_letters("request_forwarded")
    assert "Geen van hen" in letter.text
    assert again(request).stage == Stage.FULFILLED


def test_passing_on_twice_leaves_one_request(both, monkeypatch):
    acme, _globex = both
    request = verified()
    with monkeypatch.context() as killed:
        killed.setattr(cases, "forwarded", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            routing.pass_on(request)

    routing.pass_on(request)

    assert len(requests_of(acme)) == 1
    assert again(request).stage == Stage.FORWARDED


def test_the_account_of_the_same_person_is_answered_by_the_platform_itself(both):
    user = make_user(name="Sanne", email="sanne@example.org")

    routing.pass_on(verified())

    own = AccountRequest.objects.get(concerns=Concerns.ACCOUNT)
    assert (own.user_id, own.stage, own.right) == (user.pk, Stage.OPEN, Right.ERASURE)


def test_a_suspected_lead_is_found_too(both):
    _acme, globex = both
    make_lead(globex, email="quarantined@example.org", status=Status.QUARANTINED)

    assert routing.organisations_with("quarantined@example.org") == [globex.pk]


def test_a_deactivated_organisation_still_answers_and_a_purged_one_does_not(both):
    acme, _globex = both

    Organisation.objects.filter(pk=acme.pk).update(
        lifecycle="deactivated", restorable_until=timezone.now() + timedelta(days=30)
    )
    assert routing.organisations_with("sanne@example.org") == [acme.pk]
    Organisation.objects.filter(pk=acme.pk).update(lifecycle="purged")
    assert routing.organisations_with("sanne@example.org") == []


@pytest.mark.promise("H10")
def test_the_platform_cannot_say_that_somebody_showed_who_they_are_to_organisations(both, platform_officer):
    """It knows no fact of a lead to compare; organisations that act by themselves would erase on its word."""
    request = ask()

    with pytest.raises(cases.NotTheController):
        cases.prove_identity(request, method="fact", fact="phone", by=platform_officer)

    assert again(request).stage == Stage.AWAITING_IDENTITY
