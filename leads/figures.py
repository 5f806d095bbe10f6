"""Figures for an organisation's overview: this month, what is open, and the year behind."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.dates import get_month_names
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.templatetags.looks import locale
from leads import inbox
from leads.models import Lead, Status

MONTHS = 12
LATEST = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What the overview shows; ``months`` are (label, number of leads), oldest first."""

    this_month: int
    last_month: int
    unread: int
    open_amount: Decimal
    open_count: int
    currency: str
    months: list[tuple[str, int]]
    latest: list[inbox.Row]


def figures(currency: str) -> Figures:
    """Four statements, whatever the number of leads."""
    months = _months(timezone.localtime())
    quoted = Lead.objects.filter(status=Status.QUOTED, currency=currency).aggregate(
        amount=Sum("gross"), number=Count("pk")
    )
    return Figures(
        this_month=months[-1][1],
        last_month=months[-2][1],
        unread=inbox.capped(inbox.received().filter(read_at=None)),
        open_amount=quoted["amount"] or Decimal(0),
        open_count=quoted["number"],
        currency=currency,
        months=months,
        latest=inbox.page(inbox.received()).rows[:LATEST],
    )


def _months(now: datetime) -> list[tuple[str, int]]:
    """The last twelve months with their number of leads; months without any count too."""
    wanted = [_back(now, back) for back in range(MONTHS - 1, -1, -1)]
    first = now.replace(
        year=wanted[0][0], month=wanted[0][1], day=1, hour=0, minute=0, second=0, microsecond=0
    )
    rows = (
        inbox.received()
        .filter(submitted_at__gte=first)
        .order_by()
        .annotate(month=TruncMonth("submitted_at"))
        .values_list("month")
        .annotate(number=Count("pk"))
    )
    counted = {(month.year, month.month): number for month, number in rows}
    return [(_name(month), counted.get((year, month), 0)) for year, month in wanted]


def _name(month: int) -> str:
    """Three letters stand under a bar, except where June and July would then be the same."""
    name = get_month_names("abbreviated", locale=locale())[month].rstrip(".")
    return name if name.startswith("jui") else name[:3]


def _back(now: datetime, months: int) -> tuple[int, int]:
    """The year and month so many months ago."""
    index = now.year * 12 + now.month - 1 - months
    return index // 12, index % 12 + 1
