"""Rules that wait for their table: each a boundary on its own day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from privacy import registers
from privacy.standing import STANDING


@pytest.mark.promise("A20")
def test_statistics_about_visitors_would_go_after_fourteen_months() -> None:
    assert STANDING["analytics"].due(datetime(2026, 1, 31, 12, tzinfo=UTC)) == datetime(
        2027, 3, 31, 12, tzinfo=UTC
    )


@pytest.mark.promise("E13")
def test_a_question_to_support_would_go_two_years_after_it_was_closed(settings) -> None:
    closed = datetime(2026, 1, 1, tzinfo=UTC)

    assert (STANDING["support_ticket"].due(closed) - closed).days == 730

    settings.RETENTION_SUPPORT_DAYS = 1095
    assert (STANDING["support_ticket"].due(closed) - closed).days == 1095


@pytest.mark.promise("D28")
def test_consent_to_cookies_would_be_asked_again_after_thirteen_months() -> None:
    assert STANDING["cookie_consent"].due(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(
        2027, 2, 28, tzinfo=UTC
    )


def test_they_stand_in_the_table_of_periods() -> None:
    assert set(STANDING) <= {period.rule for period in registers.periods_table()}
