from __future__ import annotations

import pytest
from django.test import override_settings

from privacy.periods import DaysInColumn, DaysInSetting, Fixed, UnknownPeriod, parse


@pytest.mark.parametrize(
    ("after", "period"),
    [
        ("P90D", Fixed(days=90)),
        ("P2Y", Fixed(years=2)),
        ("P1Y6M", Fixed(years=1, months=6)),
        ("PT24H", Fixed(hours=24)),
        ("P0D", Fixed()),
        ("organisation.lead_retention_days", DaysInColumn("organisation", "lead_retention_days")),
        ("days", DaysInColumn("", "days")),
        ("settings.RETENTION_LEAD_ORIGIN_DAYS", DaysInSetting("RETENTION_LEAD_ORIGIN_DAYS")),
        ("RETENTION_LEAD_ORIGIN_DAYS", DaysInSetting("RETENTION_LEAD_ORIGIN_DAYS")),
    ],
)
def test_a_period_is_read(after: str, period: object) -> None:
    assert parse(after) == period


@override_settings(RETENTION_LEAD_ORIGIN_DAYS=30)
def test_a_setting_is_read_when_asked() -> None:
    period = parse("settings.RETENTION_LEAD_ORIGIN_DAYS")

    assert isinstance(period, DaysInSetting)
    assert period.days == 30


@pytest.mark.parametrize("after", ["", "P", "90", "P90D ", "settings.UNHEARD_OF", "a.b.c"])
def test_nonsense_is_refused(after: str) -> None:
    with pytest.raises(UnknownPeriod):
        parse(after)
