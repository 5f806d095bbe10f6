"""The token in every public form: ours, for one configurator, of today."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from leads.form_token import BadToken, ExpiredToken, issue, read, renew
from tenancy.ids import uuid7

NOTICE = "ab" * 32


def test_token_tells_what_was_shown() -> None:
    version = uuid7()

    token = read("key", issue("key", version_id=version, notice_sha256=NOTICE))

    assert (token.version_id, token.notice_sha256) == (version, NOTICE)
    assert 0 <= token.age < 2


def test_every_page_has_a_submission_key_of_its_own() -> None:
    version = uuid7()
    tokens = [read("key", issue("key", version_id=version, notice_sha256=NOTICE)) for _ in range(50)]

    assert len({token.submission_key for token in tokens}) == 50


def test_token_of_another_configurator_is_bad() -> None:
    token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    with pytest.raises(BadToken):
        read("other", token)


def test_every_changed_character_is_noticed() -> None:
    token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    for place, character in enumerate(token[:-1]):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadToken):
            read("key", changed)


@pytest.mark.parametrize("text", ["", "=", "====", "é", "\x00", "\ud800", "A" * 10_000, "a b"])
def test_nonsense_is_bad(text: str) -> None:
    with pytest.raises(BadToken):
        read("key", text)


def test_token_is_valid_for_a_day() -> None:
    token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    with travel(timezone.now() + timedelta(hours=23, minutes=59), tick=False):
        read("key", token)
    with travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False), pytest.raises(ExpiredToken):
        read("key", token)


def test_token_from_the_future_is_bad() -> None:
    with travel(timezone.now() + timedelta(minutes=5), tick=False):
        token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    with pytest.raises(BadToken):
        read("key", token)


def test_older_secret_still_reads(settings) -> None:
    token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [settings.SECRET_KEY]
    read("key", token)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadToken):
        read("key", token)


def test_token_tells_which_consent_was_shown() -> None:
    version, consent = uuid7(), "cd" * 32

    token = read("key", issue("key", version_id=version, notice_sha256=NOTICE, consent_sha256=consent))

    assert token.consent_sha256 == consent


def test_token_without_a_consent_says_none() -> None:
    assert read("key", issue("key", version_id=uuid7(), notice_sha256=NOTICE)).consent_sha256 == ""


def test_expired_token_still_tells_what_was_shown() -> None:
    token = issue("key", version_id=uuid7(), notice_sha256=NOTICE)

    with travel(timezone.now() + timedelta(hours=25), tick=False), pytest.raises(ExpiredToken) as refused:
        read("key", token)

    assert refused.value.token.notice_sha256 == NOTICE


def test_renewed_token_differs_by_its_wordings_alone() -> None:
    before = read("key", issue("key", version_id=uuid7(), notice_sha256=NOTICE))

    after = read("key", renew("key", before, notice_sha256="12" * 32, consent_sha256="34" * 32))

    assert (after.notice_sha256, after.consent_sha256) == ("12" * 32, "34" * 32)
    assert (after.version_id, after.issued_at, after.submission_key) == (
        before.version_id,
        before.issued_at,
        before.submission_key,
    )
