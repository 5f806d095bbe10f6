"""What a token says was shown is what the page with it shows."""

import re
from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from time_machine import travel

from configurators.notices import marketing_wording, notice_wording
from configurators.published import Published
from leads import form_token, visits
from leads.form_token import FormToken
from tests.leads.conftest import Visitor

MISTAKE = {"contact__email": "nobody@"}


def published(window: Visitor) -> Published:
    found = visits.published(window.key)
    assert found is not None
    return found


def token_in(window: Visitor, page: HttpResponse) -> FormToken:
    found = re.search(r'name="form.token" value="([^"]+)"', page.content.decode())
    assert found is not None
    return form_token.read(window.key, found[1])


def rename_controller(window: Visitor, monkeypatch: pytest.MonkeyPatch, name: str) -> Published:
    """The organisation changes its settings while the visitor has the page open."""
    before = published(window)
    organisation = copy(before.organisation)
    organisation.controller_name = name
    now = replace(
        before,
        organisation=organisation,
        notices={code: notice_wording(organisation, code) for code in before.languages},
        consents={code: marketing_wording(organisation, code) for code in before.languages},
        pages={},
    )
    monkeypatch.setattr("leads.visits.published", lambda key, fresh=True: now)
    return now


def test_page_with_errors_names_the_notice_it_shows(window: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = window.fields(**MISTAKE)
    now = rename_controller(window, monkeypatch, "Acme Holding BV")

    page = window.post(fields)

    assert "Acme Holding BV" in page.content.decode()
    assert token_in(window, page).notice_sha256 == now.notices["nl"].sha256


def test_page_in_another_language_names_the_notice_of_that_language(window: Visitor) -> None:
    fields = window.fields(**MISTAKE)
    window.language = "fr"

    page = window.post(fields)

    assert token_in(window, page).notice_sha256 == published(window).notices["fr"].sha256


def test_updating_the_price_names_the_notice_it_shows(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(form__action="price")
    now = rename_controller(window, monkeypatch, "Acme Holding BV")

    assert token_in(window, window.post(fields)).notice_sha256 == now.notices["nl"].sha256


def test_other_wordings_leave_the_submission_what_it_was(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(**MISTAKE)
    before = form_token.read(window.key, fields["form.token"])
    rename_controller(window, monkeypatch, "Acme Holding BV")

    after = token_in(window, window.post(fields))

    assert (after.submission_key, after.version_id, after.issued_at) == (
        before.submission_key,
        before.version_id,
        before.issued_at,
    )


def test_page_with_errors_names_the_consent_it_shows(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(**MISTAKE)
    now = rename_controller(window, monkeypatch, "Acme Holding BV")

    assert token_in(window, window.post(fields)).consent_sha256 == now.consents["nl"].sha256


def is_ticked(page: HttpResponse) -> bool:
    box = re.search(r'<input[^>]*name="form.marketing"[^>]*>', page.content.decode())
    assert box is not None
    return "checked" in box[0]


def test_tick_stays_while_the_sentence_beside_it_does(window: Visitor) -> None:
    assert is_ticked(window.post(window.fields(**MISTAKE, form__marketing="yes")))


def test_tick_goes_when_the_sentence_beside_it_changes(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(**MISTAKE, form__marketing="yes")
    rename_controller(window, monkeypatch, "Acme Holding BV")

    assert not is_ticked(window.post(fields))


def test_page_that_stood_open_too_long_comes_back_with_the_notice_of_today(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with travel(timezone.now() - timedelta(hours=25), tick=False):
        fields = window.fields()
    now = rename_controller(window, monkeypatch, "Acme Holding BV")

    page = window.post(fields)

    assert (page.status_code, token_in(window, page).notice_sha256) == (409, now.notices["nl"].sha256)


def test_script_that_only_sends_again_keeps_the_notice_on_its_screen(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = published(window).notices["nl"].sha256
    with travel(timezone.now() - timedelta(hours=25), tick=False):
        document = window.document()
    rename_controller(window, monkeypatch, "Acme Holding BV")

    answer = window.send(document)

    assert answer.status_code == 409
    assert form_token.read(window.key, answer.json()["token"]).notice_sha256 == shown


# --- While the form is not shown ------------------------------------------------------------------


def now(window: Visitor, monkeypatch: pytest.MonkeyPatch, **changed: bool) -> None:
    """The form is hidden, or closed, while the visitor has the page open."""
    after = replace(published(window), pages={}, **changed)  # type: ignore[arg-type]
    monkeypatch.setattr("leads.visits.published", lambda key, fresh=True: after)


def has_form(page: HttpResponse) -> bool:
    return "form.token" in page.content.decode()


@pytest.mark.parametrize("action", ["price", "submit"])
@pytest.mark.parametrize("token", ["", "nonsense"])
def test_nobody_gets_a_hidden_form_by_posting(
    window: Visitor, monkeypatch: pytest.MonkeyPatch, action: str, token: str
) -> None:
    now(window, monkeypatch, form_hidden=True)

    page = window.post(window.fields(form__action=action, form__token=token))

    assert (page.status_code, has_form(page)) == (200, False)


def test_a_page_that_stood_open_for_a_day_is_not_renewed_while_hidden(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields()
    now(window, monkeypatch, form_hidden=True)

    with travel(timezone.now() + timedelta(days=1, minutes=1)):
        page = window.post(fields)

    assert (page.status_code, has_form(page)) == (200, False)


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_program_gets_no_token_while_hidden(
    window: Visitor, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    now(window, monkeypatch, form_hidden=True)

    answer = window.send(window.document(token=token))

    assert (answer.status_code, answer.json()["code"], "token" in answer.json()) == (410, "closed", False)


def test_a_mistake_on_a_page_of_before_comes_back_with_the_same_token(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(**MISTAKE)
    now(window, monkeypatch, form_hidden=True)

    page = window.post(fields)

    assert token_in(window, page) == form_token.read(window.key, fields["form.token"])


def test_other_wordings_while_hidden_leave_the_hour_of_the_page(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = window.fields(**MISTAKE)
    now(window, monkeypatch, form_hidden=True)
    window.language = "fr"

    page = window.post(fields)

    before = form_token.read(window.key, fields["form.token"])
    assert token_in(window, page).issued_at == before.issued_at


def test_a_form_that_was_taken_off_line_is_not_given_either(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now(window, monkeypatch, intake_on=False)

    page = window.post(window.fields(form__action="price", form__token=""))

    assert (page.status_code, has_form(page)) == (410, False)


def test_what_the_cache_did_not_know_yet_is_asked_before_a_form_is_given(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = published(window)
    hidden = replace(stale, form_hidden=True, pages={})
    monkeypatch.setattr("leads.visits.published", lambda key, fresh=True: hidden if fresh else stale)

    page = window.post(window.fields(form__action="price", form__token=""))

    assert has_form(page) is False
