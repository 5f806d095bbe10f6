"""The first page, and the frame around every page."""

from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from organisations.context_processors import Can, shell
from organisations.models import Organisation
from organisations.permissions import ROLE_PERMISSIONS, Permission, Role


def _overview(organisation):
    return reverse("organisations:overview", kwargs={"organisation": organisation.slug})


def test_a_new_organisation_sees_its_first_steps(alice, sign_in):
    steps = sign_in(alice.user).get(_overview(alice.organisation)).context["steps"]

    assert steps[0].done is False


def test_first_steps_are_not_for_who_cannot_take_them(bob, sign_in):
    assert sign_in(bob.user).get(_overview(bob.organisation)).context["steps"] == []


def test_finished_steps_go_away(alice, bob, sign_in):
    Organisation.objects.filter(pk=alice.organisation.pk).update(
        controller_name="Acme B.V.",
        controller_address="Dorpsstraat 1",
        controller_email="privacy@example.org",
        privacy_policy_url="https://www.example.org/privacy",
        lead_retention_days=365,
        embed_domains=["www.example.org"],
    )

    assert sign_in(alice.user).get(_overview(alice.organisation)).context["steps"] == []


def test_the_menu_shows_what_the_role_may_open(alice, bob, sign_in):
    menus = [
        [str(item.label) for item in sign_in(member.user).get(_overview(member.organisation)).context["nav"]]
        for member in (alice, bob)
    ]

    assert ("Settings" in menus[0], "Settings" in menus[1], "Team" in menus[1]) == (True, False, True)


def test_the_menu_marks_one_place(alice, sign_in):
    url = reverse("organisations:members", kwargs={"organisation": alice.organisation.slug})

    nav = sign_in(alice.user).get(url).context["nav"]

    assert [item.url for item in nav if item.is_current] == [url]


def test_can_answers_in_templates():
    can = Can(ROLE_PERMISSIONS[Role.SALES])

    template = engines["django"].from_string("{{ can.leads_view }} {{ can.members_manage }}")

    assert template.render({"can": can}) == "True False"
    assert {name.value for name in Permission if can[name.value.replace(".", "_")]} == {
        permission.value for permission in ROLE_PERMISSIONS[Role.SALES]
    }


def test_the_frame_of_a_page_without_request_attributes_is_empty():
    context = shell(RequestFactory().get("/"))

    assert (
        context["organisation"],
        context["membership"],
        list(context["memberships"]),
        list(context["nav"]),
    ) == (
        None,
        None,
        [],
        [],
    )
