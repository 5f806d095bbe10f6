"""The words about a visitor's data, also before the organisation has said everything."""

from django.test import Client

from configurators.drafts import create_configurator
from configurators.notices import notice_wording
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import IDENTITY, sign_in


def test_the_notice_says_how_long_requests_are_kept() -> None:
    organisation = Organisation(name="Acme", language="en", **IDENTITY)

    assert "They are kept for at most 365 days. Without" in notice_wording(organisation, "en").text


def test_a_notice_without_a_period_leaves_it_out() -> None:
    text = notice_wording(Organisation(name="Acme", language="en"), "en").text

    assert "They are kept" not in text


def test_a_new_organisation_sees_the_preview_of_its_first_draft(alice: Member, client: Client) -> None:
    sign_in(client, alice)
    with tenant(alice.organisation.pk):
        made = create_configurator(name="First", starting_from="veranda", language="en", by=alice.user.pk)

    assert client.get(f"/o/{alice.organisation.slug}/configurators/{made.pk}/preview/").status_code == 200


def test_a_form_that_asks_for_files_says_what_becomes_of_them() -> None:
    organisation = Organisation(name="Acme", language="en", lead_retention_days=365)

    plain, with_files = (notice_wording(organisation, "en", files=files) for files in (False, True))

    assert "erased within two days if you send no request" in with_files.text
    assert "files" not in plain.text
    assert len(with_files.paragraphs) == len(plain.paragraphs)
